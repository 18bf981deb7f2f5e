"""Agents outside find the workflows that are tools and run them, as the person whose token they send."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import mcp_types as types
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from builder.models import Workflow
from orchestrator.assets.models import Asset
from orchestrator.governance import audit
from orchestrator.governance.actions.tokens import create_token, revoke_token
from orchestrator.governance.models import AuditEvent, Membership, Workspace
from orchestrator.runs.host import Host
from orchestrator.runs.models import Run
from orchestrator.runs.outside_agents import mcp_app
from tests.integration.authoring import Browser, edge, graph, join, node
from tests.integration.runs.conftest import DRIVE_SECONDS

URL = f"{settings.PUBLIC_URL}/mcp"
ORDER = {"key": "order", "label": "Which order?", "type": "number", "required": True}
SPEED = {"key": "speed", "label": "How fast?", "type": "choice", "choices": ["fast", "slow"], "help": "Slow is free."}


def shipping(*questions: dict[str, Any], value: Any = None) -> dict[str, Any]:
    start = node("start", "start_manual", config={"fields": list(questions or (ORDER, SPEED))})
    fields = [{"name": "shipped", "value": value or {"$expr": "start.order"}}]
    return graph(start, node("keep", "set_fields", config={"fields": fields}), edges=(edge("start", "keep"),))


@pytest.fixture
def maker(committed: None) -> Browser:
    """Builds, publishes and adds tools."""
    return join(Workspace.objects.create(name="Harbour"), "builder", "publisher", "steward")


@pytest.fixture
def workspace(maker: Browser) -> Workspace:
    return Membership.objects.get(user=maker.user).workspace


def live(maker: Browser, workspace: Workspace, document: dict[str, Any] | None = None, name: str = "Ship") -> Workflow:
    workflow = maker.make(workspace, name)
    assert maker.save(workflow, document or shipping()).json()["problems"] == []
    assert maker.publish(workflow).status_code == 200
    return workflow


def offer(maker: Browser, workflow: Workflow, **more: Any) -> Any:
    sent = {"title": "Ship an order", "name": "ship_order", "description": "Ships it.", "effect": "write"}
    return maker.post(f"workflows/{workflow.pk}/tool", {**sent, "approval": "never", "seconds": 15, **more})


def token_of(browser: Browser, workspace: Workspace, *scopes: str) -> str:
    until = timezone.now() + timedelta(days=1)
    _, secret = create_token(
        browser.principal,
        UUID(str(workspace.pk)),
        name="Agent",
        scopes=list(scopes or ("workflow:run", "asset:consume")),
        expires_at=until,
    )
    return secret


@asynccontextmanager
async def connected(secret: str) -> AsyncIterator[Client]:
    door = httpx2.ASGITransport(app=mcp_app())
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        httpx2.AsyncClient(transport=door, headers=headers) as http,
        Client(streamable_http_client(URL, http_client=http)) as client,
    ):
        yield client


def tools(secret: str) -> list[types.Tool]:
    async def ask() -> list[types.Tool]:
        async with connected(secret) as client:
            return (await client.list_tools()).tools

    return asyncio.run(ask())


def call(secret: str, **arguments: Any) -> types.CallToolResult:
    async def ask() -> types.CallToolResult:
        async with connected(secret) as client:
            return await client.call_tool("ship_order", arguments)

    return asyncio.run(ask())


def driven(host: Host, asked: Callable[[], Any]) -> Any:
    """What the call is answered whose run is driven meanwhile, as a worker would; nobody rings here."""
    with ThreadPoolExecutor(1) as agent:
        answer = agent.submit(lambda: (asked(), connections.close_all())[0])
        while not (runs := list(Run.objects.values_list("pk", flat=True))):
            assert not answer.done(), answer.result()
            time.sleep(0.01)  # looks again; ends with the run
        host.execute(UUID(str(runs[0]))).result(DRIVE_SECONDS)
        return answer.result(DRIVE_SECONDS)


def test_a_workflow_that_is_a_tool_is_found_and_run(host: Host, maker: Browser, workspace: Workspace) -> None:
    assert offer(maker, live(maker, workspace)).status_code == 201
    secret = token_of(maker, workspace)
    (tool,) = tools(secret)
    assert (tool.name, tool.title, tool.description) == ("ship_order", "Ship an order", "Ships it.")
    assert tool.input_schema["properties"] == {
        "order": {"type": "number", "title": "Which order?"},
        "speed": {"type": "string", "enum": ["fast", "slow"], "title": "How fast?", "description": "Slow is free."},
    }
    result = driven(host, lambda: call(secret, order=7))
    assert (result.is_error, result.structured_content) == (False, {"shipped": 7})
    run = Run.objects.get()
    assert (run.how, run.started_by_id) == ("agent", maker.user.pk)


def test_arguments_that_do_not_fit_start_nothing(maker: Browser, workspace: Workspace, committed: None) -> None:
    assert offer(maker, live(maker, workspace)).status_code == 201
    result = call(token_of(maker, workspace), order="seven")
    assert result.is_error
    assert "order" in str(result.content)
    assert not Run.objects.exists()


def test_a_run_that_fails_says_why_and_where_to_look(host: Host, maker: Browser, workspace: Workspace) -> None:
    workflow = live(maker, workspace, shipping(ORDER, value={"$expr": "[1][start.order]"}))
    assert offer(maker, workflow).status_code == 201
    secret = token_of(maker, workspace)
    result = driven(host, lambda: call(secret, order=7))
    assert result.is_error
    assert f"/runs/{Run.objects.get().pk}" in str(result.content)


def test_only_what_nobody_has_to_approve_is_offered(maker: Browser, workspace: Workspace, committed: None) -> None:
    assert offer(maker, live(maker, workspace), approval="writes").status_code == 201
    secret = token_of(maker, workspace)
    assert tools(secret) == []
    asset = Asset.objects.get()
    config = {**asset.versions.get().config, "effect": "read"}
    version = maker.post(f"assets/{asset.pk}/versions", {"config": config}).json()["number"]
    assert maker.put(f"assets/{asset.pk}/aliases/live", {"version": version}).status_code == 200
    assert [(one.name, one.annotations and one.annotations.read_only_hint) for one in tools(secret)] == [
        ("ship_order", True)
    ]


def test_each_sees_what_both_the_person_and_the_token_may(
    maker: Browser, workspace: Workspace, committed: None
) -> None:
    assert offer(maker, live(maker, workspace)).status_code == 201
    operator, viewer = join(workspace, "operator", name="Oz"), join(workspace, "viewer", name="Vera")
    assert [one.name for one in tools(token_of(operator, workspace))] == ["ship_order"]
    assert tools(token_of(viewer, workspace)) == []
    assert tools(token_of(operator, workspace, "workflow:run")) == []
    assert tools(token_of(operator, workspace, "asset:consume")) == []
    elsewhere = Workspace.objects.create(name="Elsewhere")
    assert tools(token_of(join(elsewhere, "operator", name="Else"), elsewhere)) == []


def test_what_is_no_longer_live_is_no_longer_offered(maker: Browser, workspace: Workspace, committed: None) -> None:
    workflow = live(maker, workspace)
    assert offer(maker, workflow).status_code == 201
    secret = token_of(maker, workspace)
    assert len(tools(secret)) == 1
    assert maker.post(f"workflows/{workflow.pk}/unpublish").status_code == 200
    assert tools(secret) == []


def knock(secret: str) -> int:
    """The status of one bare request."""

    async def ask() -> httpx2.Response:
        door = httpx2.ASGITransport(app=mcp_app())
        async with httpx2.AsyncClient(transport=door, headers={"Authorization": f"Bearer {secret}"}) as http:
            return await http.post(URL, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})

    return asyncio.run(ask()).status_code


@pytest.mark.parametrize("secret", ["tutti_made-up", ""])
def test_nobody_gets_in_without_a_token(secret: str, committed: None) -> None:
    assert knock(secret) == 401


def test_who_came_without_a_good_token_stands_in_the_trail(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "first_in_a_minute", lambda *key: True)
    assert knock("tutti_wrong") == 401
    event = AuditEvent.objects.get(workspace_id=audit.INSTALLATION, result="denied")
    assert (event.actor_kind, event.detail["method"], event.detail["status"]) == ("anonymous", "MCP", 401)


def test_a_revoked_token_is_turned_away_at_once(maker: Browser, workspace: Workspace, committed: None) -> None:
    secret = token_of(maker, workspace)
    assert knock(secret) != 401
    token = maker.get(f"workspaces/{workspace.pk}/tokens").json()["results"][0]["id"]
    revoke_token(maker.principal, UUID(token))
    assert knock(secret) == 401


@pytest.mark.parametrize(
    ("question", "code"),
    [({"key": "paper", "label": "The paper", "type": "file", "required": True}, "not_offerable")],
)
def test_what_no_model_could_start_is_no_tool(
    maker: Browser, workspace: Workspace, committed: None, question: dict[str, Any], code: str
) -> None:
    answer = offer(maker, live(maker, workspace, shipping(question, value="x")))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Asset.objects.exists()


def test_a_workflow_that_one_may_not_run_is_no_tool(maker: Browser, workspace: Workspace, committed: None) -> None:
    workflow = live(maker, workspace)
    steward = join(workspace, "steward", name="Stu")
    assert offer(steward, workflow).status_code == 403
    maker.patch(f"workflows/{workflow.pk}", {"callable_by": "nobody"})
    assert offer(maker, workflow).json()["code"] == "not_callable"
    draft = maker.make(workspace, "Draft")
    assert offer(maker, draft).json()["code"] == "not_live"
    assert not Asset.objects.exists()


def test_a_hand_made_tool_of_a_foreign_workflow_is_refused(
    maker: Browser, workspace: Workspace, committed: None
) -> None:
    other = Workspace.objects.create(name="Elsewhere")
    stranger = join(other, "builder", "publisher", "steward", name="Sam")
    assert offer(maker, live(maker, workspace)).status_code == 201
    config = Asset.objects.get().versions.get().config
    sent = {"name": "mine", "kind": "tool", "title": "Mine", "version": {"config": config}}
    answer = stranger.post(f"workspaces/{other.pk}/assets", sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "workflow_unknown")
