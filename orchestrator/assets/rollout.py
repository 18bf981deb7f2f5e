"""Looks after trials: whatever is tried is judged by its newest calls each second, stopped where it is worse, and goes
live where it has been asked often enough."""

from __future__ import annotations

from orchestrator.assets.actions.replacement import finish_trial, stop_trial
from orchestrator.assets.replacements import FEWEST, Replacement

GROWN = 1.1
"""Judged again once there are so many times more calls than the last time: each look is a chance to be wrong."""


def look_after_trials() -> None:
    """Called by the sweep. Any number of workers may look at once: what follows is done once."""
    for replacement in Replacement.objects.trying().select_related("asset", "before", "after"):
        look_after(replacement)


def look_after(replacement: Replacement) -> None:
    from orchestrator.assets.evaluation.arms import Limits, judge  # statistics are loaded once something is tried
    from orchestrator.assets.trial_calls import calls_of

    before, after = calls_of(replacement)
    if after.calls < max(1, replacement.judged.get("after", {}).get("calls", 0) * GROWN):
        return
    plan = replacement.read_plan
    limits = Limits(more_failures=plan.more_failures, slower=plan.slower, agreement=plan.agreement)
    verdict = judge(before, after, limits)
    judged = verdict.model_dump(mode="json")
    if verdict.reasons:
        stop_trial(replacement, judged, " ".join(reason.words for reason in verdict.reasons))
    elif plan.by_itself and after.calls >= plan.calls and before.calls >= FEWEST:
        finish_trial(replacement, judged)
    else:
        Replacement.objects.trying().filter(id=replacement.id).update(judged=judged)
