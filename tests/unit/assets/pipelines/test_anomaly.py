from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from orchestrator.assets.errors import ArtifactUnsafe, TrainingRefused
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.predictor import Unusual
from orchestrator.assets.runtimes.skops_files import dump, load
from orchestrator.assets.tables import table_of
from tests.unit.assets.pipelines.making import codes, kept, trained

QUICK = {"trees": 25, "share": 0.05}


def payments(count: int = 500) -> list[dict[str, Any]]:
    """One in twenty is large, at night, and in a country that hardly comes."""
    random = Random(2)
    rows = []
    for number in range(count):
        odd = number % 20 == 0
        rows.append(
            {
                "amount": random.gauss(900 if odd else 60, 20),
                "hour": 3 if odd else random.randint(8, 18),
                "country": f"X{number % 60}" if odd else random.choice(["DE", "NL"]),
                "at": f"2026-01-{1 + number * 28 // count:02}",
                "fraud": "yes" if odd else "no",
            }
        )
    return rows


COLUMNS = ["amount", "hour", "country"]


def test_unusual_rows_are_found_without_having_been_told(tmp_path: Path) -> None:
    result = trained("anomaly", table_of(payments()), "fraud", columns=COLUMNS, **QUICK)
    card = result.card
    assert card["metrics"]["auroc"] > 0.95
    assert card["metrics"]["average_precision"] > 0.8 > card["baseline"]["average_precision"]
    assert card["metrics"]["unusual_share"] == pytest.approx(0.05, abs=0.02)
    json.dumps(card, allow_nan=False)

    config, digest = kept(result, tmp_path)
    model = Unusual(config, digest, ModelFiles(folder=tmp_path))
    calm = model.answer({"features": {"amount": 61, "hour": 12, "country": "DE"}})
    odd = model.answer({"features": {"amount": 950, "hour": 3, "country": "ZZ"}})
    assert (calm["unusual"], odd["unusual"]) == (False, True)
    assert calm["score"] < 0.6 < 0.9 < odd["score"] <= 1
    assert len(odd["traits"]) == len(card["traits"])


def test_without_outcomes_the_report_says_what_it_cannot_know() -> None:
    card = trained("anomaly", table_of(payments()), "", columns=COLUMNS, time="at", **QUICK).card
    assert codes(card) == ["no_outcomes"]
    assert card["split"]["by"] == "time"
    assert set(card["metrics"]) == {"unusual_share"}


def test_the_same_table_and_seed_give_the_same_bytes() -> None:
    first = trained("anomaly", table_of(payments(200)), "", columns=COLUMNS, **QUICK)
    assert trained("anomaly", table_of(payments(200)), "", columns=COLUMNS, **QUICK).model == first.model


@pytest.mark.parametrize(
    ("target", "parameters", "words"),
    [
        ("country", {}, "one of two labels"),
        ("", {"trees": 10**9}, "trees"),
        ("", {"n_jobs": -1}, "n_jobs"),
        ("", {"share": 0.9}, "share"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_words(target: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(TrainingRefused, match=words):
        trained("anomaly", table_of(payments(100)), target, **parameters)


@pytest.mark.parametrize(("part", "value"), [("children_left", 10_000), ("feature", 99), ("children_right", 0)])
def test_a_tree_of_the_forest_that_points_outside_itself_is_refused(tmp_path: Path, part: str, value: int) -> None:
    config, _ = kept(trained("anomaly", table_of(payments(100)), "", columns=COLUMNS, **QUICK), tmp_path)
    model = load(tmp_path / config["file"], ["IsolationForest"])
    getattr(model.estimators_[3].tree_, part)[0] = value
    path = tmp_path / "altered.skops"
    path.write_bytes(dump(model))
    with pytest.raises(ArtifactUnsafe, match="outside itself"):
        load(path, ["IsolationForest"])
