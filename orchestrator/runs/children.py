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
from orchestrator.engine.events import Event, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.nodes.base import WorkflowCalled
from orchestrator.runs import store
from orchestrator.runs.calling import DEEPEST, Called, call_workflow
from orchestrator.runs.database import in_database_again
from orchestrator.runs.endings import ChildDone, counts_of, output_json, output_of, refs_of
from orchestrator.runs.kin import LastWord, NewChild
from orchestrator.runs.values import Values


@dataclass(frozen=True, kw_only=True)
class Call:
    """A child on its way, and what its step waits for."""

    child: NewChild
    wait: dict[str, Any]


class Children:
    """Those of one run. Deciding, waiting and ending are the engine's; this makes and reads."""

    def __init__(self, row: Any, events: list[Event], values: Values) -> None:
        self._row = row
        self._started = events[0].body
        self._values = values
        self.new: list[NewChild] = []
        """Born by the next append."""
        self.stops: list[UUID] = []
        """To be told to stop by the next append that can."""

    def unripe(self) -> list[UUID]:
        """Children to stop that are only born by the next append: they get their mail with the one after it."""
        born = {child.id for child in self.new}
        return [run for run in self.stops if run in born]

    def take(self) -> tuple[list[NewChild], list[UUID]]:
        """What the append that is made now says to children."""
        unripe = self.unripe()
        ripe = [run for run in self.stops if run not in unripe]
        new, self.new, self.stops = self.new, [], unripe
        return new, ripe

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
            in_database_again, call_workflow, self._row.workspace_id, called.workflow, called.input
        )
        value = await self._values.input_of_another(found.input)
        turn = f" {command.turn}" if command.turn else ""
        run = uuid5(self._row.id, f"{command.key} {command.attempt}{turn}")
        event = self._first_event(command, run, found, ValueRef(id=0, digest=value.digest), depth, called.by_agent)
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

    @property
    def agents_above(self) -> int:
        """How many agents wait for this run, one above the other."""
        return int(self._started.get("parent", {}).get("agents", 0))

    def _first_event(
        self, command: StartStep, run: UUID, found: Called, value: ValueRef, depth: int, by_agent: bool
    ) -> Event:
        agents = self.agents_above + by_agent
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
                "parent": {
                    "run": str(self._row.id),
                    "step": command.step,
                    "depth": depth,
                    **({"agents": agents} if agents else {}),
                },
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
            "output": output_json(execution.output(), str(self._row.id)),
        }
        if self._row.parent_chunk is not None:
            body |= {"chunk": self._row.parent_chunk, **counts_of(execution)}
        return LastWord(parent=self._row.parent_id, body=orjson.dumps(body))

    async def read(self, done: ChildDone) -> store.KeptValue | StepError:
        """What the called workflow gave, kept as a value of this run, or why it cannot be kept."""
        output = output_of(done.letter.body["output"])
        try:
            await self._values.load(refs_of(output))
            if isinstance(output, dict):
                value: Any = {key: self._values.bound(binding) for key, binding in output.items()}
            else:
                value = None if output is None else self._values.bound(output)
            return await self._values.keep({"output": value} if done.goes_on else value)
        except StepFailed as failed:
            return failed.error
