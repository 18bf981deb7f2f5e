"""What servers of language models say, written down: for errors, limits, tools and cut lines."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.connectors.servers import response

JSON = "application/json"
EVENTS = "text/event-stream; charset=utf-8"


def openai_said(
    text: str | None, finish: str = "stop", calls: list[dict[str, Any]] | None = None, *, model: str = ""
) -> bytes:
    """`calls`: [{"id", "name", "arguments": text}]. `model` is what it calls itself; empty: it does not say."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": call["arguments"]}}
            for call in calls
        ]
    body = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13},
        **({"model": model} if model else {}),
    }
    return response(200, json.dumps(body).encode(), content_type=JSON)


def openai_piece(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "choices": [choice]}


def openai_call(index: float, *, id: str | None = None, name: str | None = None, arguments: str = "") -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return {"index": index, "function": function, **({"id": id, "type": "function"} if id else {})}


OPENAI_USAGE = {
    "object": "chat.completion.chunk",
    "choices": [],
    "usage": {"prompt_tokens": 10, "completion_tokens": 3},
}


def openai_stream(*pieces: dict[str, Any], done: bool = True) -> bytes:
    text = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + ("data: [DONE]\n\n" if done else "")
    return response(200, text.encode(), content_type=EVENTS)


def anthropic_said(*blocks: dict[str, Any], stop: str = "end_turn") -> bytes:
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "small",
        "content": list(blocks),
        "stop_reason": stop,
        "usage": {"input_tokens": 8, "cache_read_input_tokens": 2, "output_tokens": 3},
    }
    return response(200, json.dumps(body).encode(), content_type=JSON)


def text_block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def tool_block(id: str, name: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": given}


def anthropic_stream(*events: dict[str, Any], ended: bool = True) -> bytes:
    start = {"type": "message_start", "message": {"id": "msg_1", "usage": {"input_tokens": 10, "output_tokens": 1}}}
    end = [{"type": "message_stop"}] if ended else []
    said = [start, {"type": "ping"}, *events, *end]
    text = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in said)
    return response(200, text.encode(), content_type=EVENTS)


def block_start(index: int, block: dict[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def block_delta(index: int, **delta: Any) -> dict[str, Any]:
    kind = "text_delta" if "text" in delta else "input_json_delta"
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **delta}}


def message_delta(stop: str) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 3}}
