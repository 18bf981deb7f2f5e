"""A shop with two doors: an HTTP interface that describes itself, and a server of tools. Both can change."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import mcp_types as types
import uvicorn
from mcp.server import Server
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ORDER = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
PATHS: dict[str, Any] = {
    "/orders/{id}": {
        "get": {
            "operationId": "find_order",
            "summary": "Finds an order.",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        },
        "delete": {
            "operationId": "cancel_order",
            "summary": "Cancels an order.",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        },
    },
    "/pictures": {"post": {"requestBody": {"required": True, "content": {"image/png": {}}}}},
}


@dataclass
class Shop:
    host: str
    tools: list[types.Tool] = field(
        default_factory=lambda: [
            types.Tool(
                name="stock.find",
                description="How many of an item there are.",
                input_schema=ORDER,
                annotations=types.ToolAnnotations(read_only_hint=True),
            ),
            types.Tool(name="refund", description="Gives money back.", input_schema=ORDER),
        ]
    )
    paths: dict[str, Any] = field(default_factory=lambda: dict(PATHS))
    called: list[tuple[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    """The accounts that asked for the document or listed the tools."""

    @property
    def url(self) -> str:
        return f"http://{self.host}/mcp"

    @property
    def document_url(self) -> str:
        return f"http://{self.host}/openapi.json"

    def document(self) -> dict[str, Any]:
        return {
            "openapi": "3.1.0",
            "info": {"title": "Corner shop", "version": "1"},
            "servers": [{"url": "/api"}],
            "paths": self.paths,
        }

    def describe(self, name: str, description: str) -> None:
        """From now on the tool says this about itself."""
        self.tools = [
            one.model_copy(update={"description": description}) if one.name == name else one for one in self.tools
        ]


@contextmanager
def shop() -> Iterator[Shop]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        made = Shop(host=f"127.0.0.1:{door.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(_app(made), log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield made
        finally:
            server.should_exit = True
            thread.join()


def _app(made: Shop) -> Any:
    async def listed(ctx: Any, params: Any) -> types.ListToolsResult:
        made.keys.append(ctx.request.headers.get("authorization"))
        return types.ListToolsResult(tools=made.tools)

    async def called(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        made.called.append((params.name, params.arguments))
        return types.CallToolResult(content=[], structured_content={"left": 3})

    async def document(request: Request) -> JSONResponse:
        made.keys.append(request.headers.get("authorization"))
        return JSONResponse(made.document())

    async def order(request: Request) -> JSONResponse:
        made.called.append((request.method, request.path_params["id"]))
        return JSONResponse({"id": request.path_params["id"], "total": 12.5})

    app = Server("shop", on_list_tools=listed, on_call_tool=called).streamable_http_app(
        json_response=True, stateless_http=True
    )
    app.router.routes += [
        Route("/openapi.json", document),
        Route("/api/orders/{id:int}", order, methods=["GET", "DELETE"]),
    ]
    return app
