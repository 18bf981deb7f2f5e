"""After the commit, to the browser: numbered batches of events, at most twenty frames a second and run.

Nothing is sent for what nobody watches. A frame may be lost; the socket that misses one reads the log.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from orchestrator.engine.events import Event
from orchestrator.runs.store import Append
from orchestrator.runs.writer import Written

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.05
ANSWERED = frozenset({"label", "traits"})


def run_group(run: UUID | str) -> str:
    return f"run.{run}"


def workspace_group(workspace: UUID | str) -> str:
    return f"workspace.{workspace}"


def event_json(event: Event) -> dict[str, Any]:
    """For whoever may see the run: without what models answered, which is data of the run."""
    body = event.body
    if calls := body.get("calls"):
        kept = [{name: item for name, item in call.items() if name not in ANSWERED} for call in calls]
        body = {**body, "calls": kept}
    return {"seq": event.seq, "kind": str(event.kind), "at": event.at.isoformat(), "body": body}


def tell_workspace(workspace: UUID, what: str) -> None:
    """Tell the lists of a workspace, from a thread without a loop, that `runs`, `tasks` or the like changed."""
    try:
        async_to_sync(get_channel_layer().group_send)(
            workspace_group(workspace), {"type": "workspace.changed", "what": [what]}
        )
    except (redis.RedisError, OSError) as error:
        log.warning("The live view was not told: %s", error)


class Stream:
    """Collects what happened and sends it from the host's loop."""

    def __init__(self) -> None:
        self._events: dict[UUID, list[dict[str, Any]]] = {}
        self._changes: dict[UUID, set[str]] = {}
        self._stirred = asyncio.Event()

    def tell(self, row: Any, append: Append, written: Written, watched: frozenset[str]) -> None:
        if append.events and str(row.id) in watched:
            self._events.setdefault(row.id, []).extend(event_json(event) for event in append.events)
            self._stirred.set()
        if str(row.workspace_id) not in watched:
            return
        changes = self._changes.setdefault(row.workspace_id, set())
        changes.add("runs")
        if append.tasks or append.read_mail:
            changes.add("tasks")
        self._stirred.set()

    async def run(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            await self._send()
            await asyncio.sleep(EVERY_SECONDS)  # coalesces what comes meanwhile

    async def _send(self) -> None:
        layer = get_channel_layer()
        events, self._events = self._events, {}
        changes, self._changes = self._changes, {}
        try:
            for run, batch in events.items():
                await layer.group_send(run_group(run), {"type": "run.events", "events": batch})
            for workspace, kinds in changes.items():
                await layer.group_send(workspace_group(workspace), {"type": "workspace.changed", "what": sorted(kinds)})
        except (redis.RedisError, OSError) as error:
            log.warning("The live view was not told: %s", error)
