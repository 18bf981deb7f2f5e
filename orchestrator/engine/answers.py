"""What the driver answers about containers: their items, here or in runs of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.engine.bindings import names_inside
from orchestrator.engine.errors import StepError, TransitionRefused
from orchestrator.engine.events import Binding, EventKind, ValueRef
from orchestrator.engine.scheduling import RunState
from orchestrator.engine.state import Step

Calls = Sequence[dict[str, Any]]
"""The records of what an attempt asked assets."""


def told(calls: Calls) -> dict[str, Any]:
    """The member of an event's body; none where nothing was asked."""
    return {"calls": list(calls)} if calls else {}


@dataclass(kw_only=True, slots=True)
class Flight:
    """An attempt handed to the driver and not answered."""

    attempt: int
    at: datetime
    remote: bool = False
    round: str | None = None
    """The scope whose end waits for it, if it is the condition of the step's feedback line."""


class ContainerAnswers(ABC):
    """The part of an execution that concerns containers."""

    _state: RunState
    _flights: dict[int, Flight]

    @abstractmethod
    def _record(self, kind: EventKind, at: datetime, body: dict[str, Any]) -> None: ...

    @abstractmethod
    def _place(self, step: Step) -> dict[str, Any]: ...

    def names_inside(self, step: int) -> dict[str, Binding]:
        """What the steps inside of this container see from outside of it."""
        return names_inside(self._state, self._state.steps[step])

    def open_chunks(self) -> list[int]:
        """The containers whose items are worked on in other runs."""
        return [number for number, inside in self._state.items.items() if inside.chunks]

    def items_opened(
        self, step: int, now: datetime, *, value: ValueRef, count: int, chunks: int = 0, calls: Calls = ()
    ) -> None:
        """`calls` are the records of what was asked in a stretch that came to nothing."""
        body = self._place(self._state.steps[step]) | {"value": value.as_json(), "count": count} | told(calls)
        if chunks:
            body["chunks"] = chunks
        self._record(EventKind.ITEMS_OPENED, now, body)
        self._flights.pop(step, None)

    def items_done(
        self,
        step: int,
        now: datetime,
        *,
        value: ValueRef,
        ok: int,
        failed: int,
        failures: list[dict[str, Any]],
        calls: Calls = (),
    ) -> None:
        """All items of a chunk's run at once; `failures` are the first few: {index, node, error}."""
        results = {"value": value.as_json(), "ok": ok, "failed": failed, "failures": failures}
        self._record(EventKind.ITEMS_DONE, now, self._place(self._state.steps[step]) | results | told(calls))
        self._flights.pop(step, None)

    def chunk_ended(
        self,
        step: int,
        now: datetime,
        *,
        chunk: int,
        ok: int,
        failed: int,
        value: ValueRef | None,
        error: StepError | None,
    ) -> None:
        """One of `value` and `error` is given."""
        found = self._state.steps.get(step)
        if found is None:
            raise TransitionRefused(f"There is no step {step}.")
        counts = {"chunk": chunk, "ok": ok, "failed": failed}
        ended = {"value": value.as_json() if value else None, "error": error.as_json() if error else None}
        self._record(EventKind.CHUNK_ENDED, now, self._place(found) | counts | ended)
