"""Two versions on real calls: what is worse is found, and what is chance is not."""

from __future__ import annotations

import random

import pytest

from orchestrator.assets.evaluation.arms import Calls, Limits, judge

LIMITS = Limits(more_failures=2, slower=150, agreement=80)


def drawn(calls: int, failing: float, typical: float, seed: int, **more: object) -> Calls:
    random_ = random.Random(seed)
    failures = sum(random_.random() < failing for _ in range(calls))
    ms = [random_.lognormvariate(0, 0.4) * typical for _ in range(calls - failures)]
    return Calls(calls=calls, failures=failures, ms=ms, **more)  # type: ignore[arg-type]


def test_a_version_that_fails_more_often_is_found_soon() -> None:
    verdict = judge(drawn(60, 0.02, 50, 1), drawn(60, 0.4, 50, 2), LIMITS)
    assert [reason.kind for reason in verdict.reasons] == ["errors"]
    assert "calls failed, against" in verdict.reasons[0].words


def test_one_that_only_fails_is_found_after_a_handful_of_calls() -> None:
    verdict = judge(Calls(calls=20, failures=0), Calls(calls=6, failures=6), LIMITS)
    assert [reason.kind for reason in verdict.reasons] == ["errors"]


def test_a_slower_version_is_found() -> None:
    verdict = judge(drawn(200, 0, 40, 3), drawn(60, 0, 90, 4), LIMITS)
    assert [reason.kind for reason in verdict.reasons] == ["latency"]


def test_a_difference_that_nobody_feels_is_none() -> None:
    assert judge(drawn(500, 0, 0.5, 5), drawn(500, 0, 1.5, 6), LIMITS).reasons == []


def test_a_shadow_that_answers_otherwise_is_found() -> None:
    verdict = judge(Calls(calls=100, failures=0), Calls(calls=100, failures=0, compared=100, agreed=55), LIMITS)
    assert [(reason.kind, verdict.agreement) for reason in verdict.reasons] == [("agreement", 0.55)]


def test_a_canary_that_always_gives_the_same_label_is_found() -> None:
    before = Calls(calls=300, failures=0, labels={"invoice": 150, "complaint": 100, "other": 50})
    verdict = judge(before, Calls(calls=60, failures=0, labels={"other": 60}), LIMITS)
    assert [reason.kind for reason in verdict.reasons] == ["agreement"]


def test_answers_may_be_different_where_that_is_wanted() -> None:
    before, after = Calls(calls=300, failures=0, labels={"a": 300}), Calls(calls=60, failures=0, labels={"b": 60})
    assert judge(before, after, Limits(more_failures=2, slower=150, agreement=0)).reasons == []


@pytest.mark.parametrize("seed", range(20))
def test_the_same_version_again_raises_no_alarm_however_often_one_looks(seed: int) -> None:
    labels = random.Random(seed)
    for calls in (30, 45, 70, 100, 150, 220):
        before = drawn(calls * 4, 0.03, 50, seed, labels=dealt(labels, calls * 4))
        after = drawn(calls, 0.03, 50, seed + 1_000, labels=dealt(labels, calls))
        assert judge(before, after, LIMITS).reasons == []


def dealt(random_: random.Random, calls: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for label in random_.choices(["a", "b", "c", "d"], [5, 3, 2, 1], k=calls):
        counts[label] = counts.get(label, 0) + 1
    return counts
