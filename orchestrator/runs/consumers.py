"""The sockets of the live view. They only speak; what a client says is a ping.

A pushed frame is a hint: each socket knows the last number it sent and reads the log for whatever is missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import redis.asyncio
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from builder.models import Workflow
from orchestrator.governance import sharing
from orchestrator.governance.denials import record_refusal
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal, anonymous, principal_of_session
from orchestrator.runs import presence, rights
from orchestrator.runs.models import Run
from orchestrator.runs.snapshots import events_json, run_snapshot
from orchestrator.runs.stream import run_group, workspace_group
from orchestrator.runs.watching import watch

SIGNED_OUT, FORBIDDEN, MISSING = 4401, 4403, 4404
CLOSE = 4000
"""What a close code has more than the status that a request would have been answered with."""
LOOK_SECONDS = 1.0
WATCH_SECONDS = 10.0
RIGHTS_SECONDS = 30.0
"""A session that was ended, and a right that was taken away, end the socket well within a minute."""


class LiveConsumer(AsyncWebsocketConsumer):
    """Common to both sockets: who looks, whether they still may, and that somebody looks at all."""

    principal: Principal
    verb: str
    """What it takes to listen."""
    workspace_id: UUID | None = None
    """Of what it is about, where the person may know that it is there."""
    watched_id: str
    group: str

    async def connect(self) -> None:
        await self.accept()
        code = await self._admit()
        if code is not None:
            await sync_to_async(self._tell_refused)(code)
            await self.close(code)
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        self._broker = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        await watch(self._broker, self.watched_id)
        await self.begin()
        self._keeper = asyncio.create_task(self._keep())

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "_keeper"):
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            await self.channel_layer.group_discard(self.group, self.channel_name)
            await self._broker.aclose()

    async def _admit(self) -> int | None:
        """None, or the close code that says why not."""
        principal = await sync_to_async(principal_of_session)(self.scope["session"].session_key)
        if principal is None:
            return SIGNED_OUT
        self.principal = principal
        return await self.allowed()

    def _tell_refused(self, code: int) -> None:
        """An attempt at a socket stands in the trail like one at any other door."""
        id, (ip, *_) = self.scope["url_route"]["kwargs"]["id"], self.scope.get("client") or [None]
        denied = None
        if code == FORBIDDEN:
            object_type = self.verb.partition(":")[0] if self.workspace_id != id else "workspace"
            denied = Denied(self.verb, workspace_id=self.workspace_id, object_type=object_type, object_id=id)
        record_refusal(
            anonymous(ip) if code == SIGNED_OUT else replace(self.principal, ip=ip),
            self.verb,
            status=code - CLOSE,
            reason=denied.message if denied else "",
            method="SOCKET",
            object_id=str(id),
            denied=denied,
        )

    async def allowed(self) -> int | None:
        """None, or the close code; also sets `watched_id` and `group`."""
        return FORBIDDEN

    async def begin(self) -> None:
        """What a new socket is told first."""

    async def look(self) -> None:
        """What is done each second in case a frame was lost."""

    async def _keep(self) -> None:
        watched_at = checked_at = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)  # a period, not a wait for something
            now = time.monotonic()
            if now - checked_at > RIGHTS_SECONDS:
                checked_at = now
                if (code := await self._admit()) is not None:
                    await self.close(code)
                    return
            if now - watched_at > WATCH_SECONDS:
                watched_at = now
                with contextlib.suppress(redis.RedisError):
                    await watch(self._broker, self.watched_id)
            await self.look()

    async def say(self, message: dict[str, Any]) -> None:
        await self.send(text_data=orjson.dumps(message).decode())


class RunConsumer(LiveConsumer):
    """`{"type": "snapshot", seq, run}`, then `{"type": "events", from, to, events}` without a gap. In between
    `{"type": "said", said: [{step, attempt, from, text}]}`: what steps write right now, for those who may see data."""

    verb = "run:read"
    run_id: UUID
    sent: int
    sees_data: bool

    async def allowed(self) -> int | None:
        self.run_id = self.scope["url_route"]["kwargs"]["id"]
        self.watched_id, self.group = str(self.run_id), run_group(self.run_id)
        return await sync_to_async(self._door)()

    def _door(self) -> int | None:
        run = Run.objects.select_related("workflow").visible_to(self.principal).filter(pk=self.run_id).first()
        if run is None:
            return MISSING
        self.workspace_id = run.workspace_id
        self.sees_data = rights.may(self.principal, "run:payload", run)
        return None if rights.may(self.principal, "run:read", run) else FORBIDDEN

    async def begin(self) -> None:
        snapshot = await sync_to_async(self._snapshot)()
        self.sent = snapshot["seq"]
        await self.say({"type": "snapshot", "seq": self.sent, "run": snapshot})

    def _snapshot(self) -> dict[str, Any]:
        run = Run.objects.select_related("workflow", "version", "started_by").get(pk=self.run_id)
        return run_snapshot(self.principal, run)

    async def run_events(self, message: dict[str, Any]) -> None:
        events = [event for event in message["events"] if event["seq"] > self.sent]
        if not events:
            return
        if events[0]["seq"] != self.sent + 1:
            await self.look()
            return
        await self._pass_on(events)

    async def run_said(self, message: dict[str, Any]) -> None:
        if self.sees_data:
            await self.say({"type": "said", "said": message["said"]})

    async def look(self) -> None:
        await self._pass_on(await sync_to_async(events_json)(self.run_id, self.sent))

    async def _pass_on(self, events: list[dict[str, Any]]) -> None:
        events = [event for event in events if event["seq"] > self.sent]
        if not events:
            return
        first, self.sent = self.sent + 1, events[-1]["seq"]
        await self.say({"type": "events", "from": first, "to": self.sent, "events": events})


class WorkspaceConsumer(LiveConsumer):
    """`{"type": "changed", "what": "runs" | "tasks" | "mails"}`: the browser reads the list again."""

    verb = "run:read"

    async def allowed(self) -> int | None:
        workspace = self.scope["url_route"]["kwargs"]["id"]
        self.watched_id, self.group = str(workspace), workspace_group(workspace)
        if workspace not in self.principal.workspaces():
            return MISSING
        self.workspace_id = workspace
        return None if self.principal.may("run:read", workspace) else FORBIDDEN

    async def workspace_changed(self, message: dict[str, Any]) -> None:
        for what in message["what"]:
            await self.say({"type": "changed", "what": what})


class WorkflowConsumer(LiveConsumer):
    """`{"type": "here", "people": [{id, name}]}` when that changes, and `{"type": "saved", by, token}` for the copy
    that is there at the beginning and for each one that somebody saves."""

    verb = "workflow:read"
    workflow_id: UUID

    async def allowed(self) -> int | None:
        self.workflow_id = self.scope["url_route"]["kwargs"]["id"]
        self.watched_id, self.group = str(self.workflow_id), presence.workflow_group(self.workflow_id)
        return await sync_to_async(self._door)()

    def _door(self) -> int | None:
        workflow = Workflow.objects.kept().visible_to(self.principal).filter(pk=self.workflow_id).first()
        if workflow is None:
            return MISSING
        self.workspace_id = workflow.workspace_id
        return None if sharing.may(self.principal, "workflow:read", workflow) else FORBIDDEN

    async def begin(self) -> None:
        self._said: list[presence.Person] | None = None
        await self.workflow_saved({})
        await self._renew()
        await self.channel_layer.group_send(self.group, {"type": "workflow.here"})

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "_said"):
            with contextlib.suppress(redis.RedisError):
                await presence.leave(self._broker, self.workflow_id, self.principal, self.channel_name)
                await self.channel_layer.group_send(self.group, {"type": "workflow.here"})
        await super().disconnect(code)

    async def look(self) -> None:
        """People whose server died are missed once their time is over."""
        if time.monotonic() - self._renewed_at > presence.RENEW_SECONDS:
            with contextlib.suppress(redis.RedisError):
                await self._renew()

    async def _renew(self) -> None:
        self._renewed_at = time.monotonic()
        await presence.come(self._broker, self.workflow_id, self.principal, self.channel_name)
        await self.workflow_here({})

    async def workflow_here(self, message: dict[str, Any]) -> None:
        people = await presence.people(self._broker, self.workflow_id)
        if people != self._said:
            self._said = people
            await self.say({"type": "here", "people": people})

    async def workflow_saved(self, message: dict[str, Any]) -> None:
        await self.say(await sync_to_async(presence.draft_state)(self.workflow_id))
