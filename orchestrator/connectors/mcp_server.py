"""Offers published workflows as tools to agents outside, over the Model Context Protocol (streamable HTTP).

Only the protocol: who somebody is, which workflows they may run and how a run goes is handed in. No state is kept
between requests, so any process can answer any of them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

import mcp_types as types
from mcp import MCPError
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

LARGEST_REQUEST = 1_000_000
_PRINCIPAL = "tutti.principal"

Principal = TypeVar("Principal")
PrincipalIn = TypeVar("PrincipalIn", contravariant=True)


@dataclass(frozen=True, kw_only=True)
class OfferedWorkflow:
    id: str
    name: str
    """As agents call it: letters, digits, `_` and `-`; unique for this principal."""
    title: str
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None = None
    only_reads: bool = False


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How it went: with a value, or with a sentence that says what to do."""

    value: Any = None
    error: str = ""


class Workflows(Protocol[PrincipalIn]):
    async def list(self, principal: PrincipalIn) -> Sequence[OfferedWorkflow]:
        """Those that the principal may run, as published."""

    async def run(self, principal: PrincipalIn, workflow: str, arguments: Mapping[str, Any]) -> Ran:
        """Checks the arguments and the right, runs it and waits, as long as a caller can be expected to."""


Authenticate = Callable[[Mapping[str, str], str | None], Awaitable[Principal | None]]
"""Gives who sends these headers (names in small letters) from this network address, or None for nobody."""


class McpApp(Generic[Principal]):
    """An ASGI application for one address, without a lifespan of its own."""

    def __init__(
        self, workflows: Workflows[Principal], authenticate: Authenticate[Principal], *, public_url: str, version: str
    ) -> None:
        """`public_url` is the address under which the product is reached: no other page may call from a browser."""
        self._workflows = workflows
        self._authenticate = authenticate
        self._security = TransportSecuritySettings(
            allowed_hosts=[urlsplit(public_url).netloc], allowed_origins=[public_url.rstrip("/")]
        )
        self._server: Server[Any] = Server(
            "tutti", version=version, title="Tutti", on_list_tools=self._list, on_call_tool=self._call
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = _refusal(request)
        if answer is None:
            principal = await self._authenticate(dict(request.headers), request.client.host if request.client else None)
            if principal is not None:
                await self._serve({**scope, _PRINCIPAL: principal}, receive, send)
                return
            headers = {"WWW-Authenticate": "Bearer"}
            answer = JSONResponse({"title": "Sign in with an access token."}, 401, headers)
        await answer(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        manager = StreamableHTTPSessionManager(
            self._server,
            json_response=True,
            stateless=True,
            security_settings=self._security,
            max_request_body_size=LARGEST_REQUEST,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    async def _list(
        self, ctx: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(one) for one in await self._workflows.list(_who(ctx))])

    async def _call(self, ctx: ServerRequestContext[Any], params: types.CallToolRequestParams) -> types.CallToolResult:
        principal: Principal = _who(ctx)
        offered = await self._workflows.list(principal)
        workflow = next((one for one in offered if one.name == params.name), None)
        if workflow is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name!r} for you.")
        return _result(await self._workflows.run(principal, workflow.id, params.arguments or {}))


def _who(ctx: ServerRequestContext[Any]) -> Any:
    assert ctx.request is not None
    return ctx.request.scope[_PRINCIPAL]


def _refusal(request: Request) -> Response | None:
    if request.method != "POST":  # nothing is ever said that was not asked, so there is nothing to listen to
        return Response(status_code=405, headers={"Allow": "POST"})
    if len(request.headers.getlist("authorization")) > 1:
        return JSONResponse({"title": "There are two access tokens. Send one."}, 400)
    return None


def _described(workflow: OfferedWorkflow) -> types.Tool:
    return types.Tool(
        name=workflow.name,
        title=workflow.title,
        description=workflow.description,
        input_schema=workflow.input_schema,
        output_schema=workflow.output_schema,
        annotations=types.ToolAnnotations(read_only_hint=workflow.only_reads),
    )


def _result(ran: Ran) -> types.CallToolResult:
    if ran.error:
        return types.CallToolResult(content=[types.TextContent(type="text", text=ran.error)], is_error=True)
    text = ran.value if isinstance(ran.value, str) else json.dumps(ran.value, ensure_ascii=False)
    structured = ran.value if isinstance(ran.value, dict) else None
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=structured)
