from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer

from orchestrator.connectors import transport
from orchestrator.connectors.egress import Target
from orchestrator.connectors.transport import Transport
from orchestrator.engine.errors import NotSent, StepFailed
from tests.unit.connectors.servers import Request, read_request, response, serving, talking


@asynccontextmanager
async def client(*allowed: str, timeout: float = 5) -> AsyncIterator[httpx2.AsyncClient]:  # noqa: ASYNC109  httpx's word
    async with httpx2.AsyncClient(transport=Transport(allowed), timeout=timeout, trust_env=False) as one:
        yield one


async def test_a_library_asks_and_is_answered() -> None:
    def answer(request: Request) -> bytes:
        return response(201, b'{"n": 1}', content_type="application/json", x_id="7", set_cookie="session=secret")

    async with serving(answer) as served, client(served.host) as http:
        reply = await http.post(served.url("/a?b=c"), json={"x": 1}, headers={"X-Key": "k"})
    assert (reply.status_code, reply.json(), reply.headers["x-id"]) == (201, {"n": 1}, "7")
    assert "set-cookie" not in reply.headers
    (request,) = served.requests
    assert (request.method, request.path, request.body) == ("POST", "/a?b=c", b'{"x":1}')
    assert (request.headers["x-key"], request.headers["accept-encoding"]) == ("k", "gzip, deflate")


async def test_connections_are_used_again() -> None:
    async with serving(lambda request: response(200, b"ok")) as served, client(served.host) as http:
        for _ in range(3):
            await http.get(served.url())
    assert (len(served.requests), served.connections) == (3, 1)


async def test_each_request_of_a_library_is_told_of_before_it_leaves() -> None:
    told: list[tuple[str, int]] = []

    async def tell(target: Target, size: int) -> None:
        told.append((target.path, size))

    async with serving(lambda request: response(200, b"ok")) as served:
        door = Transport([served.host], tell=tell)
        async with httpx2.AsyncClient(transport=door, trust_env=False) as http:
            await http.post(served.url("/a"), json={"x": 1})
    assert told == [("/a", len(b'{"x":1}'))]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_a_host_inside_is_refused_before_anything_is_sent(host: str) -> None:
    async with serving(lambda request: response()) as served, client("other.example") as http:
        with pytest.raises(NotSent) as failed:
            await http.get(f"http://{host}:{served.port}/")
    assert failed.value.error.code == "egress_denied"
    assert served.connections == 0


async def test_a_redirect_is_an_answer_and_to_inside_it_is_refused() -> None:
    inside = "http://169.254.169.254/"
    async with serving(lambda request: response(302, location=inside)) as served, client(served.host) as http:
        assert (await http.get(served.url())).status_code == 302
        with pytest.raises(NotSent):
            await http.get(served.url(), follow_redirects=True)


async def test_a_closed_port_is_said_in_our_words() -> None:
    async with client("127.0.0.1:1") as http:
        with pytest.raises(NotSent) as failed:
            await http.get("http://127.0.0.1:1/")
    assert failed.value.error.code == "unreachable"


async def test_a_line_cut_before_the_answer_leaves_the_outcome_unknown() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    async with talking(hang_up) as port, client(f"127.0.0.1:{port}") as http:
        with pytest.raises(StepFailed) as failed:
            await http.post(f"http://127.0.0.1:{port}/", content=b"order")
    assert not isinstance(failed.value, NotSent)
    assert failed.value.error.code == "cut_off"


async def test_events_are_heard_while_the_line_stays_open_and_closed_by_another_task() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n")
        await writer.drain()
        await reader.read()

    async with talking(talk) as port, client(f"127.0.0.1:{port}") as http:
        request = http.build_request("GET", f"http://127.0.0.1:{port}/")
        reply = await http.send(request, stream=True)
        assert await anext(reply.aiter_raw()) == b"data: a\n\n"
        await asyncio.create_task(reply.aclose())


async def test_a_body_that_stops_or_hangs_is_an_error_that_libraries_know() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")
        await writer.drain()
        if request is not None and request.path == "/hangs":
            await reader.read()

    async with talking(talk) as port, client(f"127.0.0.1:{port}", timeout=0.2) as http:
        with pytest.raises(httpx2.ReadError):
            await http.get(f"http://127.0.0.1:{port}/stops")
        with pytest.raises(httpx2.ReadTimeout):
            await http.get(f"http://127.0.0.1:{port}/hangs")


async def test_a_packed_answer_is_unpacked_within_limits() -> None:
    def answer(request: Request) -> bytes:
        bomb = zlib.compress(b"0" * 5_000_000, 9)
        return response(200, gzip.compress(b"ok") if request.path == "/a" else bomb, content_encoding=packing(request))

    def packing(request: Request) -> str:
        return "gzip" if request.path == "/a" else "deflate"

    async with serving(answer) as served, client(served.host) as http:
        assert (await http.get(served.url("/a"))).text == "ok"
        with pytest.raises(httpx2.ReadError, match="too large"):
            await http.get(served.url("/b"))


async def test_what_is_too_large_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_REQUEST", 10)
    async with serving(lambda request: response()) as served, client(served.host) as http:
        with pytest.raises(NotSent) as failed:
            await http.post(served.url(), content=b"x" * 11)
    assert (failed.value.error.code, served.requests) == ("request_too_large", [])


@asynccontextmanager
async def mcp_server() -> AsyncIterator[str]:
    """The official server, over HTTP; gives its address."""
    server = MCPServer("test")

    @server.tool()
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    config = uvicorn.Config(server.streamable_http_app(), host="127.0.0.1", port=0, log_config=None, ws="none")
    running = uvicorn.Server(config)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        task = asyncio.create_task(running.serve(sockets=[door]))
        try:
            yield f"127.0.0.1:{door.getsockname()[1]}"
        finally:
            running.should_exit = True
            await task


async def test_the_official_client_of_tools_talks_through_it() -> None:
    async with mcp_server() as host, client(host, timeout=10) as http:
        door = streamable_http_client(f"http://{host}/mcp", http_client=http)
        async with Client(door) as tools:
            assert [tool.name for tool in (await tools.list_tools()).tools] == ["add"]
            result = await tools.call_tool("add", {"a": 2, "b": 3})
    assert result.structured_content == {"result": 5}
