"""A run's execution: events in, commands out. Pure: the clock and chance are given by the driver.

    execution = Execution(plan, history)      # folds facts, evaluates nothing
    execution.recover(now, remote=...)        # after a take-over
    for command in execution.decide(now): ... # the driver acts and reports with step_done, step_failed ...
    store(execution.take_events())

Folding the events in a new Execution gives the same steps, status and names, and the same next commands.
What is in flight is not part of that: it dies with the process, and `recover` says what becomes of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from orchestrator.engine import rounds
from orchestrator.engine.answers import Flight
from orchestrator.engine.bindings import names_of
from orchestrator.engine.commands import Command, EndWait, OpenChunk, Resume, StartStep
from orchestrator.engine.compensation import undone_error
from orchestrator.engine.errors import ErrorCategory, HistoryInvalid, StepError, TransitionRefused
from orchestrator.engine.events import Binding, Event, EventKind, ValueRef
from orchestrator.engine.items import close_command, failure_of, open_command, stop_commands
from orchestrator.engine.node_spec import NodeKind
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.engine.retry import MOST_EVENTS, TOO_LONG, deadline
from orchestrator.engine.scheduling import RunState
from orchestrator.engine.state import SETTLED, TERMINAL, RunStatus, Step, StepStatus, Verdict, child_of, delay_end
from orchestrator.engine.step_answers import StepAnswers


class Execution(StepAnswers):
    """One run. Every method that changes it folds at once and adds to the unsaved events.

    Raises TransitionRefused for an answer that comes too late (record it with `ignore_mail`).
    """

    def __init__(self, plan: Plan, history: Iterable[Event] = ()) -> None:
        self.plan = plan
        self.seq = 0
        self._state = RunState(plan)
        self._flights: dict[int, Flight] = {}
        self._again: deque[int] = deque()
        """Steps that were started before a take-over and are started once more."""
        self._unsaved: list[Event] = []
        for event in history:
            if event.seq != self.seq + 1:
                raise HistoryInvalid(f"Event {event.seq} follows event {self.seq}.")
            self._state.apply(event)
            self.seq = event.seq
        self._state.opening.clear()  # these were started together with the events that opened them

    # reading

    @property
    def status(self) -> RunStatus:
        return self._state.status

    @property
    def error(self) -> StepError | None:
        """Why the run failed, once it has."""
        return self._state.error

    @property
    def paused_by(self) -> str | None:
        """Who holds the run."""
        return self._state.paused["by"] if self._state.paused is not None else None

    @property
    def steps(self) -> dict[int, Step]:
        return self._state.steps

    def names(self, step: int) -> dict[str, Binding]:
        """Where the names that this step's settings use find their values. A name without a value is left out."""
        return names_of(self._state, self._state.steps[step])

    def output(self) -> Binding | dict[str, Binding] | None:
        """What the run gives to whoever called it: what its last step gave; several give a map by their keys."""
        return self._state.output()

    def is_stopping(self, step: int) -> bool:
        return self._is_stopping(self._state.steps[step])

    def node(self, step: int) -> PlanNode:
        """With the settings that are tried now: the step's own or a fallback's."""
        return self._state.node(self._state.steps[step])

    def next_timer(self) -> datetime | None:
        """The earliest retry, or end of a delay or of a total time limit; None while the run is paused."""
        if self._state.paused is not None:
            return None
        self._state.due(None)
        return self._state.timers[0][0] if self._state.timers else None

    def to_cancel(self) -> frozenset[int]:
        """Steps in flight that the driver must cancel and answer for."""
        if not self._state.stops:
            return frozenset()
        return frozenset(number for number, flight in self._flights.items() if self._is_needless(number, flight))

    def in_review(self) -> list[int]:
        """The steps whose outcome is unknown and that wait for a person."""
        regions = self._state.regions.values()
        active = [self._state.steps[number] for region in regions for number in region.active]
        return [step.step for step in active if step.status is StepStatus.NEEDS_REVIEW]

    def idle(self) -> bool:
        """Nothing is in flight in this process; steps on other queues may be."""
        return all(flight.remote for flight in self._flights.values())

    def take_events(self) -> list[Event]:
        """The events since the last call, in order."""
        events, self._unsaved = self._unsaved, []
        return events

    # the run

    def start(self, *, start_node: str, input: ValueRef, at: datetime, body: dict[str, Any]) -> None:
        self._record(EventKind.RUN_STARTED, at, {**body, "start": start_node, "input": input.as_json()})

    def cancel(self, now: datetime, *, by: str, reason: str) -> None:
        if self.status is RunStatus.QUEUED or self.status in TERMINAL:
            raise TransitionRefused(f"The run is {self.status}; it cannot be stopped.")
        self._record(EventKind.CANCEL_REQUESTED, now, {"by": by, "reason": reason})

    def abandon(self, now: datetime, *, error: StepError) -> None:
        """Gives the run up for a reason outside of its graph: it stops, and ends as failed with this error."""
        if self.status is RunStatus.QUEUED or self.status in TERMINAL:
            raise TransitionRefused(f"The run is {self.status}; it cannot be given up.")
        body = {"by": None, "reason": error.message, "error": error.as_json()}
        self._record(EventKind.CANCEL_REQUESTED, now, body)

    def pause(self, now: datetime, *, by: str, reason: str) -> None:
        """Holds the run: what is in flight ends and is kept, nothing else is decided, no timer is due."""
        if self.status in (RunStatus.QUEUED, RunStatus.PAUSED) or self.status in TERMINAL or self._state.root.stopping:
            raise TransitionRefused(f"The run is {self.status}; it cannot be paused.")
        self._record(EventKind.RUN_PAUSED, now, {"by": by, "reason": reason})

    def resume(self, now: datetime, *, by: str) -> None:
        if self.status is not RunStatus.PAUSED:
            raise TransitionRefused(f"The run is {self.status}; there is nothing to resume.")
        self._record(EventKind.RUN_RESUMED, now, {"by": by})

    def ignore_mail(self, now: datetime, body: dict[str, Any]) -> None:
        self._record(EventKind.MAIL_IGNORED, now, body)

    def recover(self, now: datetime, *, remote: frozenset[int]) -> None:
        """After a take-over: what becomes of steps that were started and have no result."""
        for number in [number for region in self._state.regions.values() for number in region.active]:
            step = self._state.steps[number]
            if step.status is not StepStatus.RUNNING or step.count is not None or number in self._flights:
                continue
            if number in remote:
                self._flights[number] = Flight(attempt=step.attempt, at=step.started_at or now, remote=True)
            else:
                self.step_lost(number, now)

    def decide(self, now: datetime) -> list[Command]:
        """What to do now; each command is in flight until it is answered. Records skips, stops and the end itself."""
        if self.status in (RunStatus.QUEUED, RunStatus.PAUSED) or self.status in TERMINAL:
            return []
        self._end_what_is_too_long(now)
        commands: list[Command] = []
        state = self._state
        while state.stopped or state.closing or state.ready or state.undecided or self._again:
            if state.stopped:
                stopped = state.steps[state.stopped.popleft()]
                commands += self._stop_children(stopped)
                self._cancel_resting(stopped, now)
            elif state.closing:
                commands += self._close(state.steps[state.closing.popleft()], now)
            elif state.ready:
                commands += self._begin(state.steps[state.ready.popleft()], now)
            elif state.undecided:
                commands += self._end_round(state.undecided.popleft(), now)
            else:
                commands += self._retry(state.steps[self._again.popleft()], now)
        while (step := state.due(now)) is not None:
            commands += self._ring(step, now)
        if state.stopped or state.closing or state.ready or state.undecided:
            return commands + self.decide(now)
        while state.opening:
            number, chunk = state.opening.popleft()
            place = state.steps[number]
            commands.append(OpenChunk(step=number, node=state.node(place), scope=place.scope, chunk=chunk))
        if state.active:
            return commands
        error = state.root.failure
        if error is not None and state.undo_wanted and state.undoing is None and state.undoable:
            self._record(EventKind.UNDO_STARTED, now, {"reason": error.message, "count": len(state.undoable)})
            return commands + self.decide(now)
        told = undone_error(state, error).as_json() if error is not None else None
        self._record(EventKind.RUN_FINISHED, now, {"status": state.outcome.value, "error": told})
        return commands

    def _end_what_is_too_long(self, now: datetime) -> None:
        if self.seq >= MOST_EVENTS and not self._state.root.stopping:
            self.abandon(now, error=TOO_LONG)

    # deciding

    def _begin(self, step: Step, now: datetime) -> list[Command]:
        if step.status is not StepStatus.PENDING or step.step in self._flights:
            return []
        if self._is_stopping(step):
            self._cancel_resting(step, now)
            return []
        if step.verdict is not Verdict.RUN:
            reason = {"reason": step.reason} if step.reason else {}
            self._record(EventKind.STEP_SKIPPED, now, self._place(step) | reason)
            return []
        if (kept := self._state.kept.get((step.node, step.scope))) is not None:
            self._keep(step, kept, now)
            return []
        return self._start(step, 1, now)

    def _keep(self, step: Step, kept: dict[str, Any], now: datetime) -> None:
        """An earlier run has done it: no attempt is made here."""
        facts = kept.get("facts")
        if facts is None and (started := self._state.started) is not None:
            facts = {"kept_from": started.body["kept_from"]}
        outcome = {"attempt": 0, "started_at": None, "port": kept["port"], "value": kept["value"], "facts": facts or {}}
        self._record(EventKind.STEP_DONE, now, self._place(step) | outcome)

    def _retry(self, step: Step, now: datetime) -> list[Command]:
        if step.status in SETTLED or step.step in self._flights:
            return []
        if self._is_stopping(step):
            self._record(EventKind.STEP_CANCELLED, now, self._place(step))
            return []
        return self._start(step, step.attempt if step.answered else step.attempt + 1, now)

    def _start(self, step: Step, attempt: int, now: datetime) -> list[Command]:
        node = self._state.node(step)
        self._flights[step.step] = Flight(attempt=attempt, at=now)
        if node.kind is NodeKind.CONTAINER:
            return [open_command(step, node, self._state.started)]
        return [
            StartStep(
                step=step.step,
                node=node,
                scope=step.scope,
                attempt=attempt,
                effect=node.effect,
                queue=node.queue,
                key=_key(step),
                deadline=deadline(node.policy, step.started_at or now),
                resume=_resume(step),
                turn=step.turn,
            )
        ]

    def _ring(self, step: Step, now: datetime) -> list[Command]:
        if step.retry_at is not None:
            return self._retry(step, now)
        until = delay_end(step)
        if until is not None and until <= now:
            return self._end_delay(step, now)
        stops = self._stop_children(step)
        error = StepError(
            category=ErrorCategory.TIMEOUT,
            code="total_timeout",
            message="Nobody and nothing answered within the time limit of this step.",
            hint="Give the step more time, or lead a line from its error exit.",
        )
        self._record_failure(step, now, self._answer(step.step), error, None)
        return stops

    def _end_delay(self, step: Step, now: datetime) -> list[Command]:
        if step.step in self._flights:
            return []
        self._flights[step.step] = Flight(attempt=step.attempt, at=step.started_at or now)
        output = {"until": step.wait["until"]} if step.wait is not None else {}
        return [EndWait(step=step.step, node=self._state.node(step), scope=step.scope, output=output)]

    def _close(self, step: Step, now: datetime) -> list[Command]:
        inside = self._state.items.get(step.step)
        if inside is None or step.step in self._flights:
            return []
        if self._is_stopping(step):
            self._record(EventKind.STEP_CANCELLED, now, self._place(step))
            return []
        error = failure_of(inside)
        if error is not None:
            self._record_failure(step, now, self._answer(step.step), error, None)
            return []
        self._flights[step.step] = Flight(attempt=step.attempt, at=now)
        return [close_command(step, self._state.node(step), inside)]

    def _end_round(self, scope: str, now: datetime) -> list[Command]:
        region = self._state.regions.get(scope)
        if region is None or not region.undecided or region.undecided[0].step in self._flights:
            return []
        signal = region.undecided[0]
        command = rounds.condition(self._state, region)
        if command is None:
            self._record(EventKind.LOOP_DECIDED, now, rounds.decision(self._state, region, again=True, error=None))
            return []
        self._flights[signal.step] = Flight(attempt=0, at=now, round=scope)
        return [command]

    def _cancel_resting(self, step: Step, now: datetime) -> None:
        """Steps in flight are the driver's to cancel; containers end after their items, callers after what they called;
        started ones are recovered."""
        region = self._state.regions.get(step.scope)
        started = child_of(step) is not None or (step.status is StepStatus.RUNNING and step.step not in self._again)
        if region is None or step.step not in region.active or step.step in self._flights or started:
            return
        self._record(EventKind.STEP_CANCELLED, now, self._place(step))

    def _stop_children(self, step: Step) -> list[Command]:
        return stop_commands(step, self._state.node(step), self._state.items.get(step.step))

    def _record(self, kind: EventKind, at: datetime, body: dict[str, Any]) -> None:
        event = Event(seq=self.seq + 1, kind=kind, at=at, body=body)
        self._state.apply(event)
        self.seq = event.seq
        self._unsaved.append(event)


def _resume(step: Step) -> Resume | None:
    if step.parked is None or step.answer is None:
        return None
    return Resume(state=step.parked, answer=step.answer)


def _key(step: Step) -> str:
    """Other settings are another request: a system that knows the key of a failed one must not answer with that."""
    return f"{step.node}@{step.scope}" + (f"+{step.variant}" if step.variant else "")
