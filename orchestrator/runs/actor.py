"""One run, driven by the process that owns it.

The core decides (`engine.execution`), this does: it starts what is ready, keeps what happened, parks the run when
nothing is left to do here. What it keeps is collected in `Unsaved`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid5

from orchestrator.assets.agents.world import Child
from orchestrator.engine.answers import Calls
from orchestrator.engine.commands import Command, DecideLoop, EndWait, OpenChunk, RunItems, StartStep, StopChildren
from orchestrator.engine.errors import ErrorCategory, ExpressionError, StepError, StepFailed
from orchestrator.engine.events import ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.retry import POISONED
from orchestrator.engine.state import TERMINAL
from orchestrator.nodes.base import PersonNeeded, Result, Waiting
from orchestrator.nodes.registry import node_type
from orchestrator.runs import mail, store, waits
from orchestrator.runs.callbacks import with_calls
from orchestrator.runs.children import Children
from orchestrator.runs.containers import LONGEST_ATTEMPT, Containers, take_container
from orchestrator.runs.containers import Command as ContainerCommand
from orchestrator.runs.endings import ChildDone, is_child_done, take_done
from orchestrator.runs.late import Known
from orchestrator.runs.letter import Letter
from orchestrator.runs.on_the_spot import run_on_the_spot
from orchestrator.runs.restored import Doubts
from orchestrator.runs.rounds import goes_on
from orchestrator.runs.steps import Outcome, formula_error, resolve
from orchestrator.runs.turns import Happening, Hearing, keep_call, make_attempt
from orchestrator.runs.unsaved import Unsaved
from orchestrator.runs.values import Values

if TYPE_CHECKING:
    from orchestrator.runs.claims import Taken
    from orchestrator.runs.host import Host
    from orchestrator.runs.writer import Written

log = logging.getLogger(__name__)

LONGEST_TURN = 0.01
"""Seconds; then the other runs of this process have theirs."""
BETWEEN_LOOKS = 0.05
LONGEST_WAIT_HERE = 5.0
"""A timer further away than this is left to the database."""
MOST_CRASHES = 10
AMBIGUOUS = frozenset({ErrorCategory.TIMEOUT, ErrorCategory.UNAVAILABLE, ErrorCategory.INTERNAL})
"""Failures that leave open whether the other side did what it was asked. The rest are answers, or were never sent."""

Local = StartStep | EndWait | ContainerCommand | DecideLoop | ChildDone
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
        self._values = Values(row, host.read_value, last=taken.last_value, known=taken.known, sealer=taken.sealer)
        self._unsaved = Unsaved(row, events)
        self._asked: dict[int, list[dict[str, Any]]] = {}
        """By step: the records of what the attempt under way has asked assets so far."""
        self._strict = row.crashes > 0
        self._doubts = Doubts(row.restored_seq, events)
        self._children = Children(row, events, self._values)
        self._containers = Containers(row, events[0].body, taken.plan, self._values, host.context, self._unsaved.pins)
        self._letters: deque[Letter] = deque(taken.letters)
        self._known: set[int] = {letter.id for letter in taken.letters}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._after_save: list[StartStep] = []
        self._happened: deque[Happening] = deque()
        self._wake = asyncio.Event()
        self._turn_ends = time.monotonic() + LONGEST_TURN
        self._known_outcomes: list[Known] = []
        """Of effects, since the last save: what the next owner is told if this process loses the run."""

    # -- what the host calls -------------------------------------------------------------------------------------

    def deliver(self, letters: list[Letter]) -> None:
        for letter in letters:
            if letter.id not in self._known:
                self._known.add(letter.id)
                self._letters.append(letter)
                self._wake.set()

    def late_results(self) -> list[Known]:
        """The outcomes of effects that this process knows and could not save."""
        waiting = [
            self._as_known(step, *data, self._asked.get(step, ()))
            for kind, step, data in self._happened
            if kind == "outcome"
        ]
        return [*self._known_outcomes, *(known for known in waiting if known is not None)]

    def lost_calls(self) -> list[dict[str, Any]]:
        """What this process has asked assets and could not save, but for what the next owner hears of: they were asked
        all the same."""
        told = {(known.step, known.attempt) for known in self.late_results()}
        rows = self._unsaved.uncounted
        for step, asked in self._asked.items():
            rows += store.call_rows(asked, step=step, attempt=self._execution.steps[step].attempt or 1, at=_now())
        return [row for row in rows if (row["step"], row["attempt"]) not in told]

    async def drive(self) -> None:
        """Returns when the run has ended or is parked; raises Stale when it is not this process's any more."""
        try:
            if self._unsaved.seq > 1:
                self._execution.recover(_now(), remote=self._elsewhere)
                self._doubts.leave_to_people(self._execution.in_review())
            await self._containers.load(self._execution)
            if self._row.crashes >= MOST_CRASHES:
                self._execution.abandon(_now(), error=POISONED)
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
        self._unsaved.collect(self._execution.take_events())
        if self._finished or self._idle:
            return await self._park()
        if self._must_save():
            await self._save()
        if not self._happened and not self._letters and not self._children.stops:
            await self._pause()
        elif time.monotonic() > self._turn_ends:
            await asyncio.sleep(0)
            self._turn_ends = time.monotonic() + LONGEST_TURN
        return False

    @property
    def _finished(self) -> bool:
        return self._execution.status in TERMINAL and not self._running

    @property
    def _idle(self) -> bool:
        busy = self._running or self._after_save or self._happened or self._letters or self._children.unripe()
        return not busy and self._timer_seconds() > LONGEST_WAIT_HERE

    def _timer_seconds(self) -> float:
        timer = self._execution.next_timer()
        return float("inf") if timer is None else (timer - _now()).total_seconds()

    def _must_save(self) -> bool:
        if self._after_save or self._children.new or self._children.stops or self._unsaved.is_urgent:
            return True
        return self._unsaved.seconds_left <= 0

    async def _pause(self) -> None:
        """Until something happens, a timer is due, or unsaved events have waited long enough."""
        seconds = max(min(self._timer_seconds(), self._unsaved.seconds_left), 0.0)
        self._wake.clear()
        try:
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        finally:
            self._turn_ends = time.monotonic() + LONGEST_TURN

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
            self._children.new.append(self._containers.child(command, self._execution, self._unsaved.values))
            return
        if isinstance(command, StopChildren):
            pieces = [self._containers.run_of(command.node, command.scope, chunk) for chunk in command.chunks]
            self._children.stops += [*(UUID(run) for run in command.runs), *pieces]
            return
        if not isinstance(command, StartStep):
            self._spawn(command)
            return
        if (doubt := self._doubts.about(command)) is not None:
            self._execution.step_started(command.step, _now(), key=str(self._key(command)))
            self._execution.step_unknown(command.step, _now(), error=doubt)
            return
        here = command.queue == "engine"
        if here and (command.effect is not Effect.PURE or self._strict):
            self._execution.step_started(command.step, _now(), key=str(self._key(command)))
            self._after_save.append(command)
            return
        self._spawn(command)

    def _spawn(self, command: Local) -> None:
        work = self._work(command)
        if _is_light(command) and time.monotonic() < self._turn_ends:
            task = run_on_the_spot(work)
        else:
            task = asyncio.create_task(work)
        if task is not None:
            self._running[command.step] = task

    def _stop(self, step: int) -> bool:
        """A step here is interrupted and answers later (False); one elsewhere is told and no longer awaited (True)."""
        task = self._running.get(step)
        if task is not None:
            task.cancel()
            return False
        if any(happening[1] == step for happening in self._happened):
            return False
        self._after_save = [command for command in self._after_save if command.step != step]
        self._unsaved.stopped.append((step, self._execution.steps[step].attempt))
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
            return ("received", step, (command.letter, await self._children.read(command)))
        if isinstance(command, DecideLoop):
            return ("round", step, await goes_on(command, self._values.read))
        if isinstance(command, EndWait):
            outcome = Outcome(result=Result(output=command.output))
            return ("outcome", step, (outcome, await self._values.keep(command.output)))
        inside = isinstance(command, RunItems)
        names = self._execution.names_inside(step) if inside else self._execution.names(step)
        if "run" in names:
            names = with_calls(names, self._execution.plan, self.id, self._execution.steps[step])
        if not isinstance(command, StartStep):
            asked = self._asked[step] = []
            return ("container", step, await self._containers.do(command, names, asked, strict=self._strict))
        config = await resolve(command.node.config, names, self._values.read)
        if command.queue != "engine":
            return ("remote", step, (command, config))
        # A late beat renews the lease; where it has run out, this process ends. The heart beats in another thread.
        while command.effect is not Effect.PURE and not self._host.lease_is_fresh():  # noqa: ASYNC110
            await asyncio.sleep(BETWEEN_LOOKS)
        asked = self._asked[step] = []
        context = self._host.context(
            self._row,
            command.node.key,
            command.node.type,
            command.attempt,
            self._key(command),
            self._unsaved.pins,
            asked,
            Hearing(step, command.attempt, self._say, self._called),
            self._children.agents_above,
        )
        return await make_attempt(command, config, context, self._children, self._values, _seconds(command))

    def _say(self, step: int, attempt: int, text: str) -> None:
        self._host.say(self.id, step, attempt, text)

    async def _called(self, step: int, child: Child) -> None:
        self._happened.append(("called", step, await keep_call(child, self._values)))
        self._wake.set()

    # -- what happened -------------------------------------------------------------------------------------------

    def _take_happenings(self) -> None:
        while self._happened:
            kind, step, data = self._happened.popleft()
            if kind == "broken":
                raise data
            if kind == "called":
                self._tell_call(step, *data)
                continue
            self._host.hush(self.id, step)
            stopping = step in self._execution.to_cancel()
            if stopping and kind in ("cancelled", "remote", "container", "call", "round"):
                self._execution.step_cancelled(step, _now(), calls=self._asked.pop(step, ()))
            elif kind != "cancelled":
                self._take(kind, step, data)

    def _tell_call(self, step: int, call: dict[str, Any], kept: store.KeptValue) -> None:
        """What was asked up to here is counted with it."""
        asked = self._asked.get(step, [])
        self._execution.step_called(step, _now(), call=call, value=Values.ref(kept), calls=asked[:])
        asked.clear()
        self._unsaved.values.append(kept)

    def _take(self, kind: str, step: int, data: Any) -> None:
        now, calls = _now(), self._asked.pop(step, ())
        if kind == "unkept" and self._execution.node(step).effect is Effect.AT_MOST_ONCE:
            # It was done, so it must neither be repeated nor give way to a fallback.
            self._execution.step_unknown(step, now, error=data, calls=calls)
        elif kind in ("failed", "unkept"):
            self._execution.step_failed(step, now, error=data, jitter=random.random(), calls=calls)
        elif kind == "container":
            self._unsaved.values += take_container(self._execution, step, data, now, calls)
        elif kind == "round":
            again, error = data
            self._execution.loop_decided(step, now, again=again, error=error)
        elif kind == "remote":
            self._send_away(*data)
        elif kind == "call":
            call, state = data
            self._children.new.append(call.child)
            self._execution.step_waiting(step, now, wait=call.wait, state=self._kept_state(state), calls=calls)
        elif kind == "received":
            self._unsaved.read.append(data[0].id)
            self._unsaved.values += take_done(self._execution, step, *data, now)
        else:
            self._take_outcome(step, *data, calls)

    def _as_known(self, step: int, outcome: Outcome, kept: store.KeptValue | None, calls: Calls) -> Known | None:
        """None: there was no effect, or nobody knows what became of it."""
        found = self._execution.steps[step]
        pure = self._execution.plan.nodes[found.node].effect is Effect.PURE
        unknown = outcome.person is not None or (outcome.error is not None and self._is_ambiguous(step, outcome.error))
        if pure or unknown:
            return None
        return Known(step=step, attempt=found.attempt, outcome=outcome, kept=kept, calls=calls)

    def _take_outcome(self, step: int, outcome: Outcome, kept: store.KeptValue | None, calls: Calls) -> None:
        now = _now()
        if (known := self._as_known(step, outcome, kept, calls)) is not None:
            self._known_outcomes.append(known)
        if outcome.person is not None:
            self._ask(step, outcome.person, kept, calls)
        elif outcome.waiting is not None:
            self._wait(step, outcome.waiting, calls)
        elif outcome.error is not None and self._is_ambiguous(step, outcome.error):
            self._execution.step_unknown(step, now, calls=calls)
        elif outcome.error is not None:
            self._execution.step_failed(step, now, error=outcome.error, jitter=random.random(), calls=calls)
        elif outcome.result is not None and kept is not None:
            self._unsaved.values.append(kept)
            port, value = outcome.result.port, Values.ref(kept)
            self._execution.step_done(step, now, port=port, value=value, facts=outcome.facts, calls=calls)

    def _is_ambiguous(self, step: int, error: StepError) -> bool:
        """Whether an effect that must not be doubled may have happened although the attempt failed."""
        node = self._execution.node(step)
        return node.effect is Effect.AT_MOST_ONCE and error.category in AMBIGUOUS and not error.not_sent

    def _kept_state(self, kept: store.KeptValue | None) -> ValueRef | None:
        if kept is None:
            return None
        self._unsaved.values.append(kept)
        return Values.ref(kept)

    def _ask(self, step: int, person: PersonNeeded, state: store.KeptValue | None, calls: Calls) -> None:
        found = self._execution.steps[step]
        task = mail.new_task(self.id, found, found.attempt, person)
        self._unsaved.tasks.append(task)
        wait = {
            "kind": "person",
            "task": str(task.id),
            "title": person.title,
            "roles": list(person.roles),
            "due_at": person.due_at.isoformat() if person.due_at else None,
        }
        self._execution.step_waiting(step, _now(), wait=wait, state=self._kept_state(state), calls=calls)

    def _wait(self, step: int, waiting: Waiting, calls: Calls) -> None:
        found = self._execution.steps[step]
        facts, row = waits.open_wait(self.id, step, found.node, found.scope, waiting)
        self._execution.step_waiting(step, _now(), wait=facts, calls=calls)
        if row is not None:
            self._unsaved.waits.append(row)

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
            "pins": self._unsaved.pins.as_json(),
        }
        self._unsaved.remote.append(
            store.NewStepTask(step=command.step, attempt=command.attempt, queue=command.queue, body=orjson.dumps(body))
        )

    # -- mail ----------------------------------------------------------------------------------------------------

    def _read_letters(self) -> None:
        while self._letters and not self._finished:
            letter = self._letters.popleft()
            if is_child_done(letter, self._execution):
                goes_on = self._execution.steps[letter.step or 0].parked is not None
                self._spawn(ChildDone(step=letter.step or 0, letter=letter, goes_on=goes_on))
                continue
            self._unsaved.read.append(letter.id)
            kept = mail.take(letter, self._execution, _now(), self._values)
            self._unsaved.values.extend(kept)

    # -- keeping -------------------------------------------------------------------------------------------------

    async def _park(self) -> bool:
        """True: the run is no longer here. False: mail came in between."""
        written = await self._save(release=True)
        return written.released

    async def _save(self, *, release: bool = False) -> Written:
        children, stops = self._children.take()
        over = self._execution.status in TERMINAL
        append = self._unsaved.take(
            self._execution,
            release=release,
            children=children,
            stops=stops,
            last_word=self._children.last_word(self._execution) if over else None,
        )
        starts, self._after_save = self._after_save, []
        written = await self._host.writer.append(append)
        self._known_outcomes.clear()
        self._unsaved.saved(append, written.seq)
        self._host.tell(self._row, append, written)
        for task in append.step_tasks:
            self._host.ring_step(self.id, task)
        if children:
            self._host.ring_runs([child.id for child in children])
        for command in starts:
            self._spawn(command)
        return written


def _is_light(command: Local) -> bool:
    if not isinstance(command, StartStep) or command.queue != "engine" or command.effect is not Effect.PURE:
        return False
    return node_type(command.node.type, command.node.version).light


def _now() -> datetime:
    return datetime.now(UTC)


def _seconds(command: StartStep) -> float:
    """What this attempt may take: its own limit, and what is left of the step's."""
    own = command.node.policy.timeout_s or LONGEST_ATTEMPT
    if command.deadline is None:
        return own
    return max(min(own, (command.deadline - _now()).total_seconds()), 0.0)
