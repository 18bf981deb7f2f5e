"""When a failed attempt is made again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.errors import StepError
from orchestrator.engine.graph import Policy, Retry
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.retry import MAX_RETRY_AFTER_S, retry_time
from tests.unit.engine.building import NOW, failure


def wait(error: StepError, *, effect: Effect = Effect.PURE, **given: Any) -> float | None:
    policy = given.pop("policy", Policy(retry=Retry(attempts=5, first_wait_s=2, max_wait_s=30)))
    values = {"attempt": 1, "started_at": NOW, "jitter": 0.5, **given}
    at = retry_time(policy=policy, effect=effect, error=error, now=NOW, **values)
    return None if at is None else (at - NOW).total_seconds()


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8)])
def test_the_wait_doubles_with_each_attempt(attempt: int, seconds: float) -> None:
    assert wait(failure(retryable=True), attempt=attempt) == seconds


def test_the_number_of_attempts_is_a_limit() -> None:
    assert wait(failure(retryable=True), attempt=5) is None


def test_what_is_not_retryable_is_not_tried_again() -> None:
    assert wait(failure(retryable=False)) is None


@given(jitter=st.floats(0, 1, exclude_max=True), attempt=st.integers(1, 19))
def test_the_wait_is_random_between_nothing_and_the_limit(jitter: float, attempt: int) -> None:
    policy = Policy(retry=Retry(attempts=20, first_wait_s=1, max_wait_s=30))
    seconds = wait(failure(retryable=True), policy=policy, jitter=jitter, attempt=attempt)
    assert seconds is not None
    assert 0 <= seconds <= min(30, 2 ** (attempt - 1))


def test_the_other_side_may_ask_for_more_patience() -> None:
    assert wait(failure(retryable=True, retry_after_s=120)) == 120
    assert wait(failure(retryable=True, retry_after_s=0.1)) == 1


def test_but_not_for_more_than_a_day() -> None:
    assert wait(failure(retryable=True, retry_after_s=MAX_RETRY_AFTER_S + 1)) is None


@pytest.mark.parametrize(("ago", "again"), [(0, True), (59, False)])
def test_no_attempt_begins_after_the_total_time_limit(ago: int, again: bool) -> None:
    policy = Policy(retry=Retry(attempts=5, first_wait_s=4, max_wait_s=30), total_timeout_s=60)
    started_at = NOW - timedelta(seconds=ago)
    assert (wait(failure(retryable=True), policy=policy, started_at=started_at) is not None) is again


@pytest.mark.parametrize(
    "error", [failure(retryable=True, not_sent=True), failure(retryable=True, details={"not_sent": True})]
)
def test_what_happens_at_most_once_is_repeated_only_if_it_was_not_sent(error: StepError) -> None:
    assert wait(error, effect=Effect.AT_MOST_ONCE) is not None
    assert wait(failure(retryable=True), effect=Effect.AT_MOST_ONCE) is None


def test_what_was_only_postponed_comes_back_when_it_was_told_however_often() -> None:
    error = failure(retryable=False, postponed=True, retry_after_s=120)
    assert wait(error, attempt=50) == 120
    assert wait(error, effect=Effect.AT_MOST_ONCE) == 120
    late = Policy(retry=Retry(attempts=5, first_wait_s=2, max_wait_s=30), total_timeout_s=100)
    assert wait(error, policy=late) is None
