"""What one run has to say and has not made durable: it goes to the writer as one append."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson

from orchestrator.assets.pins import Pins
from orchestrator.engine.events import Event
from orchestrator.engine.execution import Execution
from orchestrator.engine.state import TERMINAL
from orchestrator.runs import store, waits
from orchestrator.runs.kin import LastWord, NewChild
from orchestrator.runs.models import RunStatus
from orchestrator.runs.projection import StepRow, fold_step

MOST_EVENTS = 200
LONGEST_SECONDS = 0.25
CLEAN_EVENTS = 20
"""After so many saved events a worker's death counts as the first again."""
STATUS = {status.name.lower(): status for status in RunStatus}


class Unsaved:
    """An append always holds *all* unsaved events in order, so whatever an effect depends on is durable before it."""

    def __init__(self, row: Any, history: Sequence[Event]) -> None:
        self._run: UUID = row.id
        self._fence: int = row.fence
        self._claimed_at: int = row.seq
        self.seq: int = row.seq
        """Of the last saved event."""
        self._head = bytes(row.head)
        self._crashes: int = row.crashes
        self._rows: dict[int, StepRow] = {}
        self._changed: set[int] = set()
        self.tasks: list[store.NewTask] = []
        self.waits: list[store.NewWait] = []
        self._settled: list[int] = []
        self.pins = Pins(row.id if row.parent_chunk is None else row.parent_id)
        """The versions of assets that this run has asked."""
        self.pins.take_over(history[0].body.get("pins", {}))
        for event in history:
            self._project(event)
        self._changed.clear()  # these stand in the tables already
        self._settled.clear()
        self._events: list[Event] = []
        self._since: float | None = None
        self.values: list[store.KeptValue] = []
        self.remote: list[store.NewStepTask] = []
        self.stopped: list[tuple[int, int]] = []
        self.read: list[int] = []
        self._calls: list[dict[str, Any]] = []
        self._sent_calls: list[dict[str, Any]] = []

    def collect(self, events: Iterable[Event]) -> None:
        for event in events:
            self._events.append(event)
            self._project(event)
            self._calls += self._call_rows(event)
        if self._events and self._since is None:
            self._since = time.monotonic()

    @property
    def is_urgent(self) -> bool:
        """Somebody else waits for it, or it is enough for a commit."""
        told = self.tasks or self.waits or self.remote or self.stopped or self.read
        return bool(told) or len(self._events) >= MOST_EVENTS

    @property
    def seconds_left(self) -> float:
        """Until it has waited long enough; infinite if there is nothing."""
        return float("inf") if self._since is None else self._since + LONGEST_SECONDS - time.monotonic()

    def take(
        self,
        execution: Execution,
        *,
        release: bool,
        children: Sequence[NewChild],
        stops: Sequence[UUID],
        last_word: LastWord | None,
    ) -> store.Append:
        """All of it: what comes from now on is the next append's."""
        status = STATUS[execution.status]
        timer = execution.next_timer()
        if len(self._events) + self.seq - self._claimed_at >= CLEAN_EVENTS:
            self._crashes = 0
        bodies, hashes = store.sealed_events(self._run, self._head, self._events)
        append = store.Append(
            run_id=self._run,
            fence=self._fence,
            expect=self.seq,
            head=self._head,
            status=status,
            release=release,
            wake_at=timer if release and status < RunStatus.DONE else None,
            waiting_for=self._waiting_for(execution),
            error=orjson.dumps(execution.error.as_json()) if execution.error else None,
            crashes=self._crashes,
            events=self._events,
            bodies=bodies,
            hashes=hashes,
            values=self.values,
            steps=[self._rows[step] for step in sorted(self._changed)],
            tasks=self.tasks,
            waits=self.waits,
            settled=self._settled,
            step_tasks=self.remote,
            stop_tasks=self.stopped,
            read_mail=self.read,
            calls=self._calls,
            children=children,
            stop_children=stops,
            last_word=last_word,
        )
        self._events, self._changed, self.values, self.tasks = [], set(), [], []
        self.remote, self.stopped, self.read, self._since = [], [], [], None
        self.waits, self._settled = [], []
        self._calls, self._sent_calls = [], self._calls
        return append

    def saved(self, append: store.Append, seq: int) -> None:
        self.seq = seq
        self._sent_calls = []
        self._head = append.hashes[-1] if append.hashes else self._head

    def _call_rows(self, event: Event) -> list[dict[str, Any]]:
        """What the event adds to the table of calls."""
        if not event.body.get("calls"):
            return []
        row = self._rows[event.body["step"]]
        attempt = event.body.get("attempt", row.attempt)
        return store.call_rows(event.body["calls"], step=row.step, attempt=attempt, at=event.at)

    @property
    def uncounted(self) -> list[dict[str, Any]]:
        """The calls of events that may never be saved."""
        return [*self._sent_calls, *self._calls]

    def _project(self, event: Event) -> None:
        self.pins.learn(event.body.get("calls", ()))
        row = fold_step(self._rows, event)
        if row is None:
            return
        before = self._rows.get(row.step)
        if before is not None and before.wait and not row.wait:
            self._no_longer_waits(row.step)
        self._rows[row.step] = row
        self._changed.add(row.step)

    def _no_longer_waits(self, step: int) -> None:
        """Nobody else is to answer it; what was not even saved yet is not saved at all."""
        self.tasks = [task for task in self.tasks if task.step != step]
        self.waits = [wait for wait in self.waits if wait.step != step]
        self._settled.append(step)

    def _waiting_for(self, execution: Execution) -> str:
        if execution.status in TERMINAL:
            return ""
        if execution.paused_by is not None:
            return f"{execution.paused_by} paused this run"[:200]
        for row in self._rows.values():
            if row.status == "needs_person" and row.wait:
                return str(row.wait["title"])[:200]
            if row.status == "needs_review":
                name = execution.plan.nodes[row.node].name or row.node
                return f"A person, to say what became of “{name}”: its outcome is unknown"[:200]
        return next((waits.spoken(row.wait)[:200] for row in self._rows.values() if row.wait), "")
