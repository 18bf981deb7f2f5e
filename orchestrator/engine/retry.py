"""Whether, and when, a failed attempt is made again."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestrator.engine.errors import ErrorCategory, StepError
from orchestrator.engine.graph import Policy
from orchestrator.engine.node_spec import Effect

MAX_RETRY_AFTER_S = 24 * 3600
"""The other side may ask for more patience than the policy's `max_wait_s`, but not for more than a day."""

MOST_CRASHES = 3
"""Attempts beyond the policy's that a step may take because its worker died."""
CRASHED = StepError(
    category=ErrorCategory.INTERNAL,
    code="crashed",
    message="The workers that tried this step all died while they were at it.",
    hint="Try it with smaller input, or ask the people who run this product to look into the workers' logs.",
)
MOST_EVENTS = 100_000
TOO_LONG = StepError(
    category=ErrorCategory.CONFIG,
    code="run_too_long",
    message=f"The run has written {MOST_EVENTS:,} entries into its log, more than any run may, so it was ended.",
    hint="Look for a loop that goes round too often, or let a for each or another workflow do a part of the work.",
)
POISONED = StepError(
    category=ErrorCategory.INTERNAL,
    code="crashed_too_often",
    message="Ten workers in a row died while they worked on this run, so it was given up.",
    hint="Look into the workers' logs, then run it again.",
)


def retry_time(
    *,
    policy: Policy,
    effect: Effect,
    error: StepError,
    attempt: int,
    started_at: datetime | None,
    now: datetime,
    jitter: float,
) -> datetime | None:
    """When to try again, or None. `attempt` failed; `started_at` is the start of the first; 0 <= jitter < 1.

    Full jitter: a random wait of up to `min(max_wait_s, first_wait_s * 2 ** (attempt - 1))`, so that many failed
    steps do not come back together. What the other side asked for (`retry_after_s`) is the least wait. What was only
    postponed comes back as often as it takes, at the time it was told.
    """
    if error.postponed and error.retry_after_s is not None:
        return _in_time(now + timedelta(seconds=error.retry_after_s), policy, started_at)
    if not error.retryable or attempt >= policy.retry.attempts:
        return None
    if effect is Effect.AT_MOST_ONCE and not is_not_sent(error):
        return None
    wait = jitter * min(policy.retry.max_wait_s, policy.retry.first_wait_s * 2.0 ** min(attempt - 1, 60))
    if error.retry_after_s is not None:
        if error.retry_after_s > MAX_RETRY_AFTER_S:
            return None
        wait = max(wait, error.retry_after_s)
    return _in_time(now + timedelta(seconds=wait), policy, started_at)


def _in_time(at: datetime, policy: Policy, started_at: datetime | None) -> datetime | None:
    limit = deadline(policy, started_at)
    return at if limit is None or at < limit else None


def is_not_sent(error: StepError) -> bool:
    return error.not_sent or error.details.get("not_sent") is True


def deadline(policy: Policy, started_at: datetime | None) -> datetime | None:
    """The end of the total time limit of a step that first started then."""
    if policy.total_timeout_s is None or started_at is None:
        return None
    return started_at + timedelta(seconds=policy.total_timeout_s)
