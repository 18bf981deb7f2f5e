"""Tools of servers that speak the Model Context Protocol: over HTTP, or as programs of this machine (stdio).

What a server says about a tool is taken once, by a person, and pinned by its hash. Before each call the server says it
again: a tool whose name, description or schema is no longer what was taken is not called. A program can do anything on
the machine, so nobody but whoever runs the installation says which there are; others know them by name only.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from pydantic import ValidationError

from orchestrator.connectors.egress import read_url
from orchestrator.connectors.schemas import SchemaRefused, TooLarge, write_out
from orchestrator.connectors.secret import Mask
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed

MOST_PAGES = 20
MOST_TOOLS = 500
LONGEST_DESCRIPTION = 4_000
PROGRAM = "stdio:"
"""Stands before the name of a program, where else an address stands."""
_UNFINISHED = frozenset({types.REQUEST_TIMEOUT, types.CONNECTION_CLOSED, types.INTERNAL_ERROR})

Kind = TypeVar("Kind", bound=BaseException)
Transport = Callable[[], httpx2.AsyncBaseTransport]
"""Makes the door to the outside; see `connectors.transport`."""


@dataclass(frozen=True, kw_only=True)
class Server:
    url: str
    transport: Transport
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the account."""
    program: Sequence[str] = ()
    """Command and arguments, where `url` names a program: it is started for each question, and ended."""
    seconds: float = 30
    """For everything together: connecting, asking again what the tool is, and the call."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A tool as the server describes it. All of it is the server's word, and none of it decides about approval."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]
    """Written out, without references."""
    output_schema: dict[str, Any] | None
    pin: str
    says_it_only_reads: bool
    problem: str = ""
    """Why it cannot be taken."""


@dataclass(frozen=True, kw_only=True)
class Given:
    value: Any
    """What it gave as data, or its text."""
    is_error: bool


def program_of(url: str, programs: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The command that `stdio:name` stands for; nothing for an address. Raises `NotSent` for a name nobody gave."""
    if not url.startswith(PROGRAM):
        return ()
    known = programs.get(url.removeprefix(PROGRAM))
    if not known:
        message = f"This installation has no program called {url.removeprefix(PROGRAM)[:60]!r}."
        raise NotSent(ErrorCategory.CONFIG, "program_unknown", message, hint="Ask whoever runs it to name it.")
    return known


def pin_of(tool: types.Tool) -> str:
    """SHA-256 over what a model is told about the tool: its name, description and schemas."""
    told = [tool.name, tool.title, tool.description, tool.input_schema, tool.output_schema]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def list_tools(server: Server) -> list[Offered]:
    """Raises `StepFailed`: what the door raises, unavailable, timeout, or rejected (not_an_mcp_server)."""
    async with _connected(server) as (client, _):
        return [_offered(tool) for tool in await _listed(client)]


async def call_tool(server: Server, name: str, pin: str, arguments: Mapping[str, Any]) -> Given:
    """Raises `StepFailed` like `list_tools`, config (tool_gone, tool_changed), and rejected (tool_refused).

    `NotSent` as long as the tool was certainly not called.
    """
    result: types.CallToolResult | None = None
    try:
        async with _connected(server) as (client, progress):
            _check(name, pin, await _listed(client))
            progress.calling = True
            # The client's own call would check the result by the server's schema, whose patterns know no time limit.
            request = types.CallToolRequest(params=types.CallToolRequestParams(name=name, arguments=dict(arguments)))
            result = await client.session.send_request(request, types.CallToolResult)
    except StepFailed:
        if result is None:  # else only the good-bye failed
            raise
    return Given(value=_value(result), is_error=result.is_error)


def _check(name: str, pin: str, tools: list[types.Tool]) -> None:
    tool = next((one for one in tools if one.name == name), None)
    if tool is None:
        hint = "Ask whoever runs that server, or choose another tool."
        message = f"The server no longer has a tool that is called {name!r}."
        raise NotSent(ErrorCategory.CONFIG, "tool_gone", message, hint=hint)
    if pin_of(tool) != pin:
        raise NotSent(
            ErrorCategory.CONFIG,
            "tool_changed",
            f"The tool {name!r} is not what it was when it was taken: its description or its schema has changed.",
            hint="Look at the change in the catalogue, and take the tool again if it is right.",
        )


@dataclass(kw_only=True)
class _Progress:
    calling: bool = False
    failure: StepFailed | None = None
    status: int = 0
    """Of the last answer."""


class _Watched(httpx2.AsyncBaseTransport):
    """Keeps what the door raised: the protocol's own tasks would wrap it or lose it. Hides the account's secrets."""

    def __init__(self, transport: httpx2.AsyncBaseTransport, progress: _Progress, mask: Mask) -> None:
        self._transport = transport
        self._progress = progress
        self._mask = mask

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            response = await self._transport.handle_async_request(request)
        except StepFailed as error:
            self._progress.failure = error
            raise httpx2.ConnectError(error.error.message, request=request) from error
        self._progress.status = response.status_code
        if not self._mask or not isinstance(response.stream, httpx2.AsyncByteStream):
            return response
        headers = [(name, self._mask.text(value)) for name, value in response.headers.multi_items()]
        return httpx2.Response(response.status_code, headers=headers, stream=_Hiding(response.stream, self._mask))

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Hiding(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, mask: Mask) -> None:
        self._stream = stream
        self._mask = mask

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._mask.chunks(aiter(self._stream)):
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


@asynccontextmanager
async def _connected(server: Server) -> AsyncIterator[tuple[Client, _Progress]]:
    host = server.url if server.program else read_url(server.url).host
    progress = _Progress()
    try:
        async with (
            asyncio.timeout(server.seconds),
            _door(server, progress) as door,
            Client(door, cache=None, read_timeout_seconds=server.seconds) as client,
        ):
            yield client, progress
    except (MCPError, ValidationError, httpx2.HTTPError, OSError, RuntimeError, ExceptionGroup) as error:
        raise _meaning(host, error, progress, server.seconds) from error


@asynccontextmanager
async def _door(server: Server, progress: _Progress) -> AsyncIterator[Any]:
    if server.program:
        command, *arguments = server.program
        # What it says on the side is nobody's; of our environment it sees the search path and the home folder.
        with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230  the null device keeps nobody waiting
            yield stdio_client(StdioServerParameters(command=command, args=arguments), errlog=nowhere)
        return
    http = httpx2.AsyncClient(
        transport=_Watched(server.transport(), progress, Mask.of(server.headers)),
        headers=dict(server.headers),
        timeout=server.seconds,
        trust_env=False,
    )
    async with http:
        yield streamable_http_client(server.url, http_client=http)


async def _listed(client: Client) -> list[types.Tool]:
    found: list[types.Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if cursor is None or len(found) > MOST_TOOLS:
            break
    return found[:MOST_TOOLS]


def _offered(tool: types.Tool) -> Offered:
    description, problem = (tool.description or tool.title or tool.name).strip(), ""
    input_schema: dict[str, Any] = {"type": "object"}
    output_schema = None
    try:
        input_schema = write_out(tool.input_schema)
        output_schema = write_out(tool.output_schema) if tool.output_schema else None
    except (SchemaRefused, TooLarge) as error:
        problem = str(error)
    if len(description) > LONGEST_DESCRIPTION:
        problem = problem or f"Its description is longer than {LONGEST_DESCRIPTION} characters."
    return Offered(
        name=tool.name,
        title=tool.title or tool.name,
        description=description,
        input_schema=input_schema,
        output_schema=output_schema,
        pin=pin_of(tool),
        says_it_only_reads=bool(tool.annotations and tool.annotations.read_only_hint),
        problem=problem,
    )


def _value(result: types.CallToolResult) -> Any:
    if result.structured_content is not None:
        return result.structured_content
    return "\n".join(
        one.text if isinstance(one, types.TextContent) else f"[{one.type}, which is not read]" for one in result.content
    )


def _meaning(host: str, error: BaseException, progress: _Progress, seconds: float) -> StepFailed:
    """What went wrong, as a step's error. `NotSent` unless the tool may have been called."""
    if (failure := _first(error, StepFailed) or progress.failure) is not None:
        return failure
    said = _first(error, MCPError)
    if progress.status in (401, 403):
        message = f"{host} did not let us in (status {progress.status})."
        return NotSent(ErrorCategory.AUTH, f"status_{progress.status}", message, hint="Check the connection.")
    if progress.status == 429:
        message = f"{host} gets too many requests (status 429)."
        return NotSent(ErrorCategory.RATE_LIMITED, "status_429", message, hint="Try again later.")
    kind = StepFailed if progress.calling else NotSent
    if _first(error, TimeoutError) or (said is not None and said.code == types.REQUEST_TIMEOUT):
        message = f"{host} did not answer within {seconds:g} seconds."
        return kind(ErrorCategory.TIMEOUT, "time_limit", message, hint="Try again later, or give it more time.")
    if said is not None and progress.calling and said.code not in _UNFINISHED:
        message = f"{host} refused the call: {said.message[:500]}"
        return Rejected(ErrorCategory.REJECTED, "tool_refused", message, hint="Compare the values with the tool.")
    if progress.calling:
        message = f"The line to {host} was cut before the answer was complete."
        hint = "Look at the other side whether it was done, or try again."
        return StepFailed(ErrorCategory.UNAVAILABLE, "cut_off", message, hint=hint)
    if progress.status >= 500 or not progress.status:
        hint = "Check the address, or try again later."
        return NotSent(ErrorCategory.UNAVAILABLE, "unreachable", f"{host} cannot be reached.", hint=hint)
    message = f"What answered at {host} does not speak the Model Context Protocol."
    return NotSent(
        ErrorCategory.REJECTED, "not_an_mcp_server", message, hint="Check the address; it often ends in /mcp."
    )


def _first(error: BaseException, kind: type[Kind]) -> Kind | None:
    """The first of its kind inside the groups that tasks wrap it in."""
    if isinstance(error, kind):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for one in error.exceptions if (found := _first(one, kind)) is not None), None)
    return None
