from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from orchestrator.assets.drift.traits import MISSING
from orchestrator.assets.errors import ArtifactUnsafe, TrainingRefused, TrainingStopped
from orchestrator.assets.pipelines.catalogue import train
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.predictor import BOOSTED, Predictor
from orchestrator.assets.runtimes.skops_files import dump, load
from orchestrator.assets.tables import Table, table_of
from orchestrator.engine.errors import StepFailed
from tests.unit.assets.pipelines.making import codes, kept, trained

QUICK = {"iterations": 20}


def loans(count: int = 600, **more: Any) -> list[dict[str, Any]]:
    """Loans that go bad where the income is low or the job is none."""
    random = Random(3)
    rows = []
    for number in range(count):
        income, job = random.uniform(500, 5000), random.choice(["fixed", "none", "own"])
        bad = (income < 1500 or job == "none") != (random.random() < 0.1)
        rows.append(
            {
                "id": f"L{number}",
                "income": None if random.random() < 0.1 else round(income, 2),
                "job": job if random.random() < 0.95 else None,
                "since": (date(2025, 1, 1) + timedelta(days=number)).isoformat(),
                "owner": random.random() < 0.5,
                "bank": "one",
                "note": f"some words about loan {number} and more",
                "status": "bad" if bad else "good",
                "price": round(income * 3 + 500 * (job == "own") + random.gauss(0, 200), 2),
                **more,
            }
        )
    return rows


def usable(**more: Any) -> Table:
    return table_of(loans(**more))


COLUMNS = ["income", "job", "since", "owner"]


def test_rows_of_mixed_columns_with_gaps_are_told_apart(tmp_path: Path) -> None:
    result = trained("table", usable(), "status", columns=COLUMNS, **QUICK)
    card = result.card
    assert card["metrics"]["auroc"] > 0.85
    assert card["metrics"]["average_precision"] > card["baseline"]["average_precision"] + 0.2
    assert card["chosen"]["iterations"] <= 20
    json.dumps(card, allow_nan=False)

    config, digest = kept(result, tmp_path)
    model = Predictor(config, digest, ModelFiles(folder=tmp_path))
    rich, poor = {"income": 4000, "job": "fixed"}, {"income": "900.5", "job": "none", "since": "2025-03-01"}
    assert (model.answer({"features": rich})["label"], model.answer({"features": poor})["label"]) == ("good", "bad")
    answer = model.answer({"features": {"income": None, "job": "astronaut", "owner": True}})
    assert len(answer["traits"]) == len(card["traits"]) == len(card["traits_reference"][0])
    assert MISSING in answer["traits"]


def test_a_number_is_predicted_with_an_interval(tmp_path: Path) -> None:
    result = trained("table", usable(), "price", columns=["income", "job"], **QUICK, learning_rate=0.3)
    assert result.card["metrics"]["r2"] > 0.7 > result.card["baseline"]["r2"]
    assert 0.7 <= result.card["metrics"]["inside_interval"] <= 0.9
    config, digest = kept(result, tmp_path)
    answer = Predictor(config, digest, ModelFiles(folder=tmp_path)).answer({"features": {"income": 3000, "job": "own"}})
    assert answer["low"] < 9500 < answer["high"]
    assert answer["value"] == pytest.approx(9500, rel=0.2)


def test_the_model_that_is_kept_answers_as_the_library_does(tmp_path: Path) -> None:
    """The library's own encoder of choices is not kept: it holds functions."""
    random = np.random.default_rng(1)
    codes_, numbers = random.permutation(np.arange(300) % 7), random.normal(size=300)
    numbers[::9] = np.nan
    matrix = np.column_stack([codes_, numbers]).astype(float)
    target = np.where((codes_ == 3) | (numbers > 1), "yes", "no")
    rows = [
        {"kind": f"k{code}", "size": None if np.isnan(size) else size, "is": label}
        for code, size, label in zip(codes_, numbers, target, strict=True)
    ]
    result = trained("table", table_of(rows), "is", iterations=10)
    order = [int(name[1:]) for name in result.config["features"][0]["values"]]
    matrix[:, 0] = [order.index(int(code)) for code in codes_]
    theirs = HistGradientBoostingClassifier(
        categorical_features=[0], early_stopping=False, max_iter=result.card["chosen"]["iterations"],
        learning_rate=0.06, max_leaf_nodes=31, min_samples_leaf=20, l2_regularization=1.0, random_state=7,
    ).fit(matrix, target)  # fmt: skip
    config, _ = kept(result, tmp_path)
    ours = load(tmp_path / config["file"], BOOSTED)
    assert np.allclose(ours.predict_proba(matrix), theirs.predict_proba(matrix))


def test_the_same_table_and_seed_give_the_same_bytes() -> None:
    first = trained("table", usable(count=200), "status", columns=COLUMNS, **QUICK)
    again = trained("table", usable(count=200), "status", columns=COLUMNS, **QUICK)
    assert hashlib.sha256(first.model).digest() == hashlib.sha256(again.model).digest()
    assert first.card == again.card


def test_columns_that_say_nothing_or_too_much_are_left_out_in_words() -> None:
    card = trained("table", usable(count=200), "status", **QUICK).card
    assert set(card["data"]["columns"]) == {"income", "job", "since", "owner", "price"}
    said = " ".join(card["warnings"])
    for column in ("id", "bank", "note"):
        assert column in said


def test_a_column_that_gives_the_target_away_is_named() -> None:
    rows = [{**row, "dunned": "yes" if row["status"] == "bad" else "no"} for row in loans(300)]
    card = trained("table", table_of(rows), "status", columns=[*COLUMNS, "dunned"], **QUICK).card
    assert [finding["values"]["column"] for finding in card["findings"] if finding["code"] == "leak"] == ["dunned"]
    rows = [{**row, "in_cents": row["price"] * 100} for row in loans(300)]
    card = trained("table", table_of(rows), "price", columns=["job", "in_cents"], **QUICK).card
    assert codes(card) == ["leak"]


def test_a_target_without_a_pattern_is_said_to_be_noise() -> None:
    random = Random(5)
    rows = [{**row, "coin": random.choice("ab"), "dice": random.random()} for row in loans(300)]
    for target in ("coin", "dice"):
        card = trained("table", table_of(rows), target, columns=COLUMNS, **QUICK).card
        assert set(codes(card)) & {"no_better_than_guessing", "target_near_noise"}, target


def test_a_label_that_is_never_answered_is_named() -> None:
    random = Random(5)
    rows = [{**row, "rare": "yes" if random.random() < 0.04 else "no"} for row in loans(400)]
    assert "labels_never_answered" in codes(trained("table", table_of(rows), "rare", columns=COLUMNS, **QUICK).card)


def test_a_gap_keeps_rows_whose_outcome_was_not_known_out_of_the_lesson() -> None:
    card = trained("table", usable(), "status", columns=["income", "job"], time="since", gap_days=30, **QUICK).card
    assert (card["split"]["by"], card["split"]["train"], card["split"]["test"]) == ("time", 450, 120)


@pytest.mark.parametrize(
    ("target", "parameters", "words"),
    [
        ("bank", {}, "at least two labels"),
        ("id", {}, "at least two labels"),
        ("missing", {}, "no column 'missing'"),
        ("status", {"columns": ["bank"]}, "No column is left"),
        ("status", {"columns": ["status"]}, "the target"),
        ("status", {"task": "regression"}, "no numbers"),
        ("status", {"time": "job"}, "no time"),
        ("status", {"iterations": 10**9}, "iterations"),
        ("status", {"n_jobs": -1}, "n_jobs"),
        ("status", {"columns": ["c"] * 301}, "columns"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_words(target: str, parameters: dict[str, Any], words: str) -> None:
    from orchestrator.assets.errors import AssetError

    with pytest.raises(AssetError, match=words):
        trained("table", usable(count=100), target, **parameters)


def test_values_that_are_missing_everywhere_leave_nothing_to_learn() -> None:
    rows = [{"a": None, "b": "", "is": "xy"[number % 2]} for number in range(100)]
    with pytest.raises(TrainingRefused, match="No column is left"):
        trained("table", table_of(rows), "is")


def test_what_is_told_on_the_way_only_grows() -> None:
    told: list[float] = []
    train(
        "table", usable(count=100), "status", QUICK, progress=lambda share, doing: told.append(share),
        cancelled=lambda: False,
    )  # fmt: skip
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert len(told) > 20


def test_a_cancelled_training_ends_in_the_middle_and_keeps_nothing() -> None:
    told: list[str] = []
    with pytest.raises(TrainingStopped):
        train(
            "table", usable(count=200), "status", QUICK, progress=lambda share, doing: told.append(doing),
            cancelled=lambda: "Learning" in told,
        )  # fmt: skip
    assert told[-1] == "Learning"


def test_facts_that_the_model_does_not_know_fail_the_step_in_words(tmp_path: Path) -> None:
    config, digest = kept(trained("table", usable(count=100), "status", columns=["income", "job"], **QUICK), tmp_path)
    with pytest.raises(StepFailed, match="job, income") as failed:
        Predictor(config, digest, ModelFiles(folder=tmp_path)).answer({"features": {"salary": 3}})
    assert failed.value.error.code == "facts_unknown"


@pytest.mark.parametrize(
    ("part", "value"),
    [("left", 9_999), ("right", 0), ("feature_idx", 99), ("bitset_idx", 77)],
)
def test_a_grown_tree_that_points_outside_itself_is_refused(tmp_path: Path, part: str, value: int) -> None:
    config, _ = kept(trained("table", usable(count=200), "status", columns=["job", "owner"], **QUICK), tmp_path)
    model = load(tmp_path / config["file"], BOOSTED)
    nodes = model._predictors[0][0].nodes
    nodes[part][0] = value
    assert nodes["is_categorical"][0]
    path = tmp_path / "altered.skops"
    path.write_bytes(dump(model))
    with pytest.raises(ArtifactUnsafe, match="outside itself"):
        load(path, BOOSTED)


def test_an_encoder_that_could_hold_functions_is_refused(tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=2, categorical_features=[0])
    model.fit(np.array([[0.0, 1.0], [1.0, 2.0]] * 30), ["a", "b"] * 30)
    path = tmp_path / "model.skops"
    path.write_bytes(dump(model))
    with pytest.raises(ArtifactUnsafe, match="ColumnTransformer"):
        load(path, BOOSTED)
