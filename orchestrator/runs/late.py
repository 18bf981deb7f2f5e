"""Outcomes of effects that a process knew when it found that the run was no longer its own.

They are evidence for the new owner, sent as mail: it takes them where it cannot know better.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.runs import store
from orchestrator.runs.doorbell import wake
from orchestrator.runs.mail import LATE_RESULT
from orchestrator.runs.steps import Outcome


@dataclass(frozen=True, kw_only=True)
class Known:
    """What an attempt of an effect came to; `kept` is its output."""

    step: int
    attempt: int
    outcome: Outcome
    kept: store.KeptValue | None
    calls: Sequence[dict[str, Any]] = ()
    """The records of what it asked assets."""


def post_late(connection: store.Connection, run: UUID, outcomes: list[Known]) -> None:
    """Tell the run's new owner, and have it look."""
    for known in outcomes:
        dedupe = f"late:{known.step}:{known.attempt}"
        store.post(connection, run, LATE_RESULT, step=known.step, body=_letter(known), dedupe=dedupe)
    wake(connection, run)


def _letter(known: Known) -> dict[str, Any]:
    """The same as the result of a step that ran on another queue."""
    outcome, kept = known.outcome, known.kept
    if outcome.error is not None:
        error = outcome.error.as_json()
        return {"attempt": known.attempt, "error": error, "jitter": random.random(), "calls": list(known.calls)}
    letter: dict[str, Any] = {"attempt": known.attempt, "facts": outcome.facts, "calls": list(known.calls)}
    if outcome.result is not None:
        letter |= {"port": outcome.result.port, "output": outcome.result.output}
    if kept is not None and kept.artifact_id is not None:
        letter |= {"artifact": str(kept.artifact_id), "salt": kept.salt.hex(), "digest": kept.digest, "output": None}
    return letter
