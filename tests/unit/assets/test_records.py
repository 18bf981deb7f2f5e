from __future__ import annotations

import json
import math

import pytest

from orchestrator.assets.records import CallRecord, split_answer


def record(given: dict) -> CallRecord:
    _, about = split_answer(given)
    return CallRecord(
        asset="a", version_id="v", version=1, alias="live", arm="live", task="classify", code="", ms=1, **about
    )


def test_what_is_for_the_record_does_not_reach_the_step() -> None:
    value, about = split_answer({"label": "x", "confidence": 0.5, "cost": 0.25, "traits": [1, 2]})
    assert value == {"label": "x", "confidence": 0.5}
    assert (about["cost"], about["traits"], about["label"], about["confidence"]) == ("0.25", (1.0, 2.0), "x", 0.5)


def test_a_record_is_json_whatever_the_model_says() -> None:
    odd = {
        "label": "a\x00\ud800" + "b" * 300,
        "confidence": math.nan,
        "traits": [math.inf, 1, *range(20)],
        "tokens": None,
    }
    kept = record(odd).as_json()
    assert kept["label"].startswith("a?b")
    assert len(kept["label"]) <= 200
    assert (kept["confidence"], kept["traits"][:3], len(kept["traits"])) == (None, [0.0, 1.0, 0.0], 16)
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept


@pytest.mark.parametrize("label", [None, 3, ["x"]])
def test_only_a_text_is_a_label(label: object) -> None:
    assert record({"label": label}).label is None
