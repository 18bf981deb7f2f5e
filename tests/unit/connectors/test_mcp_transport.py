"""Tools of an MCP server over a real connection and the product's own door."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from orchestrator.connectors.mcp import Server, call_tool, list_tools
from orchestrator.connectors.mcp_server import McpApp
from orchestrator.connectors.transport import Transport
from orchestrator.engine.errors import NotSent
from tests.unit.connectors.test_mcp_server import MemoryWorkflows, authenticate


@asynccontextmanager
async def listening(workflows: MemoryWorkflows) -> AsyncIterator[str]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{door.getsockname()[1]}"
        app = McpApp(workflows, authenticate, public_url=f"http://{host}", version="1")
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning", ws="none"))
        running = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield host
        finally:
            server.should_exit = True
            await running


def server_at(host: str, *allowed: str) -> Server:
    headers = {"Authorization": "Bearer ada"}
    return Server(url=f"http://{host}/mcp", transport=lambda: Transport(allowed), headers=headers)


async def test_a_tool_is_found_and_called_through_the_door() -> None:
    workflows = MemoryWorkflows()
    async with listening(workflows) as host:
        server = server_at(host, host)
        (tool,) = await list_tools(server)
        given = await call_tool(server, tool.name, tool.pin, {"order": 7})
    assert given.value == {"parcel": "P1"}
    assert workflows.runs == [("ada", "w1", {"order": 7})]


async def test_the_door_keeps_tools_out_of_the_private_network() -> None:
    workflows = MemoryWorkflows()
    async with listening(workflows) as host:
        with pytest.raises(NotSent) as failed:
            await list_tools(server_at(host))
    assert failed.value.error.code == "egress_denied"


async def test_nobody_listening_is_said_so() -> None:
    with pytest.raises(NotSent) as failed:
        await list_tools(server_at("127.0.0.1:9", "127.0.0.1"))
    assert failed.value.error.code == "unreachable"
