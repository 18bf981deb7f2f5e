"""What is written down of a run. The fold reads these facts and nothing else: no formula, no clock, no chance.

Bodies are JSON; the browser folds the same ones:

run_started      start, input {id, digest}, by {id, name} | null, how, mode, title; the start's step is done by it;
                 auth: how whoever started it had signed in, and token: the access token they came with, if they did;
                 kept [{node, scope, port, value {id, digest}}] and kept_from (a run): steps that are done when their
                 turn comes, with what an earlier run made of them, or, with facts of its own, with what a person kept;
                 only (a step): nothing else runs, and given {name: {id, digest}} is what its formulas see;
                 of a chunk: parent {run, step, chunk}, items {base, count}, names {name: binding}, and pins {reference:
                 [version, arm]} if its run has asked assets before;
                 until: the step up to which the run goes, if not to the end
step_started     step, node, scope, attempt, key, variant if not 0: the fallback that is tried
step_done        step, node, scope, attempt, port, value {id, digest}, facts (variant if not 0), started_at
step_failed      step, node, scope, attempt, error, retry_at | null, value, started_at,
                 handled (retry | fallback | continue | path | fail | compensate), variant if not 0
step_skipped     step, node, scope, and a reason (join_unmet | cancelled) if not for want of a taken line;
                 a step that is switched off passes on; any other skips what follows; the header of a loop stands for
                 the whole loop when its scope is the one around the loop
step_waiting     step, node, scope, attempt, wait {kind, ...}: person {task, title, roles, due_at} | delay {until}
                 | call {wait, due_at} | message {wait, name, correlation, due_at}; times are ISO 8601 with a zone
                 | child {run, workflow, version, title}; state {id, digest} if the step itself goes on with the answer
step_answered    step, node, scope, attempt, answer {id, digest}, facts   what such a step waited for: it goes on
step_called      step, node, scope, attempt, call {kind (model | tool), name, ms, tokens | null, cost | null, failed,
                 call}, value {id, digest}         an agent asked its model or called a tool; `value` holds the words
items_opened     step, node, scope, value {id, digest}, count; with chunks: the number of child runs, `value` then is
                 the list of what each of them gets: [number of the value, its digest, items]
chunk_ended      step, node, scope, chunk, ok, failed, value {id, digest, run} | null, error | null
items_done       step, node, scope, value {id, digest}, ok, failed, failures [{index, node, error}]  of a chunk's run
                 whose items were run at a stretch
step_unknown     step, node, scope, attempt, error if it is known: what could not be undone, or not be kept
review_answered  step, node, scope, answer (retry | done | fail), by, note; the answer itself follows
step_cancelled   step, node, scope
run_paused       by, reason; nothing new is decided until run_resumed
run_resumed      by
loop_decided     header, scope (around the loop), round (from 0), edge, again; error | null, and then handled
                 (continue | path | fail | compensate), port and value of the step that the feedback line comes from:
                 it has failed
cancel_requested by, reason; with an error if the product gave the run up, which then ends as failed
undo_started     reason, count                     what the run did is undone now, each step in the scope undo/...
run_finished     status, error | null
mail_ignored     what the mail said; changes nothing

An event that ends or interrupts an attempt (done, failed, waiting, unknown, cancelled, items opened or done, and
ignored mail about one), or tells of a call in it, also holds `calls`, where the attempt asked assets since the last
such event: [the records of these calls, each with the `node` that asked]. Each call stands in one event only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    STEP_ANSWERED = "step_answered"
    STEP_CALLED = "step_called"
    ITEMS_OPENED = "items_opened"
    CHUNK_ENDED = "chunk_ended"
    ITEMS_DONE = "items_done"
    STEP_UNKNOWN = "step_unknown"
    REVIEW_ANSWERED = "review_answered"
    STEP_CANCELLED = "step_cancelled"
    RUN_PAUSED = "run_paused"
    RUN_RESUMED = "run_resumed"
    LOOP_DECIDED = "loop_decided"
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
    run: str | None = None
    """The run that keeps it, where that is another one."""

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "digest": self.digest} | ({"run": self.run} if self.run else {})

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ValueRef:
        return cls(id=data["id"], digest=data["digest"], run=data.get("run"))


@dataclass(frozen=True, kw_only=True)
class ItemRef:
    """One entry of a list that is kept as one value."""

    list: ValueRef
    index: int


@dataclass(frozen=True, kw_only=True)
class Constant:
    """A value small enough to stand in the log itself."""

    json: Any


@dataclass(frozen=True, kw_only=True)
class Record:
    """Several values under one name."""

    members: dict[str, Binding]


Binding = ValueRef | ItemRef | Constant | Record
"""Where a name of a formula finds its value."""


def binding_json(binding: Binding, run: str) -> dict[str, Any]:
    """A binding as another run can use it; `run` keeps the values that name no other one."""
    match binding:
        case Constant(json=value):
            return {"json": value}
        case ItemRef(list=ref, index=index):
            return {"list": replace(ref, run=ref.run or run).as_json(), "index": index}
        case ValueRef() as ref:
            return {"value": replace(ref, run=ref.run or run).as_json()}
        case Record(members=members):
            return {"members": {key: binding_json(member, run) for key, member in members.items()}}


def binding_from_json(data: dict[str, Any]) -> Binding:
    if "json" in data:
        return Constant(json=data["json"])
    if "members" in data:
        return Record(members={key: binding_from_json(member) for key, member in data["members"].items()})
    if "list" in data:
        return ItemRef(list=ValueRef.from_json(data["list"]), index=data["index"])
    return ValueRef.from_json(data["value"])
