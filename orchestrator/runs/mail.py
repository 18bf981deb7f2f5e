"""Mail of a run: what others want of it. Reading it is offering it to the run's state, which takes or ignores it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

import orjson

from orchestrator.engine.answers import told
from orchestrator.engine.errors import ErrorCategory, StepError, TransitionRefused
from orchestrator.engine.execution import Execution
from orchestrator.engine.node_spec import LATE
from orchestrator.engine.state import Step, child_of
from orchestrator.nodes.base import PersonNeeded
from orchestrator.runs.endings import child_error, chunk_result
from orchestrator.runs.letter import Letter
from orchestrator.runs.store import KeptValue, NewTask
from orchestrator.runs.values import Values

CANCEL = "cancel"
PAUSE = "pause"
RESUME = "resume"
REVIEW_ANSWERED = "review_answered"
LATE_RESULT = "late_result"
"""What a process found out about an effect after it had lost the run: as good as a result, if nobody knows better."""
TASK_DECIDED = "task_decided"
TASK_EXPIRED = "task_expired"
WAIT_DONE = "wait_done"
WAIT_EXPIRED = "wait_expired"
STEP_RESULT = "step_result"
STEP_LOST = "step_lost"
CHILD_ENDED = "child_ended"


def new_task(run: UUID, step: Step, attempt: int, person: PersonNeeded) -> NewTask:
    """Each turn of an attempt that asks again has a task of its own."""
    turn = f" {step.turn}" if step.turn else ""
    return NewTask(
        id=uuid5(run, f"task {step.step} {attempt}{turn}"),
        step=step.step,
        body={
            "title": person.title,
            "instructions": person.instructions,
            "shown": person.shown,
            "document": person.document,
            "roles": list(person.roles),
            "comment_required_on_reject": person.comment_required_on_reject,
            "approvals": person.approvals,
            "kind": "approval" if person.fields is None else "form",
            "fields": person.fields,
            "values": person.values,
            "due_at": person.due_at.isoformat() if person.due_at else None,
            "remind_at": person.remind_at.isoformat() if person.remind_at else None,
        },
    )


def take(letter: Letter, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    """Fold `letter` into the run; gives the values that came with it. What no longer fits is recorded as ignored."""
    try:
        return _offer(letter, execution, now, values)
    except TransitionRefused:
        execution.ignore_mail(now, {"kind": letter.kind, "step": letter.step} | told(letter.body.get("calls", ())))
        return []


def _offer(letter: Letter, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    if letter.kind == CANCEL:
        execution.cancel(now, by=letter.body["by"], reason=letter.body.get("reason", ""))
        return []
    if letter.kind == PAUSE:
        execution.pause(now, by=letter.body["by"], reason=letter.body["reason"])
        return []
    if letter.kind == RESUME:
        execution.resume(now, by=letter.body["by"])
        return []
    handler = STEP_LETTERS.get(letter.kind)
    step = execution.steps.get(letter.step or 0)
    fits = handler is not None and step is not None and step.status in FITTING[letter.kind]
    if letter.kind in OF_AN_ATTEMPT and fits and step is not None:
        fits = step.attempt == letter.body["attempt"]
    if handler is None or step is None or not fits:
        raise TransitionRefused(f"The mail {letter.kind!r} no longer fits.")
    return handler(letter, step.step, execution, now, values)


def _decided(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    output, facts = letter.body["output"], letter.body["facts"]
    kept = values.keep_bytes(output, orjson.dumps(output), None)
    if execution.steps[step].parked is not None:
        execution.step_answered(step, now, answer=Values.ref(kept), facts=facts)
    else:
        execution.step_done(step, now, port=letter.body["port"], value=Values.ref(kept), facts=facts)
    return [kept]


def _wait_done(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    _refuse_other_wait(letter, execution.steps[step])
    output = letter.body["output"]
    kept = values.keep_bytes(output, orjson.dumps(output), None)
    execution.step_done(step, now, port="out", value=Values.ref(kept), facts=letter.body["facts"])
    return [kept]


def _wait_expired(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    _refuse_other_wait(letter, execution.steps[step])
    return _expired(letter, step, execution, now, values)


def _refuse_other_wait(letter: Letter, step: Step) -> None:
    if step.wait is None or step.wait.get("wait") != letter.body["wait"]:
        raise TransitionRefused(f"Step {step.step} waits for something else.")


def _expired(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    """Time is over: on through the exit for that, where a line leads from it, else the step fails."""
    found = execution.steps[step]
    node = execution.plan.nodes[found.node]
    wait = found.wait or {}
    if not any(edge.source_port == LATE.key for edge in node.outgoing):
        execution.step_failed(step, now, error=OVERDUE[wait.get("kind", "person")], jitter=0.0)
        return []
    # every name of the output is there, empty, so that formulas after a join of both exits can ask for it
    output = dict.fromkeys((node.spec.output_schema or {}).get("properties", {}))
    kept = values.keep_bytes(output, orjson.dumps(output), None)
    facts = {"late": True, "due_at": wait.get("due_at")}
    execution.step_done(step, now, port=LATE.key, value=Values.ref(kept), facts=facts)
    return [kept]


def _overdue(code: str, message: str, hint: str) -> StepError:
    return StepError(category=ErrorCategory.TIMEOUT, code=code, message=message, hint=hint)


_MORE_TIME = "Give it more time, or lead a line from “Too late”."
OVERDUE = {
    "person": _overdue("nobody_answered", "Nobody decided in time.", _MORE_TIME),
    "call": _overdue("nobody_called", "Nobody called in time.", _MORE_TIME),
    "message": _overdue("no_message", "The message did not come in time.", _MORE_TIME),
}


def _result(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    body = letter.body
    calls = body.get("calls", ())
    if body.get("error"):
        error = StepError.from_json(body["error"])
        execution.step_failed(step, now, error=error, jitter=body["jitter"], calls=calls)
        return []
    artifact = UUID(body["artifact"]) if body.get("artifact") else None
    if artifact is not None:
        kept = values.keep_elsewhere(artifact, bytes.fromhex(body["salt"]), body["digest"])
    else:
        kept = values.keep_bytes(body["output"], orjson.dumps(body["output"]), None)
    execution.step_done(step, now, port=body["port"], value=Values.ref(kept), facts=body["facts"], calls=calls)
    return [kept]


def _reviewed(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    body = letter.body
    execution.review(step, now, answer=body["answer"], by=body["by"], note=body["note"])
    if body["answer"] == "fail":
        error = StepError(
            category=ErrorCategory.REJECTED,
            code="did_not_happen",
            message=f"{body['by']} found out that this step did not take effect.",
            hint="Run it again from the failed step, or lead a line from its error exit.",
            details={"note": body["note"]},
        )
        execution.step_failed(step, now, error=error, jitter=0.0)
    if body["answer"] != "done":
        return []
    kept = values.keep_bytes(body["output"], orjson.dumps(body["output"]), None)
    port = execution.plan.nodes[execution.steps[step].node].main_port
    execution.step_done(step, now, port=port, value=Values.ref(kept), facts={"reviewed_by": body["by"]})
    return [kept]


def _lost(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    execution.step_lost(step, now)
    return []


def _child_ended(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    """One that ended well is read by the actor; here are the others, and those that nobody waits for any more."""
    if "chunk" in letter.body:
        execution.chunk_ended(step, now, **chunk_result(letter))
        return []
    found = execution.steps[step]
    if child_of(found) != letter.body["run"] or found.wait is None:
        raise TransitionRefused("The step does not wait for this run.")
    if execution.is_stopping(step):
        execution.step_cancelled(step, now)
        return []
    error = child_error(found.wait["title"], letter)
    if found.parked is None:
        execution.step_failed(step, now, error=error, jitter=random.random())
        return []
    answer = {"error": error.message}
    kept = values.keep_bytes(answer, orjson.dumps(answer), None)
    execution.step_answered(step, now, answer=Values.ref(kept), facts={"run": letter.body["run"]})
    return [kept]


Handler = Callable[[Letter, int, Execution, datetime, Values], list[KeptValue]]
STEP_LETTERS: dict[str, Handler] = {
    TASK_DECIDED: _decided,
    TASK_EXPIRED: _expired,
    WAIT_DONE: _wait_done,
    WAIT_EXPIRED: _wait_expired,
    STEP_RESULT: _result,
    STEP_LOST: _lost,
    CHILD_ENDED: _child_ended,
    LATE_RESULT: _result,
    REVIEW_ANSWERED: _reviewed,
}
FITTING: dict[str, frozenset[str]] = {
    TASK_DECIDED: frozenset({"needs_person"}),
    TASK_EXPIRED: frozenset({"needs_person"}),
    WAIT_DONE: frozenset({"waiting"}),
    WAIT_EXPIRED: frozenset({"waiting"}),
    STEP_RESULT: frozenset({"running"}),
    STEP_LOST: frozenset({"running"}),
    CHILD_ENDED: frozenset({"waiting", "running"}),
    LATE_RESULT: frozenset({"running", "needs_review"}),
    REVIEW_ANSWERED: frozenset({"needs_review"}),
}
OF_AN_ATTEMPT = frozenset({STEP_RESULT, STEP_LOST, LATE_RESULT, REVIEW_ANSWERED})
"""Letters about one attempt: they fit no other."""
