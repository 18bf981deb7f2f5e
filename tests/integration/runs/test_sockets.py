"""The live view: a snapshot, then every event once and in order, whatever gets lost on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections

from builder.models import Workflow
from orchestrator.asgi import application
from orchestrator.governance import audit
from orchestrator.governance.models import AuditEvent, Membership, Workspace
from orchestrator.runs import consumers
from orchestrator.runs.host import Host
from orchestrator.runs.models import HumanTask, Run
from orchestrator.runs.snapshots import events_json
from orchestrator.runs.stream import run_group
from tests.integration.authoring import Browser, join
from tests.integration.runs.appending import finish
from tests.integration.runs.graphs import approval_row, node, row

SECONDS = 10
Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def run(committed: None, publish: Publish, start: Start) -> Run:
    return start(publish(row(node("one", "set_fields"), node("two", "set_fields"))))


class Socket(ApplicationCommunicator):
    """A browser's end of a socket of the real ASGI application."""

    def __init__(self, address: str, browser: Browser | None, origin: str) -> None:
        headers = [(b"origin", origin.encode())]
        if browser is not None:
            cookie = browser.client.cookies[settings.SESSION_COOKIE_NAME].value
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        scope = {"type": "websocket", "path": address, "query_string": b"", "headers": headers, "subprotocols": []}
        super().__init__(application, scope)

    async def hear(self) -> dict[str, Any]:
        message = await self.receive_output(SECONDS)
        assert message["type"] == "websocket.send", message
        return dict(json.loads(message["text"]))


@asynccontextmanager
async def opened(address: str, browser: Browser | None, origin: str = settings.PUBLIC_URL) -> AsyncIterator[Socket]:
    socket = Socket(address, browser, origin)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(SECONDS))["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(SECONDS)
        await sync_to_async(connections.close_all)()


async def close_code(address: str, browser: Browser | None) -> int:
    async with opened(address, browser) as socket:
        message = await socket.receive_output(SECONDS)
        assert message["type"] == "websocket.close"
        return int(message["code"])


async def until_finished(socket: Socket, after: int) -> list[dict[str, Any]]:
    """The events of all frames until the run's last one; each frame continues the one before."""
    events: list[dict[str, Any]] = []
    while not events or events[-1]["kind"] != "run_finished":
        frame = await socket.hear()
        assert (frame["type"], frame["from"]) == ("events", after + 1)
        assert [event["seq"] for event in frame["events"]] == list(range(frame["from"], frame["to"] + 1))
        events += frame["events"]
        after = frame["to"]
    return events


async def execute(host: Host, run: Run) -> None:
    await asyncio.wrap_future(host.execute(run.pk))


async def test_nobody_who_is_not_signed_in_gets_a_socket(run: Run) -> None:
    assert await close_code(f"/ws/runs/{run.pk}", None) == 4401
    assert await close_code(f"/ws/workspaces/{run.workspace_id}", None) == 4401


def refusals(**which: Any) -> list[tuple[Any, ...]]:
    events = AuditEvent.objects.filter(result="denied", detail__method="SOCKET", **which).order_by("seq")
    return [(event.detail["verb"], event.detail["status"], event.object_type, event.object_id) for event in events]


async def test_an_attempt_at_a_socket_stands_in_the_trail(
    run: Run, viewer: Browser, stranger: Browser, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "first_in_a_minute", lambda *key: True)  # other tests knock without an address, too
    await sync_to_async(Membership.objects.filter(user=viewer.user).update)(roles=["connection_manager"])
    assert await close_code(f"/ws/runs/{run.pk}", viewer) == 4403
    assert await close_code(f"/ws/workspaces/{workspace.pk}", viewer) == 4403
    assert await close_code(f"/ws/runs/{run.pk}", stranger) == 4404
    assert await close_code(f"/ws/runs/{run.pk}", None) == 4401
    told = await sync_to_async(refusals)(actor_id=viewer.user.pk, workspace_id=workspace.pk)
    assert told == [
        ("run:read", 403, "run", str(run.pk)),
        ("run:read", 403, "workspace", str(workspace.pk)),
    ]
    (elsewhere,) = await sync_to_async(refusals)(actor_id=stranger.user.pk)
    assert elsewhere[:3] == ("run:read", 404, "run")
    unknown = await sync_to_async(refusals)(workspace_id=audit.INSTALLATION)
    assert unknown[-1][:3] == ("run:read", 401, "run")


async def test_a_foreign_run_is_missing_like_one_that_was_made_up(run: Run, stranger: Browser) -> None:
    codes = {
        await close_code(address, stranger)
        for address in (
            f"/ws/runs/{run.pk}",
            f"/ws/runs/{uuid4()}",
            f"/ws/workspaces/{run.workspace_id}",
            f"/ws/workspaces/{uuid4()}",
        )
    }
    assert codes == {4404}


async def test_who_may_not_see_runs_is_forbidden(run: Run, viewer: Browser) -> None:
    await sync_to_async(Membership.objects.filter(user=viewer.user).update)(roles=["steward"])
    assert await close_code(f"/ws/runs/{run.pk}", viewer) == 4403
    assert await close_code(f"/ws/workspaces/{run.workspace_id}", viewer) == 4403


async def test_a_page_of_another_origin_is_refused(run: Run, viewer: Browser) -> None:
    socket = Socket(f"/ws/runs/{run.pk}", viewer, "https://evil.example")
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(SECONDS))["type"] == "websocket.close"
    await socket.send_input({"type": "websocket.disconnect", "code": 1006})
    await socket.wait(SECONDS)


async def test_a_snapshot_and_then_every_event_without_a_gap(run: Run, viewer: Browser, host: Host) -> None:
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        snapshot = await socket.hear()
        assert (snapshot["type"], snapshot["seq"], snapshot["run"]["status"]) == ("snapshot", 1, "queued")
        await execute(host, run)
        events = await until_finished(socket, after=1)
        assert events == await sync_to_async(events_json)(run.pk, 1)


async def test_what_happened_while_nobody_listened_is_in_the_next_snapshot(
    run: Run, viewer: Browser, host: Host
) -> None:
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        await socket.hear()
    await execute(host, run)
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        snapshot = await socket.hear()
    finished = await sync_to_async(Run.objects.get)(pk=run.pk)
    assert (snapshot["seq"], snapshot["run"]["status"]) == (finished.seq, "done")
    assert [step["node"] for step in snapshot["run"]["steps"]] == ["start", "one", "two"]


async def test_a_frame_that_comes_after_a_lost_one_is_completed_from_the_log(
    run: Run, viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 3600)  # only the frame itself makes it look
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        await socket.hear()
        await sync_to_async(finish)(run)
        last = (await sync_to_async(events_json)(run.pk, 1))[-1]
        await get_channel_layer().group_send(run_group(run.pk), {"type": "run.events", "events": [last]})
        events = await until_finished(socket, after=1)
        assert events == await sync_to_async(events_json)(run.pk, 1)


async def test_frames_told_twice_or_out_of_order_are_passed_on_once(run: Run, viewer: Browser, host: Host) -> None:
    await execute(host, run)
    log = await sync_to_async(events_json)(run.pk, 0)
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        assert (await socket.hear())["seq"] == len(log)
        layer = get_channel_layer()
        for events in (log, log[-1:], log[:2]):
            await layer.group_send(run_group(run.pk), {"type": "run.events", "events": events})
        assert await socket.receive_nothing(timeout=0.5)


async def test_a_list_is_told_that_runs_and_tasks_changed(
    committed: None, publish: Publish, start: Start, workspace: Workspace, viewer: Browser, host: Host
) -> None:
    workflow = await sync_to_async(publish)(approval_row())
    async with opened(f"/ws/workspaces/{workspace.pk}", viewer) as socket:
        while await socket.receive_nothing(timeout=0.3):  # the engine learns in a moment that somebody looks
            await execute(host, await sync_to_async(start)(workflow))
        assert {(await socket.hear())["what"] for _ in range(2)} == {"runs", "tasks"}


async def test_a_list_is_told_that_somebody_took_a_task(
    committed: None, publish: Publish, start: Start, workspace: Workspace, viewer: Browser, host: Host
) -> None:
    approver = await sync_to_async(join)(workspace, "approver", name="Ada")
    run = await sync_to_async(start)(await sync_to_async(publish)(approval_row()))
    await execute(host, run)
    task = await HumanTask.objects.aget(run_id=run.pk)
    async with opened(f"/ws/workspaces/{workspace.pk}", viewer) as socket:
        taken = await sync_to_async(approver.post)(f"tasks/{task.pk}/take")
        assert taken.status_code == 200
        assert await socket.hear() == {"type": "changed", "what": "tasks"}


async def test_who_loses_the_right_loses_the_socket(run: Run, viewer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(consumers, "RIGHTS_SECONDS", 0.01)
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        await socket.hear()
        await sync_to_async(Membership.objects.filter(user=viewer.user).delete)()
        assert await socket.receive_output(SECONDS) == {"type": "websocket.close", "code": 4404}


async def test_an_ended_session_ends_its_socket(run: Run, viewer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.02)
    assert consumers.RIGHTS_SECONDS + 1 < 60
    monkeypatch.setattr(consumers, "RIGHTS_SECONDS", 0.01)
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        await socket.hear()
        await sync_to_async(viewer.client.session.flush)()
        assert await socket.receive_output(SECONDS) == {"type": "websocket.close", "code": 4401}


async def test_a_workspace_that_now_demands_a_second_factor_ends_the_socket(
    run: Run, viewer: Browser, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(consumers, "RIGHTS_SECONDS", 0.01)
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        await socket.hear()
        await Workspace.objects.filter(pk=workspace.pk).aupdate(second_factor_required=True)
        assert await socket.receive_output(SECONDS) == {"type": "websocket.close", "code": 4404}
