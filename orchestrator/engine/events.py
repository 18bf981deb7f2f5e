"""What is written down of a run. The fold reads these facts and nothing else: no formula, no clock, no chance.

Bodies are JSON; the browser folds the same ones:

run_started      start, input {id, digest}, by {id, name} | null, how, mode, title; the start's step is done by it
step_started     step, node, scope, attempt, key, variant if not 0: the fallback that is tried
step_done        step, node, scope, attempt, port, value {id, digest}, facts (variant if not 0), started_at
step_failed      step, node, scope, attempt, error, retry_at | null, value, started_at,
                 handled (retry | fallback | continue | path | fail | compensate), variant if not 0
step_skipped     step, node, scope                 a step that is switched off passes on; any other skips what follows
step_waiting     step, node, scope, attempt, wait
items_opened     step, node, scope, value {id, digest}, count
step_unknown     step, node, scope, attempt, error if it was to undo another and failed
step_cancelled   step, node, scope
cancel_requested by, reason; with an error if the product gave the run up, which then ends as failed
undo_started     reason, count                     what the run did is undone now, each step in the scope undo/...
run_finished     status, error | null
mail_ignored     what the mail said; changes nothing
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    RUN_STARTED = "run_started"
    STEP_STARTED = "step_started"
    STEP_DONE = "step_done"
    STEP_FAILED = "step_failed"
    STEP_SKIPPED = "step_skipped"
    STEP_WAITING = "step_waiting"
    ITEMS_OPENED = "items_opened"
    STEP_UNKNOWN = "step_unknown"
    STEP_CANCELLED = "step_cancelled"
    CANCEL_REQUESTED = "cancel_requested"
    UNDO_STARTED = "undo_started"
    RUN_FINISHED = "run_finished"
    MAIL_IGNORED = "mail_ignored"


@dataclass(frozen=True, kw_only=True)
class Event:
    """`seq` counts from 1 without gaps; `at` carries a time zone."""

    seq: int
    kind: EventKind
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ValueRef:
    """A value kept beside the log, so that it can be erased: its number in the run and its salted digest."""

    id: int
    digest: str

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "digest": self.digest}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ValueRef:
        return cls(id=data["id"], digest=data["digest"])


@dataclass(frozen=True, kw_only=True)
class ItemRef:
    """One entry of a list that is kept as one value."""

    list: ValueRef
    index: int


@dataclass(frozen=True, kw_only=True)
class Constant:
    """A value small enough to stand in the log itself."""

    json: Any


Binding = ValueRef | ItemRef | Constant
"""Where a name of a formula finds its value."""
