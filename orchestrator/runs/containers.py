"""What the driver does for a for each: opens its items, here or cut into runs of their own, and makes its output."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from orchestrator.artifacts.actions import read_file
from orchestrator.assets.pins import Pins
from orchestrator.engine.answers import Calls
from orchestrator.engine.chunks import CHUNK_ITEMS, light_body
from orchestrator.engine.commands import CloseItems, JoinChunks, OpenChunk, OpenItems, RunItems
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.engine.events import Binding, Event, ValueRef, binding_json
from orchestrator.engine.execution import Execution
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.nodes.base import NodeContext
from orchestrator.runs import store
from orchestrator.runs.database import in_database_again
from orchestrator.runs.endings import refs_of
from orchestrator.runs.files import step_errors
from orchestrator.runs.kin import NewChild
from orchestrator.runs.light import LightBody, NeedsSteps, Results
from orchestrator.runs.plans import inside_plan_of
from orchestrator.runs.steps import resolve
from orchestrator.runs.values import Values, opened

LARGEST_JOINED = 100 * 1024 * 1024
"""Bytes of the joined results of a for each in chunks. They are joined unread, whatever their number."""
LONGEST_ATTEMPT = 600.0
"""Seconds an attempt may take where the step sets no limit of its own: no step holds a worker for ever."""

PIECES = """
SELECT v.body::text, v.artifact_id, v.salt, v.sealed
FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY x(run, number, place)
LEFT JOIN run_values v ON v.run_id = x.run AND v.number = x.number ORDER BY x.place
"""

Command = OpenItems | RunItems | CloseItems | JoinChunks


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The items of a container, or the list of its chunks, and what has to be kept with that."""

    value: ValueRef
    count: int
    chunks: int = 0
    kept: Sequence[store.KeptValue] = ()


@dataclass(frozen=True, kw_only=True)
class Ran:
    """The items of a chunk that were run at a stretch."""

    value: store.KeptValue
    results: Results


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A container's output."""

    value: store.KeptValue
    facts: dict[str, Any]


class Containers:
    """Those of one run."""

    def __init__(
        self,
        row: Any,
        started: dict[str, Any],
        plan: Plan,
        values: Values,
        context: Callable[..., NodeContext],
        pins: Pins,
    ) -> None:
        self._row = row
        self._started = started
        self._plan = plan
        self._values = values
        self._context = context
        self._pins = pins

    async def do(
        self, command: Command, names: Mapping[str, Binding], asked: list[dict[str, Any]], *, strict: bool
    ) -> Opened | Ran | Closed:
        """`names` are those of the container's settings, or of the inside where items are to be run; `asked` gets the
        records of what the steps inside ask assets then.

        Raises StepFailed or ExpressionError.
        """
        if isinstance(command, OpenItems):
            return await self._open(command, await resolve(command.node.config, names, self._values.read))
        if isinstance(command, RunItems):
            return await self._run(command, names, asked, strict=strict)
        if isinstance(command, JoinChunks):
            with step_errors():
                body = await asyncio.to_thread(in_database_again, joined, self._row.workspace_id, command.pieces)
            facts = {"items": command.count, "failed": command.failed, "chunks": len(command.pieces)}
            return Closed(value=await self._values.keep_json(body), facts=facts)
        await self._values.load(ref for item in command.items for ref in refs_of(item.value))
        value = await self._values.keep(command.output(self._values.bound))
        return Closed(value=value, facts={"items": command.count, "failed": command.failed})

    async def _open(self, command: OpenItems, config: Any) -> Opened:
        items = config.get("items")
        if not isinstance(items, list):
            raise StepFailed(
                ErrorCategory.INPUT,
                "not_a_list",
                f"“{command.node.name}” needs a list to go through, but its formula gives {type(items).__name__}.",
                hint="Choose a list from an earlier step, for example its attachments.",
            )
        if len(items) <= CHUNK_ITEMS:
            kept = await self._values.keep(items)
            return Opened(value=Values.ref(kept), count=len(items), kept=[kept])
        slices = []
        for at in range(0, len(items), CHUNK_ITEMS):
            slices.append(await self._values.keep_aside(items[at : at + CHUNK_ITEMS]))
            await asyncio.sleep(0)  # a long list takes a while to cut; others go on meanwhile
        sizes = [min(CHUNK_ITEMS, len(items) - at) for at in range(0, len(items), CHUNK_ITEMS)]
        plan = [[each.number, each.digest, size] for each, size in zip(slices, sizes, strict=True)]
        listed = await self._values.keep(plan)
        return Opened(value=Values.ref(listed), count=len(items), chunks=len(slices), kept=[*slices, listed])

    async def _run(
        self, command: RunItems, names: Mapping[str, Binding], asked: list[dict[str, Any]], *, strict: bool
    ) -> Opened | Ran:
        body = None if strict or "until" in self._started else light_body(self._plan, command.node.key)
        if body is not None:
            outer = {name: await self._outer(binding) for name, binding in names.items()}
            items = await self._values.read(command.items)
            light = LightBody(command.node, body, partial(self._plain_context, asked), LONGEST_ATTEMPT)
            try:
                results = await light.run(items, command.base, outer)
                return Ran(value=await self._values.keep(results.output), results=results)
            except NeedsSteps:
                pass  # the engine goes on step by step
        return Opened(value=command.items, count=command.count)

    def _plain_context(self, asked: list[dict[str, Any]], node: PlanNode) -> NodeContext:
        """The world of a step that is run for one item after the other, and has no effect there."""
        return self._context(self._row, node.key, node.type, 1, uuid5(self._row.id, node.key), self._pins, asked)

    async def _outer(self, binding: Binding) -> Any:
        await self._values.load(refs_of(binding))
        return self._values.bound(binding)

    # chunks

    async def load(self, execution: Execution) -> None:
        """What a run that is taken up again must have in memory to start further chunks."""
        for step in execution.open_chunks():
            items = execution.steps[step].items
            if items is not None:
                await self._values.read(items)

    def child(self, command: OpenChunk, execution: Execution, unsaved: Sequence[store.KeptValue]) -> NewChild:
        """The run of a chunk. Its items are copied from this run's values by the database, if they are there yet."""
        items = execution.steps[command.step].items
        assert items is not None
        number, digest, size = self._values.bound(items)[command.chunk]
        event = self._first_event(command, execution, digest, size)
        run = self.run_of(command.node, command.scope, command.chunk)
        bodies, hashes = store.sealed_events(run, store.NO_HEAD, [event])
        value = next((kept for kept in unsaved if kept.number == number), None)
        return NewChild(
            id=run,
            step=command.step,
            chunk=command.chunk,
            workflow_id=self._row.workflow_id,
            version_id=self._row.version_id,
            title=self._row.title,
            how="items",
            at=event.at,
            body=bodies[0],
            head=hashes[0],
            start=command.node.key,
            value=value,
            copied=None if value is not None else number,
        )

    def _until(self, container: str) -> dict[str, str]:
        """Where the run is to go up to a step inside."""
        until, inside = self._started.get("until"), inside_plan_of(self._row.version_id, container).nodes
        return {"until": until} if until in inside and until != container else {}

    def run_of(self, node: PlanNode, scope: str, chunk: int) -> UUID:
        return uuid5(self._row.id, f"{node.key}@{scope} chunk {chunk}")

    def _first_event(self, command: OpenChunk, execution: Execution, digest: str, size: int) -> Event:
        me, above = str(self._row.id), self._started.get("parent", {})
        base = execution.steps[command.step].base + command.chunk * CHUNK_ITEMS
        names = execution.names_inside(command.step)
        child = Execution(inside_plan_of(self._row.version_id, command.node.key))
        child.start(
            start_node=command.node.key,
            input=ValueRef(id=0, digest=digest),
            at=datetime.now(UTC),
            body={
                "by": self._started.get("by"),
                "how": "items",
                "mode": self._row.mode,
                "title": self._row.title,
                "auth": self._started.get("auth"),
                "parent": {
                    "run": me,
                    "step": command.step,
                    "scope": command.scope,
                    "chunk": command.chunk,
                    "depth": above.get("depth", 0),
                },
                "items": {"base": base, "count": size},
                "names": {name: binding_json(binding, me) for name, binding in names.items()},
                **self._until(command.node.key),
                **({"pins": pins} if (pins := self._pins.as_json()) else {}),
            },
        )
        return child.take_events()[0]


def take_container(
    execution: Execution, step: int, data: Opened | Ran | Closed, now: datetime, calls: Calls
) -> Sequence[store.KeptValue]:
    """Records what was done for a container; gives the values to keep with that."""
    if isinstance(data, Opened):
        execution.items_opened(step, now, value=data.value, count=data.count, chunks=data.chunks, calls=calls)
        return data.kept
    if isinstance(data, Closed):
        execution.step_done(step, now, port="out", value=Values.ref(data.value), facts=data.facts)
        return [data.value]
    done = data.results
    execution.items_done(
        step, now, value=Values.ref(data.value), ok=done.ok, failed=done.failed, failures=done.failures, calls=calls
    )
    return [data.value]


def joined(workspace: UUID, pieces: Sequence[ValueRef]) -> bytes:
    """The lists of all pieces as one, without reading what is in them. Raises StepFailed where that is too much."""
    whole = bytearray()
    with connection.cursor() as cursor:
        cursor.execute(PIECES, [[piece.run for piece in pieces], [piece.id for piece in pieces]])
        for body, artifact, salt, sealed in cursor.fetchall():
            if artifact:
                piece = read_file(workspace, artifact)
            else:
                piece = opened(workspace, bytes(salt), bytes(sealed)) if sealed else body.encode()
            inner = piece.strip()[1:-1]
            whole += b"," + inner if whole and inner else inner
            if len(whole) > LARGEST_JOINED:
                raise StepFailed(
                    ErrorCategory.INPUT,
                    "too_large",
                    f"The results of all items are more than {LARGEST_JOINED // 1_048_576} MB, too much to pass on.",
                    hint="Let each item give less, for example a file instead of its content.",
                )
    return b"[" + bytes(whole) + b"]"
