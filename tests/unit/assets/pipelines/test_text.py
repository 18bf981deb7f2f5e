from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestrator.assets import minilm
from orchestrator.assets.errors import ArtifactUnsafe, TrainingRefused, TrainingStopped
from orchestrator.assets.pipelines.catalogue import train
from orchestrator.assets.pipelines.trained import Embedding
from orchestrator.assets.runtimes.files import ModelFiles, sha256_of
from orchestrator.assets.runtimes.onnx import embedder
from orchestrator.assets.runtimes.skops import TextClassifier
from orchestrator.assets.runtimes.skops_files import dump
from orchestrator.assets.tables import Table, read_table, table_of
from orchestrator.assets.words import PARTS
from tests.unit.assets.pipelines.making import codes, kept, trained

DATA = Path(__file__).parents[3] / "data" / "banking77" / "texts.csv"


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table(DATA.read_bytes())


@pytest.fixture(scope="module")
def embedding(models: ModelFiles, digest: str) -> Embedding:
    return Embedding(file=minilm.FILE, digest=digest, embed=embedder(models, minilm.FILE, digest).embed)


def rows(of: Table) -> list[dict[str, Any]]:
    return [
        {"text": text, "category": label}
        for text, label in zip(of.column("text").values, of.column("category").values, strict=True)
    ]


def test_the_meaning_of_texts_is_learned_and_reported(table: Table, embedding: Embedding, models: ModelFiles) -> None:
    result = trained("text", table, "category", embedding)
    card = result.card
    assert card["metrics"]["accuracy"] > 0.9 > 0.2 > card["baseline"]["accuracy"]
    assert (card["split"]["by"], card["split"]["train"], card["split"]["test"]) == ("label", 256, 64)
    assert (card["data"]["digest"], card["data"]["rows"], card["seed"]) == (table.digest, 320, 7)
    assert card["warnings"] == []
    assert len(card["traits_reference"]) == 64
    assert {len(row) for row in card["traits_reference"]} == {len(card["traits"])} == {13}
    assert len(card["report"]["confusion"]["labels"]) == 8
    json.dumps(card, allow_nan=False)

    config, digest = kept(result, models.folder)
    answer = TextClassifier(config, digest, models).answer({"text": "somebody stole my card on the train"})
    assert answer["label"] == "lost_or_stolen_card"
    assert answer["in_scope"] is True
    assert len(answer["traits"]) == 13
    assert sum(score["score"] for score in answer["scores"]) == pytest.approx(1, abs=0.01)


def test_words_are_learned_without_an_embedding_model(table: Table, tmp_path: Path) -> None:
    result = trained("text", table, "category", method="words")
    assert result.card["metrics"]["accuracy"] > 0.85
    assert len(result.model) < 1_000_000
    config, digest = kept(result, tmp_path)
    classifier = TextClassifier(config, digest, ModelFiles(folder=tmp_path))
    texts = rows(table)
    right = sum(classifier.answer({"text": row["text"]})["label"] == row["category"] for row in texts[::8])
    assert right == len(texts[::8])


def test_the_same_table_and_seed_give_the_same_bytes(table: Table) -> None:
    first = trained("text", table, "category", method="words")
    assert trained("text", table, "category", method="words").model == first.model
    other = trained("text", table, "category", method="words", seed=8)
    assert other.card["report"]["worst"] != first.card["report"]["worst"]


def test_texts_that_fit_no_label_set_the_confidence_below_which_nothing_fits(table: Table, tmp_path: Path) -> None:
    strangers = [{"text": f"what is the weather in {place} today", "category": "none"} for place in "abcdefghij"]
    result = trained("text", table_of([*rows(table), *strangers]), "category", method="words", outside="none")
    assert "none" not in result.outputs["properties"]["label"]["enum"]
    assert result.card["metrics"]["outside_auroc"] > 0.9
    config, digest = kept(result, tmp_path)
    classifier = TextClassifier(config, digest, ModelFiles(folder=tmp_path))
    assert classifier.answer({"text": "what is the weather in town today"})["in_scope"] is False
    assert classifier.answer({"text": "I want to change my PIN"})["in_scope"] is True


def test_labels_by_chance_are_said_to_be_noise(table: Table) -> None:
    texts = [row["text"] for row in rows(table)]
    shuffled = [{"text": text, "label": "ab"[(len(text) * 7 + place) % 2]} for place, text in enumerate(texts)]
    card = trained("text", table_of(shuffled), "label", method="words").card
    assert set(codes(card)) & {"no_better_than_guessing", "target_near_noise"}
    assert "guessing" in " ".join(card["warnings"])


def test_few_rare_and_contradicting_rows_are_named(table: Table) -> None:
    more = [
        *rows(table),
        *({"text": f"rare {number}", "category": "rare"} for number in range(3)),
        *({"text": f"few things {number}", "category": "few"} for number in range(6)),
        {"text": rows(table)[0]["text"].upper(), "category": "few"},
        {"text": "no label", "category": None},
    ]
    card = trained("text", table_of(more), "category", method="words").card
    assert codes(card)[:4] == ["target_missing", "labels_left_out", "labels_with_few_rows", "labels_contradict"]
    assert "rare" in card["warnings"][1]
    assert "few" in card["warnings"][2]
    assert "rare" not in card["report"]["confusion"]["labels"]


def test_the_latest_rows_are_held_out_where_a_time_is_named(table: Table) -> None:
    dated = [{**row, "at": f"2026-{1 + place % 8:02}-01"} for place, row in enumerate(rows(table))]
    card = trained("text", table_of(dated), "category", method="words", time="at", text="text").card
    assert card["split"]["by"] == "time"
    assert card["split"]["train"] + card["split"]["test"] == 320


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"category": "one"}, "at least two labels"),
        ({"category": None}, "at least two labels"),
        ({"text": "!"}, "no words"),
    ],
)
def test_a_table_that_cannot_be_learned_from_is_refused(table: Table, change: dict[str, Any], words: str) -> None:
    broken = [{**row, **change} for row in rows(table)]
    with pytest.raises(TrainingRefused, match=words):
        trained("text", table_of(broken), "category", method="words", text="text")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"strength": 1e9}, "strength"),
        ({"seed": -1}, "seed"),
        ({"held_out": 0.99}, "held_out"),
        ({"n_jobs": -1}, "n_jobs"),
        ({"estimator": "os.system"}, "estimator"),
        ({"method": "sklearn.svm.SVC"}, "method"),
        ({"strength": "10"}, "strength"),
        ({"method": "meaning"}, "no embedding model"),
        ({"text": "category"}, "two columns"),
    ],
)
def test_a_setting_outside_its_limits_is_refused(table: Table, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(TrainingRefused, match=words):
        trained("text", table, "category", **{"method": "words", **parameters})


def test_a_cancelled_training_ends_between_two_portions_of_texts(table: Table) -> None:
    told: list[tuple[float, str]] = []
    slow = Embedding(file="x", digest="y", embed=lambda texts: pytest.fail("went on after it was cancelled"))
    with pytest.raises(TrainingStopped):
        train(
            "text", table, "category", {}, progress=lambda share, doing: told.append((share, doing)),
            cancelled=lambda: bool(told), embedding=slow,
        )  # fmt: skip
    assert told == [(0.0, "Reading the table")]


@pytest.mark.parametrize("parts", [{"model": [1]}, {"model": [1], **dict.fromkeys(PARTS, "a")}, ["model"]])
def test_a_file_that_lacks_a_part_of_the_model_is_refused(tmp_path: Path, parts: Any) -> None:
    path = tmp_path / "parts.skops"
    path.write_bytes(dump(parts))
    with pytest.raises(ArtifactUnsafe):
        TextClassifier({"file": path.name, "method": "words"}, sha256_of(path), ModelFiles(folder=tmp_path))
