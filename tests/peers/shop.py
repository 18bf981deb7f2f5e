"""A shop whose assistant is a language model with a fixed mind: it looks an order up, wants to refund it, and reports.

`POST /v1/chat/completions` is the model, `GET /orders/7` and `POST /orders/7/refund` are the shop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.peers.apart import apart
from tests.peers.scripted import EVENTS, JSON, OPENAI_USAGE, openai_piece, openai_said
from tests.unit.connectors.servers import Request, Served, read_request, response, talking

REPLY = ("Dear Ms Keller, ", "your order is on its way ", "and arrives on Friday.")
PRICE = {"input": "3", "output": "15", "currency": "EUR"}


@dataclass
class Shop(Served):
    refunds: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The idempotency keys that refunds came with."""
    wants: dict[str, Any] = field(default_factory=lambda: {"id": 7, "payment": {"amount": 9.5}})
    """What its model calls the second tool with."""
    held: bool = False
    """A text that is streamed stops after its first piece."""
    status: int = 200
    """Of the model's answers."""

    @property
    def base_url(self) -> str:
        return self.url("/v1")

    def model(self) -> dict[str, Any]:
        """The settings of the model."""
        return {"base_url": self.base_url, "model": "clerk-1", "price": PRICE}

    def tool(self, name: str, **more: Any) -> dict[str, Any]:
        """The settings of a tool: `order_status` or `refund`."""
        refund = name == "refund"
        properties: dict[str, Any] = {"id": {"type": "integer"}}
        operation: dict[str, Any] = {
            "method": "POST" if refund else "GET",
            "base_url": self.url("").rstrip("/"),
            "path": "/orders/{id}/refund" if refund else "/orders/{id}",
            "parameters": [{"name": "id", "argument": "id", "place": "path"}],
        }
        if refund:
            properties["payment"] = {"type": "object", "properties": {"amount": {"type": "number"}}}
            operation |= {"body": "payment", "key_header": "Idempotency-Key"}
        return {
            "type": "http",
            "name": name,
            "description": "Pays an order back" if refund else "Where an order is",
            "input_schema": {"type": "object", "properties": properties, "required": list(properties)},
            "effect": "write" if refund else "read",
            "operation": operation,
            **more,
        }


@contextmanager
def shop() -> Iterator[Shop]:
    with apart(_shop()) as served:
        assert isinstance(served, Shop)
        yield served


@asynccontextmanager
async def _shop() -> AsyncIterator[Shop]:
    served = Shop(port=0)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await read_request(reader):
            served.requests.append(request)
            body = json.loads(request.body) if request.body else {}
            if body.get("stream"):
                await _write(served, writer)
            else:
                writer.write(_answer(served, request, body))
            await writer.drain()

    async with talking(talk) as port:
        served.port = port
        yield served


def _answer(served: Shop, request: Request, body: dict[str, Any]) -> bytes:
    if request.path.startswith("/v1/"):
        return _think(served, body["messages"]) if served.status == 200 else response(served.status)
    if request.method == "GET":
        return response(200, b'{"id": 7, "state": "lost", "paid": 9.5}', content_type=JSON)
    served.refunds.append(body)
    served.keys.append(request.headers.get("idempotency-key", ""))
    return response(200, b'{"refund": "R-1"}', content_type=JSON)


def _think(served: Shop, messages: list[dict[str, Any]]) -> bytes:
    told = [str(one["content"]) for one in messages if one["role"] == "tool"]
    if not told:
        return _calls("order_status", id=7)
    if len(told) == 1:
        return _calls("refund", **served.wants)
    return openai_said(f"The order was lost. {told[-1]}")


def _calls(name: str, **arguments: Any) -> bytes:
    return openai_said(None, "tool_calls", [{"id": "c", "name": name, "arguments": json.dumps(arguments)}])


async def _write(served: Shop, writer: asyncio.StreamWriter) -> None:
    """The reply in pieces, as it comes to mind."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {EVENTS}\r\nTransfer-Encoding: chunked\r\n\r\n"
    writer.write(head.encode())
    for piece in REPLY:
        await _send(writer, openai_piece(content=piece))
        while served.held:
            await asyncio.sleep(0.02)  # until the test lets it go on
    for last in (openai_piece("stop"), OPENAI_USAGE):
        await _send(writer, last)
    writer.write(_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")


async def _send(writer: asyncio.StreamWriter, piece: dict[str, Any]) -> None:
    writer.write(_chunk(f"data: {json.dumps(piece)}\n\n".encode()))
    await writer.drain()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
