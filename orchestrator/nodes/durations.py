"""How long a step waits, as people set it: a number and a unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from orchestrator.engine.errors import ErrorCategory, Problem, StepFailed

Unit = Literal["seconds", "minutes", "hours", "days"]
SECONDS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
LONGEST = timedelta(days=366)


def end_of(now: datetime, amount: float, unit: Unit) -> datetime:
    """When so much time will have passed. Raises StepFailed (input) beyond the longest wait."""
    seconds = amount * SECONDS[unit]
    if seconds > LONGEST.total_seconds():
        raise too_long()
    return now + timedelta(seconds=seconds)


def too_long() -> StepFailed:
    return StepFailed(
        ErrorCategory.INPUT,
        "wait_too_long",
        f"A step can wait for {LONGEST.days} days at most.",
        hint="Choose a shorter time, or start another run later.",
    )


def length_problems(config: Mapping[str, Any], amount: str, unit: str, preset: Unit) -> list[Problem]:
    """What is wrong with a fixed length; `preset` is the unit of settings that name none."""
    number, of = config.get(amount), config.get(unit, preset)
    if isinstance(number, bool) or not isinstance(number, int | float) or of not in SECONDS:
        return []
    if number * SECONDS[of] <= LONGEST.total_seconds():
        return []
    message = f"A step can wait for {LONGEST.days} days at most."
    return [Problem(code="wait_too_long", message=message, hint="Choose a shorter time.", field=f"config.{amount}")]
