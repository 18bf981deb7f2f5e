from __future__ import annotations

import pytest
from uuid_utils.compat import uuid7

from orchestrator.assets.trials import Trial, agrees


def trial(**how: object) -> Trial:
    return Trial(**{"id": str(uuid7()), "version_id": "v2", "shadow": False, "percent": 20, **how})  # type: ignore[arg-type]


def test_a_run_keeps_its_side_and_the_share_is_kept() -> None:
    one, runs = trial(), [uuid7() for _ in range(5_000)]
    first = [one.takes(run) for run in runs]
    assert first == [one.takes(run) for run in runs]
    assert 0.17 < sum(first) / len(runs) < 0.23


def test_another_trial_deals_anew() -> None:
    runs = [uuid7() for _ in range(2_000)]
    both = [(one, other) for one, other in zip(map(trial().takes, runs), map(trial().takes, runs), strict=True)]
    assert 0.02 < sum(one and other for one, other in both) / len(runs) < 0.06


def test_a_shadow_answers_nobody_and_neither_does_a_question_outside_of_runs() -> None:
    assert not any(trial(shadow=True, percent=90).takes(uuid7()) for _ in range(50))
    assert not trial(percent=90).takes(None)


@pytest.mark.parametrize(
    ("task", "counts", "beside", "same"),
    [
        ("classify", {"label": "a", "confidence": 0.9}, {"label": "a", "confidence": 0.4}, True),
        ("classify", {"label": "a"}, {"label": "b"}, False),
        ("score", {"score": 0.8, "level": "high"}, {"score": 0.4, "level": "low"}, False),
        ("detect", {"score": 0.8, "unusual": False}, {"score": 0.1, "unusual": False}, True),
        ("predict", {"value": 100.0}, {"value": 102.0}, True),
        ("predict", {"value": 100.0}, {"value": 120.0}, False),
        ("extract", {"total": {"value": 4, "at": 1}, "tokens": {}}, {"total": {"value": 4, "at": 9}}, True),
        ("chat", {"text": "Hi", "json": {"a": 1}}, {"text": "Hello", "json": {"a": 1}}, True),
        ("chat", {"text": "Hi", "json": None}, {"text": "Hello", "json": None}, None),
    ],
)
def test_answers_agree_by_what_they_decide(task: str, counts: dict, beside: dict, same: bool | None) -> None:
    assert agrees(task, counts, beside) is same
