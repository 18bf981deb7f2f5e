from __future__ import annotations

import pytest

from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.compare import compare
from orchestrator.assets.evaluation.report import Report


def report(outcomes: list[float], task: str = "classify", main: str = "accuracy", first: int = 0) -> Report:
    return Report(
        task=task, main=main, cases=len(outcomes), answered=len(outcomes),
        figures={main: sum(outcomes) / len(outcomes)},
        outcomes={f"c{first + number}": outcome for number, outcome in enumerate(outcomes)},
    )  # fmt: skip


def test_a_clear_gain_is_better_beyond_chance() -> None:
    made = compare(report([0.0] * 20 + [1.0] * 80), report([1.0] * 18 + [0.0] * 2 + [1.0] * 80))
    assert (made.test, made.better, made.worse, made.verdict) == ("mcnemar", 18, 0, "better")
    assert made.p < 0.001
    assert 0 < made.low < 0.18 < made.high
    assert made.words.startswith("The new version is better: 18 cases are answered better and 0 worse, of 100")
    assert made.changes == {"accuracy": 0.18}


def test_a_few_more_right_answers_may_be_chance() -> None:
    made = compare(report([0.0, 0, 0, 1, 1] * 20), report([0.0, 0, 0, 1, 1] * 19 + [1, 1, 0, 1, 0]))
    assert (made.verdict, made.better, made.worse) == ("equal", 2, 1)
    assert made.p == 1
    assert "chance" in made.words


def test_distances_are_compared_by_resampling() -> None:
    before = [-float(5 + number % 3) for number in range(60)]
    after = [-float(7 + number % 4) for number in range(60)]
    made = compare(report(before, "predict", "mae"), report(after, "predict", "mae"))
    assert (made.test, made.verdict) == ("bootstrap", "worse")
    assert made.high < 0
    assert compare(report(before, "predict", "mae"), report(before, "predict", "mae")).p == 1


def test_only_cases_that_both_answered_count() -> None:
    made = compare(report([0.0] * 10), report([1.0] * 10, first=5))
    assert made.better == 5


def test_reports_without_anything_in_common_are_refused() -> None:
    with pytest.raises(EvaluationRefused, match="no case in common"):
        compare(report([1.0]), report([1.0], first=5))
    with pytest.raises(EvaluationRefused, match="different tasks"):
        compare(report([1.0]), report([1.0], task="extract"))
