"""How the runs that work for another one ended, as they tell it, and what that one makes of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.engine.errors import ErrorCategory, StepError
from orchestrator.engine.events import Binding, ItemRef, Record, ValueRef, binding_from_json, binding_json
from orchestrator.engine.execution import Execution
from orchestrator.engine.state import child_of
from orchestrator.runs import store
from orchestrator.runs.letter import Letter
from orchestrator.runs.values import Values

ENDED_INSIDE = StepError(
    category=ErrorCategory.CONFIG,
    code="ended_inside",
    message="A step inside ended the run while it worked on one of many items.",
    hint="Lists of more than 500 items are worked on by several runs, so end the run after the for each instead.",
)
Output = Binding | dict[str, Binding] | None


@dataclass(frozen=True, kw_only=True)
class ChildDone:
    """A called workflow has ended well, but what it gave must be read before its step is done."""

    step: int
    letter: Letter
    goes_on: bool
    """The step does not end with it, but goes on with it."""


def is_child_done(letter: Letter, execution: Execution) -> bool:
    """Whether this letter brings a result that its step still waits for."""
    step = execution.steps.get(letter.step or 0)
    if step is None or letter.kind != "child_ended" or letter.body["status"] != "done":
        return False
    return child_of(step) == letter.body["run"] and not execution.is_stopping(step.step)


def take_done(
    execution: Execution, step: int, letter: Letter, given: store.KeptValue | StepError, now: datetime
) -> list[store.KeptValue]:
    """What a child gave is here; whether its step still waits for it is only known now."""
    found = execution.steps[step]
    if not is_child_done(letter, execution) or found.wait is None:
        if child_of(found) == letter.body["run"]:
            execution.step_cancelled(step, now)
        else:
            execution.ignore_mail(now, {"kind": letter.kind, "step": step})
        return []
    if isinstance(given, StepError):
        execution.step_failed(step, now, error=given, jitter=random.random())
        return []
    facts = {key: found.wait[key] for key in ("run", "workflow", "version")}
    if found.parked is not None:
        execution.step_answered(step, now, answer=Values.ref(given), facts=facts)
    else:
        execution.step_done(step, now, port="out", value=Values.ref(given), facts=facts)
    return [given]


def child_error(title: str, letter: Letter) -> StepError:
    """Why a step fails whose workflow did not end well."""
    body = letter.body
    if body["status"] == "cancelled":
        return _stopped(f"The run of “{title}” was stopped.", body["run"])
    error = StepError.from_json(body["error"])
    return StepError(
        category=error.category,
        code="child_failed",
        message=f"“{title}” failed: {error.message}",
        hint=error.hint,
        retryable=error.retryable,
        details={"run": body["run"], "error": body["error"]},
    )


def chunk_result(letter: Letter) -> dict[str, Any]:
    """How a chunk ended, as `Execution.chunk_ended` takes it."""
    body = letter.body
    counts = {"chunk": body["chunk"], "ok": body["ok"], "failed": body["failed"]}
    if body["status"] == "cancelled":
        return {**counts, "value": None, "error": _stopped("The run of some of the items was stopped.", body["run"])}
    if body["status"] == "failed":
        return {**counts, "value": None, "error": StepError.from_json(body["error"])}
    if body["output"] is None:
        return {**counts, "value": None, "error": ENDED_INSIDE}
    return {**counts, "value": output_of(body["output"]), "error": None}


def counts_of(execution: Execution) -> dict[str, int]:
    """Of the items of a chunk. One that failed tells in its error how many went well before."""
    container = execution.steps[1]
    if container.error is not None:
        return {"ok": container.error.details.get("done", 0), "failed": 1}
    failed = container.facts.get("failed", 0)
    return {"ok": container.facts.get("items", 0) - failed, "failed": failed}


def _stopped(message: str, run: str) -> StepError:
    return StepError(
        category=ErrorCategory.CANCELLED,
        code="child_cancelled",
        message=message,
        hint="Ask who stopped it, then run this workflow again.",
        details={"run": run},
    )


def refs_of(value: Output) -> list[ValueRef]:
    """The kept values behind a result."""
    bindings = value.values() if isinstance(value, dict) else [value]
    refs: list[ValueRef] = []
    for binding in bindings:
        match binding:
            case ValueRef():
                refs.append(binding)
            case ItemRef(list=items):
                refs.append(items)
            case Record(members=members):
                refs += refs_of(members)
    return refs


def output_json(output: Output, run: str) -> dict[str, Any] | None:
    if isinstance(output, dict):
        return {"map": {key: binding_json(binding, run) for key, binding in output.items()}}
    return None if output is None else {"one": binding_json(output, run)}


def output_of(data: dict[str, Any] | None) -> Output:
    if data is None:
        return None
    if "map" in data:
        return {key: binding_from_json(each) for key, each in data["map"].items()}
    return binding_from_json(data["one"])
