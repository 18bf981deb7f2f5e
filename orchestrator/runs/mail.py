"""Mail of a run: what others want of it. Reading it is offering it to the run's state, which takes or ignores it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

import orjson

from orchestrator.engine.errors import ErrorCategory, StepError, TransitionRefused
from orchestrator.engine.execution import Execution
from orchestrator.engine.state import child_of
from orchestrator.nodes.base import PersonNeeded
from orchestrator.runs.children import child_error, chunk_result
from orchestrator.runs.letter import Letter
from orchestrator.runs.store import KeptValue, NewTask
from orchestrator.runs.values import Values

CANCEL = "cancel"
TASK_DECIDED = "task_decided"
TASK_EXPIRED = "task_expired"
STEP_RESULT = "step_result"
STEP_LOST = "step_lost"
CHILD_ENDED = "child_ended"


def new_task(run: UUID, step: int, attempt: int, person: PersonNeeded) -> NewTask:
    return NewTask(
        id=uuid5(run, f"task {step} {attempt}"),
        step=step,
        body={
            "title": person.title,
            "instructions": person.instructions,
            "shown": person.shown,
            "document": person.document,
            "roles": list(person.roles),
            "comment_required_on_reject": person.comment_required_on_reject,
            "due_at": person.due_at.isoformat() if person.due_at else None,
        },
    )


def take(letter: Letter, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    """Fold `letter` into the run; gives the values that came with it. What no longer fits is recorded as ignored."""
    try:
        return _offer(letter, execution, now, values)
    except TransitionRefused:
        execution.ignore_mail(now, {"kind": letter.kind, "step": letter.step})
        return []


def _offer(letter: Letter, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    if letter.kind == CANCEL:
        execution.cancel(now, by=letter.body["by"], reason=letter.body.get("reason", ""))
        return []
    handler = STEP_LETTERS.get(letter.kind)
    step = execution.steps.get(letter.step or 0)
    fits = handler is not None and step is not None and step.status in FITTING[letter.kind]
    if letter.kind in (STEP_RESULT, STEP_LOST) and fits and step is not None:
        fits = step.attempt == letter.body["attempt"]
    if handler is None or step is None or not fits:
        raise TransitionRefused(f"The mail {letter.kind!r} no longer fits.")
    return handler(letter, step.step, execution, now, values)


def _decided(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    output = letter.body["output"]
    kept = values.keep_bytes(output, orjson.dumps(output), None)
    execution.step_done(step, now, port=letter.body["port"], value=Values.ref(kept), facts=letter.body["facts"])
    return [kept]


def _expired(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    error = StepError(
        category=ErrorCategory.TIMEOUT,
        code="nobody_answered",
        message="Nobody decided in time.",
        hint="Give people more time, or add a path for “If it fails”.",
    )
    execution.step_failed(step, now, error=error, jitter=0.0)
    return []


def _result(letter: Letter, step: int, execution: Execution, now: datetime, values: Values) -> list[KeptValue]:
    body = letter.body
    if body.get("error"):
        execution.step_failed(step, now, error=StepError.from_json(body["error"]), jitter=body["jitter"])
        return []
    artifact = UUID(body["artifact"]) if body.get("artifact") else None
    if artifact is not None:
        kept = values.keep_elsewhere(artifact, bytes.fromhex(body["salt"]), body["digest"])
    else:
        kept = values.keep_bytes(body["output"], orjson.dumps(body["output"]), None)
    execution.step_done(step, now, port=body["port"], value=Values.ref(kept), facts=body["facts"])
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
    else:
        execution.step_failed(step, now, error=child_error(found.wait["title"], letter), jitter=random.random())
    return []


Handler = Callable[[Letter, int, Execution, datetime, Values], list[KeptValue]]
STEP_LETTERS: dict[str, Handler] = {
    TASK_DECIDED: _decided,
    TASK_EXPIRED: _expired,
    STEP_RESULT: _result,
    STEP_LOST: _lost,
    CHILD_ENDED: _child_ended,
}
FITTING: dict[str, frozenset[str]] = {
    TASK_DECIDED: frozenset({"needs_person"}),
    TASK_EXPIRED: frozenset({"needs_person"}),
    STEP_RESULT: frozenset({"running"}),
    STEP_LOST: frozenset({"running"}),
    CHILD_ENDED: frozenset({"waiting", "running"}),
}
