"""Every role at every socket, of one's own workspace and of another: the matrix decides."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from orchestrator.api.routes import SOCKETS
from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import Policy, Workspace
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import node, row
from tests.integration.runs.test_sockets import SECONDS, Publish, Socket, Start, close_code, opened

SIGNED_OUT, FORBIDDEN, MISSING = 4401, 4403, 4404
ADDRESSES = {
    "ws/runs/<uuid:id>": "/ws/runs/{run}",
    "ws/workflows/<uuid:id>": "/ws/workflows/{workflow}",
    "ws/workspaces/<uuid:id>": "/ws/workspaces/{workspace}",
}


@pytest.fixture
def things(committed: None, publish: Publish, start: Start) -> dict[str, Any]:
    run = start(publish(row(node("one", "set_fields"))))
    return {"run": run.pk, "workflow": run.workflow_id, "workspace": run.workspace_id}


async def opens(address: str, browser: Browser | None) -> int | None:
    """None where the socket speaks, else the code with which it closes."""
    async with opened(address, browser) as socket:
        first = (
            await socket.receive_output(SECONDS) if not address.startswith("/ws/workspaces") else await _first(socket)
        )
        return int(first["code"]) if first and first["type"] == "websocket.close" else None


async def _first(socket: Socket) -> Any:
    """The socket of a workspace says nothing until something changes."""
    return None if await socket.receive_nothing(0.5) else await socket.receive_output(SECONDS)


def test_every_socket_is_in_the_table() -> None:
    assert {socket.path for socket in SOCKETS} == set(ADDRESSES)


@pytest.mark.parametrize("socket", SOCKETS, ids=lambda socket: socket.path)
async def test_a_socket_opens_for_the_roles_that_hold_its_verb(socket: Any, things: dict[str, Any]) -> None:
    address = ADDRESSES[socket.path].format(**things)
    place = await sync_to_async(Workspace.objects.get)(pk=things["workspace"])
    found = {}
    for role in Role:
        browser = await sync_to_async(join)(place, role)
        found[role] = await opens(address, browser)
    expected = {role: None if role in VERBS[socket.verb] else FORBIDDEN for role in Role}
    assert found == expected


@pytest.mark.parametrize("socket", SOCKETS, ids=lambda socket: socket.path)
async def test_a_socket_of_another_workspace_is_missing(socket: Any, things: dict[str, Any], stranger: Browser) -> None:
    assert await close_code(ADDRESSES[socket.path].format(**things), stranger) == MISSING


@pytest.mark.parametrize("socket", SOCKETS, ids=lambda socket: socket.path)
async def test_a_token_opens_no_socket(socket: Any, things: dict[str, Any]) -> None:
    """Sockets are for pages: they know people by their session only."""
    end = Socket(ADDRESSES[socket.path].format(**things), None, settings.PUBLIC_URL)
    end.scope["headers"].append((b"authorization", b"Bearer tutti_whatever"))
    await end.send_input({"type": "websocket.connect"})
    assert (await end.receive_output(SECONDS))["type"] == "websocket.accept"
    closed = await end.receive_output(SECONDS)
    assert (closed["type"], closed["code"]) == ("websocket.close", SIGNED_OUT)
    await end.send_input({"type": "websocket.disconnect", "code": SIGNED_OUT})
    await end.wait(SECONDS)


async def test_a_rule_closes_the_sockets_of_what_it_is_about(things: dict[str, Any], maria: Browser) -> None:
    await sync_to_async(Policy.objects.create)(
        workspace_id=things["workspace"], role="builder", verbs=["workflow:read"], reason="x",
        object_type="workflow", object_id=things["workflow"],
    )  # fmt: skip
    assert await close_code(f"/ws/workflows/{things['workflow']}", maria) == MISSING
    assert await close_code(f"/ws/runs/{things['run']}", maria) == MISSING
    assert await opens(f"/ws/workspaces/{things['workspace']}", maria) is None
