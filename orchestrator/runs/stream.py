"""After the commit, to the browser: numbered batches of events, at most twenty frames a second and run.

Nothing is sent for what nobody watches. A frame may be lost; the socket that misses one reads the log. Beside the
events goes the text of steps that are still writing: it is provisional, and stands in no log.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from orchestrator.assets.models import Alert, Asset
from orchestrator.engine.events import Event
from orchestrator.runs.store import Append
from orchestrator.runs.writer import Written

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.05
WHOLE_SECONDS = 1.0
MOST_SAID = 100_000
"""Characters of one attempt that are shown while it is under way."""
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


@dataclass(kw_only=True, slots=True)
class Speech:
    """The text that an attempt has come to so far, on its way to whoever looks."""

    attempt: int
    text: str = ""
    told: int = 0
    """Characters that were sent."""
    whole_at: float = 0.0
    """When all of it was sent last, for those who came later."""


def tell_alerted(alert_id: UUID) -> None:
    """Something about an asset is to be looked at: once it is committed, the bell rings."""
    workspace = Alert.objects.values_list("workspace_id", flat=True).get(pk=alert_id)
    transaction.on_commit(lambda: tell_workspace(workspace, "alerts"))


def tell_checked(asset_id: UUID) -> None:
    """The latest calls of an asset were looked at."""
    workspace = Asset.objects.values_list("workspace_id", flat=True).get(pk=asset_id)
    transaction.on_commit(lambda: tell_workspace(workspace, "alerts"))


class Stream:
    """Collects what happened and sends it from the host's loop."""

    def __init__(self, watched: Callable[[], frozenset[str]]) -> None:
        self._watched = watched
        self._speeches: dict[UUID, dict[int, Speech]] = {}
        """By run and step. Only in memory: what counts is the result."""
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

    def say(self, run: UUID, step: int, attempt: int, text: str) -> None:
        of_run = self._speeches.setdefault(run, {})
        speech = of_run.get(step)
        if speech is None or speech.attempt != attempt:
            speech = of_run[step] = Speech(attempt=attempt)
        speech.text += text[: MOST_SAID - len(speech.text)]
        self._stirred.set()

    def hush(self, run: UUID, step: int) -> None:
        """The step has a result, or will never have one."""
        of_run = self._speeches.get(run)
        if of_run is None:
            return
        of_run.pop(step, None)
        if not of_run:
            del self._speeches[run]

    def forget(self, run: UUID) -> None:
        for step in list(self._speeches.get(run, ())):
            self.hush(run, step)

    def _said(self) -> dict[UUID, list[dict[str, Any]]]:
        """What is new, and now and then all of it: whoever came in the middle, or missed a frame, has it then."""
        found: dict[UUID, list[dict[str, Any]]] = {}
        now, watched = time.monotonic(), self._watched()
        for run in [run for run in self._speeches if str(run) in watched]:
            for step, speech in self._speeches[run].items():
                whole = now - speech.whole_at >= WHOLE_SECONDS
                if not whole and speech.told == len(speech.text):
                    continue
                begin, speech.told = 0 if whole else speech.told, len(speech.text)
                speech.whole_at = now if whole else speech.whole_at
                piece = {"step": step, "attempt": speech.attempt, "from": begin, "text": speech.text[begin:]}
                found.setdefault(run, []).append(piece)
        return found

    async def run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(WHOLE_SECONDS if self._speeches else None):
                    await self._stirred.wait()
            except TimeoutError:
                pass  # somebody may have begun to look
            self._stirred.clear()
            await self._send()
            await asyncio.sleep(EVERY_SECONDS)  # coalesces what comes meanwhile

    async def _send(self) -> None:
        layer = get_channel_layer()
        events, self._events = self._events, {}
        changes, self._changes = self._changes, {}
        try:
            for run, pieces in self._said().items():
                await layer.group_send(run_group(run), {"type": "run.said", "said": pieces})
            for run, batch in events.items():
                await layer.group_send(run_group(run), {"type": "run.events", "events": batch})
            for workspace, kinds in changes.items():
                await layer.group_send(workspace_group(workspace), {"type": "workspace.changed", "what": sorted(kinds)})
        except (redis.RedisError, OSError) as error:
            log.warning("The live view was not told: %s", error)
