"""The runs that one run starts for its steps, and what it hears from them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from orchestrator.engine.commands import StartStep
from orchestrator.engine.errors import ErrorCategory, StepError, StepFailed
from orchestrator.engine.events import Binding, Event, ItemRef, Record, ValueRef, binding_from_json, binding_json
from orchestrator.engine.execution import Execution
from orchestrator.engine.state import child_of
from orchestrator.nodes.base import WorkflowCalled
from orchestrator.runs import store
from orchestrator.runs.calling import DEEPEST, Called, call_workflow
from orchestrator.runs.database import in_database
from orchestrator.runs.kin import LastWord, NewChild
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
class Call:
    """A child on its way, and what its step waits for."""

    child: NewChild
    wait: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ChildDone:
    """A called workflow has ended well, but what it gave must be read before its step is done."""

    step: int
    letter: Letter


class Children:
    """Those of one run. Deciding, waiting and ending are the engine's; this makes and reads."""

    def __init__(self, row: Any, events: list[Event], values: Values) -> None:
        self._row = row
        self._started = events[0].body
        self._values = values

    async def call(self, command: StartStep, called: WorkflowCalled) -> Call:
        """Raises StepFailed where the workflow cannot be called."""
        depth = self._started.get("parent", {}).get("depth", 0) + 1
        if depth > DEEPEST:
            raise StepFailed(
                ErrorCategory.CONFIG,
                "too_deep",
                f"Workflows call each other more than {DEEPEST} deep here.",
                hint="Look whether the workflow runs itself, directly or by way of others, and where that should end.",
            )
        found = await asyncio.to_thread(
            in_database, call_workflow, self._row.workspace_id, called.workflow, called.input
        )
        value = await self._values.sealed(found.input)
        run = uuid5(self._row.id, f"{command.key} {command.attempt}")
        event = self._first_event(command, run, found, ValueRef(id=0, digest=value.digest), depth)
        bodies, hashes = store.sealed_events(run, store.NO_HEAD, [event])
        child = NewChild(
            id=run,
            step=command.step,
            workflow_id=found.workflow_id,
            version_id=found.version_id,
            title=self._row.title,
            how="workflow",
            at=event.at,
            body=bodies[0],
            head=hashes[0],
            start=found.start,
            value=value,
        )
        wait = {
            "kind": "child",
            "run": str(run),
            "workflow": str(found.workflow_id),
            "version": found.version,
            "title": found.name,
        }
        return Call(child=child, wait=wait)

    def _first_event(self, command: StartStep, run: UUID, found: Called, value: ValueRef, depth: int) -> Event:
        execution = Execution(found.plan)
        execution.start(
            start_node=found.start,
            input=value,
            at=datetime.now(UTC),
            body={
                "run": {"id": str(run), "title": self._row.title},
                "by": self._started.get("by"),
                "how": "workflow",
                "mode": self._row.mode,
                "title": self._row.title,
                "auth": self._started.get("auth"),
                "parent": {"run": str(self._row.id), "step": command.step, "depth": depth},
            },
        )
        return execution.take_events()[0]

    def last_word(self, execution: Execution) -> LastWord | None:
        """What the ended run tells the run that it worked for."""
        if self._row.parent_id is None:
            return None
        body = {
            "run": str(self._row.id),
            "status": str(execution.status),
            "error": execution.error.as_json() if execution.error else None,
            "output": _output_json(execution.output(), str(self._row.id)),
        }
        if self._row.parent_chunk is not None:
            body |= {"chunk": self._row.parent_chunk, **_counts(execution)}
        return LastWord(parent=self._row.parent_id, body=orjson.dumps(body))

    async def read(self, done: ChildDone) -> Any:
        """What the called workflow gave, kept as a value of this run. Raises StepFailed for what cannot be kept."""
        output = _output(done.letter.body["output"])
        await self._values.load(refs_of(output))
        if isinstance(output, dict):
            value: Any = {key: self._values.bound(binding) for key, binding in output.items()}
        else:
            value = None if output is None else self._values.bound(output)
        return await self._values.keep(value)


def is_child_done(letter: Letter, execution: Execution) -> bool:
    """Whether this letter brings a result that its step still waits for."""
    step = execution.steps.get(letter.step or 0)
    if step is None or letter.kind != "child_ended" or letter.body["status"] != "done":
        return False
    return child_of(step) == letter.body["run"] and not execution.is_stopping(step.step)


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
    return {**counts, "value": _output(body["output"]), "error": None}


def _counts(execution: Execution) -> dict[str, int]:
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


def _output_json(output: Output, run: str) -> dict[str, Any] | None:
    if isinstance(output, dict):
        return {"map": {key: binding_json(binding, run) for key, binding in output.items()}}
    return None if output is None else {"one": binding_json(output, run)}


def _output(data: dict[str, Any] | None) -> Output:
    if data is None:
        return None
    if "map" in data:
        return {key: binding_from_json(each) for key, each in data["map"].items()}
    return binding_from_json(data["one"])
