"""The official client against the product's own server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import mcp_types as types
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from orchestrator.connectors.mcp import Server, call_tool, list_tools
from orchestrator.connectors.mcp_server import LARGEST_REQUEST, McpApp, OfferedWorkflow, Ran

PUBLIC = "https://tutti.example"
URL = f"{PUBLIC}/mcp"
SCHEMA = {"type": "object", "properties": {"order": {"type": "integer"}}, "required": ["order"]}
OUTPUT = {"type": "object", "properties": {"parcel": {"type": "string"}}, "required": ["parcel"]}


@dataclass
class MemoryWorkflows:
    """Ada may ship; Bob may do nothing."""

    ran: Ran | Exception = field(default_factory=lambda: Ran(value={"parcel": "P1"}))
    runs: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    async def list(self, principal: str) -> Sequence[OfferedWorkflow]:
        ship = OfferedWorkflow(
            id="w1",
            name="ship_order",
            title="Ship an order",
            description="Ships it.",
            input_schema=SCHEMA,
            output_schema=OUTPUT,
        )
        return [ship] if principal == "ada" else []

    async def run(self, principal: str, workflow: str, arguments: Mapping[str, Any]) -> Ran:
        self.runs.append((principal, workflow, arguments))
        if isinstance(self.ran, Exception):
            raise self.ran
        return self.ran


async def authenticate(headers: Mapping[str, str], _: str | None) -> str | None:
    return {"Bearer ada": "ada", "Bearer bob": "bob"}.get(headers.get("authorization", ""))


def app_of(workflows: MemoryWorkflows) -> McpApp[str]:
    return McpApp(workflows, authenticate, public_url=PUBLIC, version="1")


def http_of(workflows: MemoryWorkflows, who: str = "ada", **headers: str) -> httpx2.AsyncClient:
    door = httpx2.ASGITransport(app=app_of(workflows))
    return httpx2.AsyncClient(transport=door, headers={"Authorization": f"Bearer {who}", **headers})


@asynccontextmanager
async def connected(workflows: MemoryWorkflows, who: str = "ada", mode: str = "auto") -> AsyncIterator[Client]:
    async with (
        http_of(workflows, who) as http,
        Client(streamable_http_client(URL, http_client=http), mode=mode) as it,
    ):
        yield it


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_agent_outside_finds_a_workflow_and_runs_it(mode: str) -> None:
    workflows = MemoryWorkflows()
    async with connected(workflows, mode=mode) as client:
        (tool,) = (await client.list_tools()).tools
        result = await client.call_tool("ship_order", {"order": 7})
    assert (tool.name, tool.title, tool.description, tool.input_schema) == (
        "ship_order",
        "Ship an order",
        "Ships it.",
        SCHEMA,
    )
    assert (result.is_error, result.structured_content) == (False, {"parcel": "P1"})
    assert workflows.runs == [("ada", "w1", {"order": 7})]


async def test_everybody_sees_and_runs_only_what_they_may() -> None:
    workflows = MemoryWorkflows()
    async with connected(workflows, "bob") as client:
        assert (await client.list_tools()).tools == []
        with pytest.raises(MCPError, match="no tool"):
            await client.call_tool("ship_order", {"order": 7})
    assert workflows.runs == []


@pytest.mark.parametrize("token", ["eve", ""])
async def test_nobody_gets_in_without_a_token(token: str) -> None:
    async with http_of(MemoryWorkflows(), token) as http:
        response = await http.post(URL, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_run_that_fails_is_told_in_words() -> None:
    async with connected(MemoryWorkflows(ran=Ran(error="The order is closed. Open it first."))) as client:
        result = await client.call_tool("ship_order", {"order": 7})
    assert result.is_error
    assert [one.text for one in result.content if isinstance(one, types.TextContent)] == [
        "The order is closed. Open it first."
    ]


async def test_an_error_of_ours_tells_nothing_about_our_inside() -> None:
    async with connected(MemoryWorkflows(ran=RuntimeError("password=hunter2"))) as client:
        with pytest.raises(MCPError) as failed:
            await client.call_tool("ship_order", {"order": 7})
    assert "hunter2" not in str(failed.value)
    assert "hunter2" not in str(failed.value.error)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}])
async def test_other_pages_and_other_names_do_not_reach_it(headers: dict[str, str]) -> None:
    workflows = MemoryWorkflows()
    async with http_of(workflows, **headers) as http:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ship_order", "arguments": {}}}
        response = await http.post(URL, json=call, headers={"Accept": "application/json, text/event-stream"})
    assert response.status_code in (403, 421)
    assert workflows.runs == []


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_only_questions_are_answered(method: str) -> None:
    async with http_of(MemoryWorkflows()) as http:
        assert (await http.request(method, URL)).status_code == 405


async def test_a_request_has_a_limit() -> None:
    async with http_of(MemoryWorkflows()) as http:
        response = await http.post(
            URL, content=b" " * (LARGEST_REQUEST + 1), headers={"Content-Type": "application/json"}
        )
    assert response.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b'{"jsonrpc": "2.0", "id": 1}', b"\xff"])
async def test_what_is_no_request_is_refused(body: bytes) -> None:
    workflows = MemoryWorkflows()
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    async with http_of(workflows) as http:
        response = await http.post(URL, content=body, headers=headers)
    assert 400 <= response.status_code < 500
    assert workflows.runs == []


async def test_two_tokens_are_one_too_many() -> None:
    async with http_of(MemoryWorkflows()) as http:
        response = await http.post(URL, headers=[("Authorization", "Bearer ada"), ("Authorization", "Bearer bob")])
    assert response.status_code == 400


async def test_the_products_own_client_takes_the_products_own_tools() -> None:
    workflows = MemoryWorkflows()
    server = Server(
        url=URL,
        transport=lambda: httpx2.ASGITransport(app=app_of(workflows)),
        headers={"Authorization": "Bearer ada"},
    )
    (tool,) = await list_tools(server)
    given = await call_tool(server, tool.name, tool.pin, {"order": 7})
    assert given.value == {"parcel": "P1"}
