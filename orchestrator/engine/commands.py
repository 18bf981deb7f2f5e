"""What `Execution.decide` asks of the driver, each in flight until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.engine.events import Binding, ValueRef
from orchestrator.engine.expressions import Template
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.plan import PlanNode
from orchestrator.engine.state import ItemOutcome


@dataclass(frozen=True, kw_only=True)
class Resume:
    """What an attempt goes on with after a wait."""

    state: ValueRef
    """Its own, from before."""
    answer: ValueRef


@dataclass(frozen=True, kw_only=True)
class StartStep:
    """Make one attempt. Answer: step_done, step_failed, step_waiting, step_unknown or step_cancelled."""

    step: int
    node: PlanNode
    """With the settings to use: the step's own or a fallback's."""
    scope: str
    attempt: int
    effect: Effect
    queue: str
    key: str
    """`node@scope`: the part of the idempotency key that all attempts share."""
    deadline: datetime | None
    """The end of the step's total time limit."""
    resume: Resume | None = None
    """None: it begins at the beginning."""
    turn: int = 0
    """How many answers it went on with before: what it waits for now is none of those."""


@dataclass(frozen=True, kw_only=True)
class EndWait:
    """The time a step waited for has come. Answer: step_done with port `out`."""

    step: int
    node: PlanNode
    scope: str
    output: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class OpenItems:
    """Resolve the container's settings and say how many items there are. Answer: items_opened or step_failed."""

    step: int
    node: PlanNode
    scope: str


@dataclass(frozen=True, kw_only=True)
class CloseItems:
    """All items have ended; make the container's output of `items` (in order; without the failed ones under `drop`).

    Answer: step_done or step_failed.
    """

    step: int
    node: PlanNode
    scope: str
    items: tuple[ItemOutcome, ...]
    count: int
    """Of all items."""
    failed: int

    def output(self, read: Callable[[Binding], Any]) -> list[Any]:
        """The container's output; `read` gives the value of a binding."""
        policy = self.node.items
        if policy is None or policy.on_error != "collect":
            return [_value(item, read) for item in self.items]
        return [
            {"index": item.index, "ok": True, "value": _value(item, read)}
            if item.ok
            else {"index": item.index, "ok": False, "error": item.error.as_json() if item.error else None}
            for item in self.items
        ]


@dataclass(frozen=True, kw_only=True)
class DecideLoop:
    """A round has ended on this feedback line: evaluate its condition. Answer: loop_decided."""

    step: int
    """The step that the line comes from."""
    node: PlanNode
    scope: str
    """Around the loop."""
    header: str
    round: int
    edge: str
    when: Template
    names: dict[str, Binding]
    """What the condition's names stand for."""


def _value(item: ItemOutcome, read: Callable[[Binding], Any]) -> Any:
    if isinstance(item.value, dict):
        return {key: read(binding) for key, binding in item.value.items()}
    return None if item.value is None else read(item.value)


@dataclass(frozen=True, kw_only=True)
class RunItems:
    """Only in the run of a chunk: run these items. Answer: items_done, if that can be done at a stretch, else
    items_opened (the engine then runs them step by step) or step_failed."""

    step: int
    node: PlanNode
    scope: str
    items: ValueRef
    base: int
    """The index of the first one in the whole list."""
    count: int


@dataclass(frozen=True, kw_only=True)
class OpenChunk:
    """Start the run of a chunk. Not in flight: it answers by `chunk_ended` when it has ended."""

    step: int
    node: PlanNode
    scope: str
    chunk: int


@dataclass(frozen=True, kw_only=True)
class JoinChunks:
    """All chunks have ended; their lists, one after the other, are the container's output. Answer: step_done."""

    step: int
    node: PlanNode
    scope: str
    pieces: tuple[ValueRef, ...]
    count: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class StopChildren:
    """Tell the runs that this step waits for to stop. Not in flight: each of them answers when it has ended."""

    step: int
    node: PlanNode
    scope: str
    runs: tuple[str, ...] = ()
    """Their ids."""
    chunks: tuple[int, ...] = ()
    """The numbers of chunks."""


Command = StartStep | EndWait | OpenItems | RunItems | CloseItems | OpenChunk | JoinChunks | StopChildren | DecideLoop
