"""The folded state of a run: what is known after the events so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from orchestrator.engine.errors import StepError
from orchestrator.engine.events import Binding, ValueRef
from orchestrator.engine.graph import Edge


class RunStatus(StrEnum):
    QUEUED = "queued"
    """Accepted; nobody has taken it up."""
    RUNNING = "running"
    """Something can be done now, or is being done."""
    WAITING = "waiting"
    """Only people, timers or outcomes from outside can move it on."""
    PAUSED = "paused"
    """Held by a person."""
    DONE = "done"
    FAILED = "failed"
    """A step failed and nothing in the workflow took care of it."""
    CANCELLED = "cancelled"
    """Stopped by a person."""


class StepStatus(StrEnum):
    PENDING = "pending"
    """Its turn has come (or it is about to be skipped)."""
    RUNNING = "running"
    WAITING = "waiting"
    """For its next attempt, or for an answer from outside."""
    NEEDS_PERSON = "needs_person"
    NEEDS_REVIEW = "needs_review"
    """Whether it took effect is unknown; never repeated by itself."""
    DONE = "done"
    FAILED = "failed"
    """`handled` says whether the run went on without it."""
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


TERMINAL = frozenset({RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED})
SETTLED = frozenset({StepStatus.DONE, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED})

NEXT: dict[StepStatus, frozenset[StepStatus]] = {
    StepStatus.PENDING: frozenset(StepStatus) - {StepStatus.PENDING},
    StepStatus.RUNNING: frozenset(StepStatus) - {StepStatus.PENDING, StepStatus.SKIPPED},
    StepStatus.WAITING: frozenset(StepStatus) - {StepStatus.PENDING, StepStatus.SKIPPED},
    StepStatus.NEEDS_PERSON: SETTLED - {StepStatus.SKIPPED} | {StepStatus.WAITING, StepStatus.NEEDS_REVIEW},
    StepStatus.NEEDS_REVIEW: SETTLED - {StepStatus.SKIPPED} | {StepStatus.WAITING, StepStatus.RUNNING},
    StepStatus.DONE: frozenset(),
    StepStatus.FAILED: frozenset(),
    StepStatus.SKIPPED: frozenset(),
    StepStatus.CANCELLED: frozenset(),
}
"""Which status may follow which: settled steps never change."""


class Verdict(StrEnum):
    """What a decided join means for its step."""

    RUN = "run"
    SKIP = "skip"
    GO_ON = "go_on"
    """Switched off: not run, but the way goes on."""


@dataclass(kw_only=True, slots=True)
class Step:
    """One node's execution in one scope; its attempts share it."""

    step: int
    node: str
    scope: str
    attempt: int = 0
    """Of the last attempt that is in the log; 0 before the first."""
    variant: int = 0
    """The fallback that is tried, counted from 1; 0 while it is the step's own settings."""
    variant_from: int = 0
    """Attempts that do not count: those before the ones with this variant, and those that were only postponed."""
    status: StepStatus = StepStatus.PENDING
    port: str | None = None
    value: Binding | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    error: StepError | None = None
    handled: str | None = None
    """What the failure led to: retry, fallback, continue, path, fail or compensate."""
    started_at: datetime | None = None
    """Of the first attempt: the total time limit counts from here."""
    ended_at: datetime | None = None
    retry_at: datetime | None = None
    wait: dict[str, Any] | None = None
    parked: ValueRef | None = None
    """What the step goes on from, where it waited with a state of its own."""
    answer: ValueRef | None = None
    """What it waited for, once that is there."""
    answered: bool = False
    """The answer is there and the attempt has not gone on with it yet."""
    turn: int = 0
    """How often it got an answer to go on with."""
    count: int | None = None
    """Items of a container, once they are open."""
    items: ValueRef | None = None
    """The list of a container, once it is open."""
    base: int = 0
    """Of a container that has only a piece of the list: the index of its first item in the whole."""
    verdict: Verdict = Verdict.RUN
    reason: str | None = None
    """Why it is skipped, if not because no line to it was taken: join_unmet or cancelled."""
    cancelling: bool = False
    """To be cancelled by itself: whatever becomes of it, none of its lines is taken."""
    ended_after: int = 0
    """How many steps had been decided when it ended: only later ones see its value, at whatever time they ask."""
    error_from: int | None = None
    """The failed step whose error path this step is on: the name `error` in its formulas."""


def child_of(step: Step) -> str | None:
    """The id of the run that the step waits for."""
    if step.status is not StepStatus.WAITING or step.wait is None or step.wait["kind"] != "child":
        return None
    return str(step.wait["run"])


def delay_end(step: Step) -> datetime | None:
    """When the delay is over that the step waits for; None where it waits for something else."""
    if step.wait is None or step.wait["kind"] != "delay":
        return None
    return datetime.fromisoformat(step.wait["until"])


@dataclass(frozen=True, kw_only=True)
class ItemOutcome:
    """How one item of a for_each ended. Several final steps inside give a map by their keys."""

    index: int
    ok: bool
    value: Binding | dict[str, Binding] | None = None
    error: StepError | None = None


@dataclass(kw_only=True, slots=True)
class Signal:
    """What a settled step says on one of its lines."""

    edge: Edge
    taken: bool
    step: int
    error_from: int | None


@dataclass(kw_only=True, slots=True)
class Region:
    """One scope at work: the root, one item, or one round of a loop. It has ended when nothing in it is open."""

    scope: str
    node: str | None = None
    """Of an item: the container."""
    step: int = 0
    """Of an item: the container's step."""
    index: int = 0
    loop: str | None = None
    """Of a round: the header of its loop."""
    round: int = 0
    outer: Region | None = field(default=None, repr=False)
    """Of a round: where its loop stands."""
    active: dict[int, None] = field(default_factory=dict)
    """Steps that are decided and not settled, in order."""
    rounds: dict[str, Region] = field(default_factory=dict)
    """The open round of each loop that stands here, by header."""
    joins: dict[str, Join] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    """Steps and loops that are skipped when their turn comes."""
    exits: list[Signal] = field(default_factory=list)
    """Of a round: what was said on the lines out of the loop. Only the last round's counts."""
    undecided: list[Signal] = field(default_factory=list)
    """Of a round: feedback lines that were taken and whose condition is to be evaluated, once nothing is open."""
    stopping: bool = False
    failure: StepError | None = None
    undoes: int = 0
    """The step that is undone here; 0 everywhere else."""

    @property
    def open(self) -> bool:
        return bool(self.active or self.rounds)


@dataclass(kw_only=True, slots=True)
class Join:
    """The incoming lines of a step, some of them still to be signalled."""

    open: int
    taken: int = 0
    error_from: int | None = None
    fired: bool = False
    """Decided; what comes now is absorbed."""


@dataclass(kw_only=True, slots=True)
class Items:
    """The inside of one container step."""

    count: int
    next_index: int = 0
    open: dict[str, Region] = field(default_factory=dict)
    outcomes: dict[int, ItemOutcome] = field(default_factory=dict)
    failed: ItemOutcome | None = None
    """The first failure when the policy is to stop."""
    chunks: int = 0
    """Runs of their own that the items are worked on in; 0 where they are worked on here."""
    next_chunk: int = 0
    open_chunks: set[int] = field(default_factory=set)
    pieces: dict[int, ValueRef] = field(default_factory=dict)
    """What the ended chunks gave."""
    ok: int = 0
    lost: int = 0
    """Failed items of the ended chunks."""
    failure: StepError | None = None
    """Why a chunk, and so the container, failed."""


class Frame(NamedTuple):
    """The innermost frame of a scope."""

    outer: str
    node: str
    """The container, or the header of the loop."""
    number: int
    """The item's index, or the round from 0."""
    is_round: bool


def frame_of(scope: str) -> Frame:
    outer, _, frame = scope.rpartition("/")
    is_round = "~" in frame
    node, _, number = frame.rpartition("~" if is_round else ".")
    return Frame(outer, node, int(number), is_round)


def item_scope(outer: str, node: str, index: int) -> str:
    return f"{outer}/{node}.{index}" if outer else f"{node}.{index}"


def round_scope(outer: str, header: str, number: int) -> str:
    return f"{outer}/{header}~{number}" if outer else f"{header}~{number}"
