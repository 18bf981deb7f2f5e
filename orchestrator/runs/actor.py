"""One run, driven by the process that owns it.

The core decides (`engine.execution`), this does: it starts what is ready, keeps what happened, parks the run when
nothing is left to do here. An append always holds *all* unsaved events in order, so whatever an effect depends on is
durable before the effect starts.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import orjson

from orchestrator.engine.commands import Command, DecideLoop, OpenChunk, RunItems, StartStep, StopChildren
from orchestrator.engine.errors import ErrorCategory, ExpressionError, StepError, StepFailed
from orchestrator.engine.events import Event
from orchestrator.engine.execution import Execution
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.plan import PlanNode
from orchestrator.nodes.registry import node_type
from orchestrator.runs import mail, store
from orchestrator.runs.children import ChildDone, Children, is_child_done
from orchestrator.runs.containers import LONGEST_ATTEMPT, Closed, Containers, Opened, Ran
from orchestrator.runs.containers import Command as ContainerCommand
from orchestrator.runs.context import Context
from orchestrator.runs.kin import NewChild
from orchestrator.runs.letter import Letter
from orchestrator.runs.models import RunStatus
from orchestrator.runs.projection import StepRow, fold_step
from orchestrator.runs.rounds import goes_on
from orchestrator.runs.steps import Outcome, formula_error, perform, resolve
from orchestrator.runs.values import Values
from orchestrator.runs.writer import Stale

if TYPE_CHECKING:
    from orchestrator.runs.claims import Taken
    from orchestrator.runs.host import Host

log = logging.getLogger(__name__)

UNSAVED_EVENTS = 200
UNSAVED_SECONDS = 0.25
LONGEST_WAIT_HERE = 5.0
"""A timer further away than this is left to the database."""
CLEAN_EVENTS = 20
MOST_CRASHES = 10
AMBIGUOUS = frozenset({ErrorCategory.TIMEOUT, ErrorCategory.UNAVAILABLE, ErrorCategory.INTERNAL})
"""Failures that leave open whether the other side did what it was asked. The rest are answers, or were never sent."""
STATUS = {status.name.lower(): status for status in RunStatus}

Happening = tuple[str, int, Any]
Local = StartStep | ContainerCommand | DecideLoop | ChildDone
"""What is worked on by a task of this process."""


class Actor:
    """Drives one claimed run until it ends, parks, or turns out to be somebody else's."""

    def __init__(self, host: Host, taken: Taken) -> None:
        row, events = taken.row, taken.events
        self.id: UUID = row.id
        self._host = host
        self._row = row
        self._elsewhere = taken.remote
        self._execution = Execution(taken.plan, events)
        self._values = Values(row.id, row.workspace_id, host.read_value, last=taken.last_value, known=taken.known)
        self._saved, self._head = row.seq, bytes(row.head)
        self._strict = row.crashes > 0
        self._crashes: int = row.crashes
        self._rows: dict[int, StepRow] = {}
        self._changed: set[int] = set()
        for event in events:
            self._project(event)
        self._changed.clear()  # these stand in the table already
        self._events: list[Event] = []
        self._kept: list[store.KeptValue] = []
        self._tasks: list[store.NewTask] = []
        self._remote: list[store.NewStepTask] = []
        self._stopped: list[tuple[int, int]] = []
        self._read: list[int] = []
        self._children = Children(row, events, self._values)
        self._containers = Containers(row, events[0].body, taken.plan, self._values, self._plain_context)
        self._new_children: list[NewChild] = []
        self._stop_children: list[UUID] = []
        self._letters: deque[Letter] = deque(taken.letters)
        self._known: set[int] = {letter.id for letter in taken.letters}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._after_save: list[StartStep] = []
        self._happened: deque[Happening] = deque()
        self._wake = asyncio.Event()
        self._unsaved_since: float | None = None

    # -- what the host calls -------------------------------------------------------------------------------------

    def deliver(self, letters: list[Letter]) -> None:
        for letter in letters:
            if letter.id not in self._known:
                self._known.add(letter.id)
                self._letters.append(letter)
                self._wake.set()

    async def drive(self) -> None:
        """Returns when the run has ended or is parked; raises Stale when it is not this process's any more."""
        try:
            if self._saved > 1:
                self._execution.recover(_now(), remote=self._elsewhere)
            await self._containers.load(self._execution)
            if self._crashes >= MOST_CRASHES:
                self._execution.abandon(_now(), error=_POISON)
            while not await self._turn():
                continue
        finally:
            for task in self._running.values():
                task.cancel()

    # -- one turn ------------------------------------------------------------------------------------------------

    async def _turn(self) -> bool:
        self._read_letters()
        self._take_happenings()
        self._decide()
        self._collect()
        if self._finished or self._idle:
            return await self._park()
        if self._must_save():
            await self._save()
        if not self._happened and not self._letters and not self._stop_children:
            await self._pause()
        return False

    @property
    def _finished(self) -> bool:
        return STATUS[self._execution.status] >= RunStatus.DONE and not self._running

    @property
    def _idle(self) -> bool:
        busy = self._running or self._after_save or self._happened or self._letters or self._unripe_stops()
        return not busy and self._timer_seconds() > LONGEST_WAIT_HERE

    def _timer_seconds(self) -> float:
        timer = self._execution.next_timer()
        return float("inf") if timer is None else (timer - _now()).total_seconds()

    def _must_save(self) -> bool:
        urgent = self._after_save or self._tasks or self._remote or self._stopped or self._read
        if urgent or self._new_children or self._stop_children or len(self._events) >= UNSAVED_EVENTS:
            return True
        return self._unsaved_since is not None and time.monotonic() - self._unsaved_since >= UNSAVED_SECONDS

    async def _pause(self) -> None:
        """Until something happens, a timer is due, or unsaved events have waited long enough."""
        seconds = max(self._timer_seconds(), 0.0)
        if self._unsaved_since is not None:
            seconds = min(seconds, max(self._unsaved_since + UNSAVED_SECONDS - time.monotonic(), 0.0))
        self._wake.clear()
        try:
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    # -- deciding ------------------------------------------------------------------------------------------------

    def _decide(self) -> None:
        """Until nothing more can be decided: stopping a step may end the run."""
        deciding = True
        while deciding:
            for command in self._execution.decide(_now()):
                self._begin(command)
            stopped = [self._stop(step) for step in self._execution.to_cancel()]
            deciding = any(stopped)

    def _begin(self, command: Command) -> None:
        if isinstance(command, OpenChunk):
            self._new_children.append(self._containers.child(command, self._execution, self._kept))
            return
        if isinstance(command, StopChildren):
            pieces = [self._containers.run_of(command.node, command.scope, chunk) for chunk in command.chunks]
            self._stop_children += [*(UUID(run) for run in command.runs), *pieces]
            return
        if not isinstance(command, StartStep):
            self._spawn(command)
            return
        here = command.queue == "engine"
        if here and (command.effect is not Effect.PURE or self._strict):
            self._execution.step_started(command.step, _now(), key=str(self._key(command)))
            self._after_save.append(command)
            return
        self._spawn(command)

    def _spawn(self, command: Local) -> None:
        self._running[command.step] = asyncio.create_task(self._work(command))

    def _plain_context(self, node: PlanNode) -> Context:
        """The world of a step that is run for one item after the other, and has no effect there."""
        return self._host.context(self._row, node.key, 1, uuid5(self.id, node.key))

    def _stop(self, step: int) -> bool:
        """A step here is interrupted and answers later (False); one elsewhere is told and no longer awaited (True)."""
        task = self._running.get(step)
        if task is not None:
            task.cancel()
            return False
        self._after_save = [command for command in self._after_save if command.step != step]
        self._stopped.append((step, self._execution.steps[step].attempt))
        self._execution.step_cancelled(step, _now())
        return True

    def _key(self, command: StartStep) -> UUID:
        """Equal across attempts and take-overs, different in another run."""
        return uuid5(self.id, command.key)

    # -- doing ---------------------------------------------------------------------------------------------------

    async def _work(self, command: Local) -> None:
        step = command.step
        try:
            happening = await self._happening(command)
        except asyncio.CancelledError:
            happening = ("cancelled", step, None)
        except ExpressionError as error:
            happening = ("failed", step, formula_error(error))
        except StepFailed as failed:
            happening = ("failed", step, failed.error)
        except Exception as error:  # noqa: BLE001  told to the driver, which gives the run up for somebody else's try
            happening = ("broken", step, error)
        self._running.pop(step, None)
        self._happened.append(happening)
        self._wake.set()

    async def _happening(self, command: Local) -> Happening:
        step = command.step
        if isinstance(command, ChildDone):
            return await self._receive(command)
        if isinstance(command, DecideLoop):
            return ("round", step, await goes_on(command, self._values.read))
        if not isinstance(command, StartStep):
            inside = isinstance(command, RunItems)
            names = self._execution.names_inside(step) if inside else self._execution.names(step)
            return ("container", step, await self._containers.do(command, names, strict=self._strict))
        config = await resolve(command.node.config, self._execution.names(step), self._values.read)
        if command.queue != "engine":
            return ("remote", step, (command, config))
        if command.effect is not Effect.PURE and not self._host.lease_is_fresh():
            raise Stale
        context = self._host.context(self._row, command.node.key, command.attempt, self._key(command))
        timeout = _seconds(command)
        outcome = await perform(node_type(command.node.type, command.node.version), config, context, timeout)
        if outcome.call is not None:
            return ("call", step, await self._children.call(command, outcome.call))
        if outcome.result is None:
            return ("outcome", step, (outcome, None))
        return ("outcome", step, (outcome, await self._values.keep(outcome.result.output)))

    async def _receive(self, done: ChildDone) -> Happening:
        try:
            return ("received", done.step, (done.letter, await self._children.read(done)))
        except StepFailed as failed:
            return ("received", done.step, (done.letter, failed.error))

    # -- what happened -------------------------------------------------------------------------------------------

    def _take_happenings(self) -> None:
        while self._happened:
            kind, step, data = self._happened.popleft()
            if kind == "broken":
                raise data
            stopping = step in self._execution.to_cancel()
            if stopping and kind in ("cancelled", "remote", "container", "call", "round"):
                self._execution.step_cancelled(step, _now())
            elif kind != "cancelled":
                self._take(kind, step, data)

    def _take(self, kind: str, step: int, data: Any) -> None:
        now = _now()
        if kind == "failed":
            self._execution.step_failed(step, now, error=data, jitter=random.random())
        elif kind == "container":
            self._take_container(step, data)
        elif kind == "round":
            again, error = data
            self._execution.loop_decided(step, now, again=again, error=error)
        elif kind == "remote":
            self._send_away(*data)
        elif kind == "call":
            self._new_children.append(data.child)
            self._execution.step_waiting(step, now, wait=data.wait)
        elif kind == "received":
            self._take_received(step, *data)
        else:
            self._take_outcome(step, *data)

    def _take_outcome(self, step: int, outcome: Outcome, kept: store.KeptValue | None) -> None:
        now = _now()
        if outcome.person is not None:
            self._ask(step, outcome)
        elif outcome.error is not None and self._is_ambiguous(step, outcome.error):
            self._execution.step_unknown(step, now)
        elif outcome.error is not None:
            self._execution.step_failed(step, now, error=outcome.error, jitter=random.random())
        elif outcome.result is not None and kept is not None:
            self._kept.append(kept)
            self._execution.step_done(step, now, port=outcome.result.port, value=Values.ref(kept), facts=outcome.facts)

    def _take_container(self, step: int, data: Opened | Ran | Closed) -> None:
        now = _now()
        if isinstance(data, Closed):
            self._take_outcome(step, data.outcome, data.value)
        elif isinstance(data, Opened):
            self._kept += data.kept
            self._execution.items_opened(step, now, value=data.value, count=data.count, chunks=data.chunks)
        else:
            done = data.results
            self._kept.append(data.value)
            self._execution.items_done(
                step, now, value=Values.ref(data.value), ok=done.ok, failed=done.failed, failures=done.failures
            )

    def _take_received(self, step: int, letter: Letter, given: store.KeptValue | StepError) -> None:
        """What a child gave is here; whether its step still waits for it is only known now."""
        self._read.append(letter.id)
        found, now = self._execution.steps[step], _now()
        if not is_child_done(letter, self._execution) or found.wait is None:
            mail.take(letter, self._execution, now, self._values)
        elif isinstance(given, StepError):
            self._execution.step_failed(step, now, error=given, jitter=random.random())
        else:
            self._kept.append(given)
            facts = {key: found.wait[key] for key in ("run", "workflow", "version")}
            self._execution.step_done(step, now, port="out", value=Values.ref(given), facts=facts)

    def _is_ambiguous(self, step: int, error: StepError) -> bool:
        """Whether an effect that must not be doubled may have happened although the attempt failed."""
        node = self._execution.plan.nodes[self._execution.steps[step].node]
        return node.effect is Effect.AT_MOST_ONCE and error.category in AMBIGUOUS and not error.not_sent

    def _ask(self, step: int, outcome: Outcome) -> None:
        person = outcome.person
        if person is None:
            return
        task = mail.new_task(self.id, step, self._execution.steps[step].attempt, person)
        self._tasks.append(task)
        wait = {
            "kind": "person",
            "task": str(task.id),
            "title": person.title,
            "roles": list(person.roles),
            "due_at": person.due_at.isoformat() if person.due_at else None,
        }
        self._execution.step_waiting(step, _now(), wait=wait)

    def _send_away(self, command: StartStep, config: Any) -> None:
        key = self._key(command)
        self._execution.step_started(command.step, _now(), key=str(key))
        body = {
            "type": command.node.type,
            "node": command.node.key,
            "version": command.node.version,
            "config": config,
            "key": str(key),
            "workspace": str(self._row.workspace_id),
            "seconds": _seconds(command),
        }
        self._remote.append(
            store.NewStepTask(step=command.step, attempt=command.attempt, queue=command.queue, body=orjson.dumps(body))
        )

    # -- mail ----------------------------------------------------------------------------------------------------

    def _read_letters(self) -> None:
        while self._letters and not self._finished:
            letter = self._letters.popleft()
            if is_child_done(letter, self._execution):
                self._spawn(ChildDone(step=letter.step or 0, letter=letter))
                continue
            self._read.append(letter.id)
            kept = mail.take(letter, self._execution, _now(), self._values)
            self._kept.extend(kept)

    # -- keeping -------------------------------------------------------------------------------------------------

    def _project(self, event: Event) -> None:
        row = fold_step(self._rows, event)
        if row is not None:
            self._rows[row.step] = row
            self._changed.add(row.step)

    def _collect(self) -> None:
        for event in self._execution.take_events():
            self._events.append(event)
            self._project(event)
        if self._events and self._unsaved_since is None:
            self._unsaved_since = time.monotonic()

    async def _park(self) -> bool:
        """True: the run is no longer here. False: mail came in between."""
        written = await self._save(release=True)
        return written.released

    async def _save(self, *, release: bool = False) -> Any:
        events, remote = self._events, self._remote
        bodies, hashes = store.sealed_events(self.id, self._head, events)
        status = STATUS[self._execution.status]
        timer = self._execution.next_timer()
        if len(events) + self._saved - self._row.seq >= CLEAN_EVENTS:
            self._crashes = 0
        append = store.Append(
            run_id=self.id,
            fence=self._row.fence,
            expect=self._saved,
            head=self._head,
            status=status,
            release=release,
            wake_at=timer if release and status < RunStatus.DONE else None,
            waiting_for=self._waiting_for(),
            error=orjson.dumps(self._execution.error.as_json()) if self._execution.error else None,
            crashes=self._crashes,
            events=events,
            bodies=bodies,
            hashes=hashes,
            values=self._kept,
            steps=[self._rows[step] for step in sorted(self._changed)],
            tasks=self._tasks,
            step_tasks=remote,
            stop_tasks=self._stopped,
            read_mail=self._read,
            children=self._new_children,
            stop_children=self._ripe_stops(),
            last_word=self._children.last_word(self._execution) if status >= RunStatus.DONE else None,
        )
        born, self._new_children = [child.id for child in self._new_children], []
        starts, self._after_save = self._after_save, []
        self._events, self._changed, self._kept, self._tasks = [], set(), [], []
        self._remote, self._stopped, self._read, self._unsaved_since = [], [], [], None
        written = await self._host.writer.append(append)
        self._saved = written.seq
        self._head = hashes[-1] if hashes else self._head
        self._host.tell(self._row, append, written)
        for task in remote:
            self._host.ring_step(self.id, task)
        if born:
            self._host.ring_runs(born)
        for command in starts:
            self._spawn(command)
        return written

    def _unripe_stops(self) -> list[UUID]:
        """Children to stop that are only born by the next append: they get their mail with the one after it."""
        born = {child.id for child in self._new_children}
        return [run for run in self._stop_children if run in born]

    def _ripe_stops(self) -> list[UUID]:
        stops, self._stop_children = self._stop_children, self._unripe_stops()
        return [run for run in stops if run not in self._stop_children]

    def _waiting_for(self) -> str:
        for row in self._rows.values():
            if row.status == "waiting" and row.wait and row.wait["kind"] == "child":
                return str(row.wait["title"])[:200]
            if row.status == "needs_person" and row.wait:
                return str(row.wait["title"])[:200]
            if row.status == "needs_review":
                return "A person, to say what became of a step whose outcome is unknown"
        return ""


_POISON = StepError(
    category=ErrorCategory.INTERNAL,
    code="crashed_too_often",
    message="Ten workers in a row died while they worked on this run, so it was given up.",
    hint="Look into the workers' logs, then run it again.",
)


def _now() -> datetime:
    return datetime.now(UTC)


def _seconds(command: StartStep) -> float:
    """What this attempt may take: its own limit, and what is left of the step's."""
    own = command.node.policy.timeout_s or LONGEST_ATTEMPT
    if command.deadline is None:
        return own
    return max(min(own, (command.deadline - _now()).total_seconds()), 0.0)
