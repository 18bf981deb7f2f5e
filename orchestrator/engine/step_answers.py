"""What the driver answers about steps, and what a failure leads to."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any

from orchestrator.engine import rounds
from orchestrator.engine.answers import Calls, ContainerAnswers, Flight, told
from orchestrator.engine.compensation import is_undo
from orchestrator.engine.errors import StepError, TransitionRefused
from orchestrator.engine.events import EventKind, ValueRef
from orchestrator.engine.node_spec import Effect
from orchestrator.engine.plan import ERROR_PORT, PlanNode
from orchestrator.engine.retry import CRASHED, MOST_CRASHES, deadline, retry_time
from orchestrator.engine.state import TERMINAL, Step, StepStatus


class StepAnswers(ContainerAnswers):
    """The part of an execution that takes answers: each is folded at once.

    `calls` are the records of what the attempt asked assets.
    Raises TransitionRefused for an answer that comes too late.
    """

    _again: deque[int]
    """Steps that were started before a take-over and are started once more."""

    def step_started(self, step: int, now: datetime, *, key: str) -> None:
        """The intent, to be durable before an effect, and before work on another queue."""
        flight = self._flights.get(step)
        if flight is None:
            raise TransitionRefused(f"Step {step} was not asked for.")
        found = self._state.steps[step]
        body = self._place(found) | {"attempt": flight.attempt, "key": key} | _variant(found)
        self._record(EventKind.STEP_STARTED, now, body)
        flight.remote = self._state.node(found).queue != "engine"

    def step_done(
        self, step: int, now: datetime, *, port: str, value: ValueRef, facts: dict[str, Any], calls: Calls = ()
    ) -> None:
        facts = facts | _variant(self._state.steps[step])
        body = self._answer(step) | {"port": port, "value": value.as_json(), "facts": facts} | told(calls)
        self._record(EventKind.STEP_DONE, now, body)
        self._flights.pop(step, None)

    def step_failed(self, step: int, now: datetime, *, error: StepError, jitter: float, calls: Calls = ()) -> None:
        """Decides what the failure leads to. `jitter` is random, 0 <= jitter < 1."""
        answer = self._answer(step) | told(calls)
        found = self._state.steps[step]
        node = self._state.node(found)
        started_at = found.started_at or self._began(step)
        again = None
        if found.count is None and not self._is_stopping(found):
            again = retry_time(
                policy=node.policy,
                effect=node.effect,
                error=error,
                attempt=answer["attempt"] - found.variant_from,
                started_at=started_at,
                now=now,
                jitter=jitter,
            )
        self._record_failure(found, now, answer, error, again)

    def step_waiting(
        self, step: int, now: datetime, *, wait: dict[str, Any], state: ValueRef | None = None, calls: Calls = ()
    ) -> None:
        """With a `state` the attempt goes on from there once `step_answered` has told what it waited for."""
        found = self._state.steps[step]
        kept = {"state": state.as_json()} if state is not None else {}
        body = self._place(found) | {"attempt": self._attempt(found), "wait": wait} | kept | told(calls)
        self._record(EventKind.STEP_WAITING, now, body)
        self._flights.pop(step, None)

    def step_answered(self, step: int, now: datetime, *, answer: ValueRef, facts: dict[str, Any]) -> None:
        found = self._state.steps[step]
        if found.parked is None or found.wait is None:
            raise TransitionRefused(f"Step {step} has nothing to go on from.")
        body = self._place(found) | {"attempt": found.attempt, "answer": answer.as_json(), "facts": facts}
        self._record(EventKind.STEP_ANSWERED, now, body)

    def step_called(
        self, step: int, now: datetime, *, call: dict[str, Any], value: ValueRef, calls: Calls = ()
    ) -> None:
        """What an attempt under way did for an agent."""
        if step not in self._flights:
            raise TransitionRefused(f"Nobody is working on step {step}.")
        found = self._state.steps[step]
        body = self._place(found) | {"attempt": self._attempt(found), "call": call, "value": value.as_json()}
        self._record(EventKind.STEP_CALLED, now, body | told(calls))

    def loop_decided(self, step: int, now: datetime, *, again: bool, error: StepError | None = None) -> None:
        """What the condition of the feedback line from this step says, or why nothing can be said."""
        flight = self._flights.get(step)
        region = self._state.regions.get(flight.round) if flight is not None and flight.round is not None else None
        if region is None:
            raise TransitionRefused(f"No feedback line from step {step} is to be decided.")
        self._record(EventKind.LOOP_DECIDED, now, rounds.decision(self._state, region, again=again, error=error))
        self._flights.pop(step, None)

    def step_unknown(self, step: int, now: datetime, *, error: StepError | None = None, calls: Calls = ()) -> None:
        """Nobody knows whether it took effect, or what it gave: a person has to look. `error` says why, if known."""
        self._record_unknown(self._state.steps[step], now, error, calls)

    def review(self, step: int, now: datetime, *, answer: str, by: str, note: str) -> None:
        """What a person found out about an unknown outcome. After `done` and `fail` the driver tells the outcome
        itself; `retry` makes the next attempt due at once, with the key of the one before.
        """
        found = self._state.steps[step]
        if found.status is not StepStatus.NEEDS_REVIEW or self._state.status in TERMINAL or self._is_stopping(found):
            raise TransitionRefused(f"Step {step} is {found.status}; it is not open to review.")
        body = self._place(found) | {"answer": answer, "by": by, "note": note}
        self._record(EventKind.REVIEW_ANSWERED, now, body)

    def step_lost(self, step: int, now: datetime) -> None:
        """Whoever made the attempt is gone: it is made again where that is safe, else a person has to look.

        A step that brings down one worker after the other fails.
        """
        found = self._state.steps[step]
        if found.status is not StepStatus.RUNNING or found.count is not None:
            raise TransitionRefused(f"Step {step} is {found.status}; nobody is working on it.")
        node = self._state.node(found)
        self._flights.pop(step, None)
        if node.effect is Effect.AT_MOST_ONCE:
            self.step_unknown(step, now)
        elif self._is_stopping(found):
            self.step_cancelled(step, now)
        elif found.attempt - found.variant_from >= node.policy.retry.attempts + MOST_CRASHES - 1:
            self._record_failure(found, now, self._answer(step), CRASHED, None)
        else:
            self._again.append(step)

    def step_cancelled(self, step: int, now: datetime, *, calls: Calls = ()) -> None:
        """Only what is to be cancelled can be: a step that is merely interrupted is started again after a take-over."""
        found = self._state.steps[step]
        flight = self._flights.get(step)
        if not (self._is_stopping(found) if flight is None else self._is_needless(step, flight)):
            raise TransitionRefused(f"Step {step} is not to be cancelled.")
        if flight is not None and flight.round is not None:
            del self._flights[step]
            return
        self._record(EventKind.STEP_CANCELLED, now, self._place(found) | told(calls))
        self._flights.pop(step, None)

    # failures

    def _record_failure(
        self, step: Step, now: datetime, answer: dict[str, Any], error: StepError, again: datetime | None
    ) -> None:
        node = self._state.node(step)
        handled = "retry" if again is not None else "fail" if self._is_stopping(step) else _handling(node)
        if again is None and not self._is_stopping(step) and self._may_fall_back(step, now):
            handled, again = "fallback", now
        if handled not in ("retry", "fallback", "continue") and self._needs_review(step):
            self._record_unknown(step, now, error, answer.get("calls", ()))
            return
        body = answer | {
            "error": error.as_json(),
            "retry_at": again.isoformat() if again is not None else None,
            "handled": handled,
            "value": node.policy.fallback_value if handled == "continue" else None,
            **_variant(step),
        }
        self._record(EventKind.STEP_FAILED, now, body)
        self._flights.pop(step.step, None)

    def _record_unknown(self, step: Step, now: datetime, error: StepError | None, calls: Calls) -> None:
        """A person has to look, at what could not be undone too; `error` says why."""
        reason = {"error": error.as_json()} if error is not None else {}
        body = self._place(step) | {"attempt": self._attempt(step)} | reason | told(calls)
        self._record(EventKind.STEP_UNKNOWN, now, body)
        self._flights.pop(step.step, None)

    def _needs_review(self, step: Step) -> bool:
        """A step that cannot undo another stops there, until a person has looked."""
        return is_undo(step) and step.status is not StepStatus.NEEDS_REVIEW and not self._is_stopping(step)

    def _may_fall_back(self, step: Step, now: datetime) -> bool:
        """Whether other settings are left to try, and time to try them."""
        node = self._state.plan.nodes[step.node]
        limit = deadline(node.policy, step.started_at or self._began(step.step))
        return step.variant < len(node.fallbacks) and (limit is None or now < limit)

    # small things

    def _is_stopping(self, step: Step) -> bool:
        region = self._state.regions.get(step.scope)
        return region is None or region.stopping or step.cancelling

    def _is_needless(self, number: int, flight: Flight) -> bool:
        if flight.round is not None:
            return flight.round not in self._state.regions
        return self._is_stopping(self._state.steps[number])

    def _place(self, step: Step) -> dict[str, Any]:
        return {"step": step.step, "node": step.node, "scope": step.scope}

    def _attempt(self, step: Step) -> int:
        flight = self._flights.get(step.step)
        return flight.attempt if flight is not None else max(step.attempt, 1)

    def _began(self, step: int) -> datetime | None:
        flight = self._flights.get(step)
        return flight.at if flight is not None else None

    def _answer(self, step: int) -> dict[str, Any]:
        found = self._state.steps[step]
        began = None if found.turn else self._began(step)
        started_at = began or found.started_at
        return self._place(found) | {
            "attempt": self._attempt(found),
            "started_at": started_at.isoformat() if started_at is not None else None,
        }


def _variant(step: Step) -> dict[str, int]:
    return {"variant": step.variant} if step.variant else {}


def _handling(node: PlanNode) -> str:
    if node.policy.on_error == "path" and not any(edge.source_port == ERROR_PORT for edge in node.outgoing):
        return "fail"
    return node.policy.on_error
