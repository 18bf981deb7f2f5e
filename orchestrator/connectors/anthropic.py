"""Asks a language model that speaks Anthropic's messages protocol.

The account's key travels as `x-api-key`, which the connection of the model adds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from orchestrator.connectors.conversation import (
    ChatAnswer,
    ChatModel,
    Finish,
    Message,
    OnText,
    Question,
    Said,
    ToolCall,
    counted,
    fitting,
    named,
    plain,
    read_arguments,
)
from orchestrator.connectors.refusals import UNREADABLE, failed_in_between, hung_up, no_model, refusal
from orchestrator.connectors.sender import Sender, Stream, read_all
from orchestrator.connectors.streaming import events

PATH = "/messages"
VERSION = "2023-06-01"
ANSWER = "answer"
"""The tool that the model has to call where the answer must fit a schema."""

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "anthropic-version": VERSION}
_FINISH: dict[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "calls",
    "refusal": "refused",
}
_PROTOCOL = "the messages protocol"


async def chat(http: Sender, model: ChatModel, question: Question, *, on_text: OnText | None = None) -> ChatAnswer:
    """As `connectors.chat.chat`, over the other protocol. A schema is given as a tool that must be called."""

    async def ask(asked: Question) -> Said:
        if asked.schema is not None:
            return _unwrapped(await _ask(http, model, asked))
        return await (_ask(http, model, asked) if on_text is None else _listen(http, model, asked, on_text))

    return await fitting(model.model, question, ask)


async def _ask(http: Sender, model: ChatModel, question: Question) -> Said:
    reply = await http.send(
        "POST",
        model.base_url.rstrip("/") + PATH,
        headers=_HEADERS,
        content=json.dumps(_body(model, question)).encode(),
        timeout_s=model.timeout_s,
    )
    if reply.status != 200:
        raise refusal(model.model, reply.status, reply.headers, reply.body)
    return _read(model, reply.body)


async def _listen(http: Sender, model: ChatModel, question: Question, on_text: OnText) -> Said:
    content = json.dumps({**_body(model, question), "stream": True}).encode()
    headers = {**_HEADERS, "Accept": "text/event-stream"}
    url = model.base_url.rstrip("/") + PATH
    async with http.stream("POST", url, headers=headers, content=content, timeout_s=model.timeout_s) as stream:
        if stream.status != 200:
            raise refusal(model.model, stream.status, stream.headers, await read_all(stream))
        if "text/event-stream" not in stream.headers.get("content-type", ""):
            said = _read(model, await read_all(stream))
            await on_text(said.text)
            return said
        return await _heard(model, stream, on_text)


async def _heard(model: ChatModel, stream: Stream, on_text: OnText) -> Said:
    gathered = _Gathered()
    async for event in events(stream.chunks):
        try:
            data = json.loads(event.data)
            if data.get("type") == "error":
                told = data.get("error") or {}
                raise failed_in_between(model.model, str(told.get("type")), str(told.get("message")))
            piece = gathered.take(data)
            said = gathered.said() if gathered.ended else None
        except UNREADABLE as error:
            raise no_model(model.model, _PROTOCOL) from error
        if piece:
            await on_text(piece)
        if said:
            return said
    raise hung_up(model.model)


@dataclass(kw_only=True)
class _Gathered:
    """An answer put together from its pieces. The input of a tool comes as pieces of JSON text."""

    blocks: dict[int, dict[str, Any]] = field(default_factory=dict)
    stop_reason: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    ended: bool = False

    def take(self, data: Mapping[str, Any]) -> str:
        """The text that came with this piece. Kinds of pieces that are not known are left out, as the protocol asks."""
        kind = data.get("type")
        if kind == "message_start":
            self.usage.update(data["message"].get("usage") or {})
            self.model = named(data["message"].get("model"))
        elif kind == "content_block_start":
            self.blocks[int(data["index"])] = {**data["content_block"], "input": ""}
            return plain(data["content_block"].get("text"))
        elif kind == "content_block_delta":
            return self._grow(self.blocks[int(data["index"])], data["delta"])
        elif kind == "message_delta":
            self.stop_reason = data["delta"].get("stop_reason") or self.stop_reason
            self.usage.update(data.get("usage") or {})
        elif kind == "message_stop":
            self.ended = True
        return ""

    def _grow(self, block: dict[str, Any], delta: Mapping[str, Any]) -> str:
        if delta.get("type") == "input_json_delta":
            block["input"] += delta["partial_json"]
        if delta.get("type") != "text_delta":
            return ""
        piece = plain(delta["text"])
        block["text"] = block.get("text", "") + piece
        return piece

    def said(self) -> Said:
        return _said(list(self.blocks.values()), self.stop_reason, self.usage, self.model)


def _body(model: ChatModel, question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {"max_tokens": model.max_tokens, "temperature": 0, **model.parameters}
    body = {name: value for name, value in body.items() if value is not None}
    body["model"] = model.model
    if system := "\n\n".join(message.content for message in question.messages if message.role == "system"):
        body["system"] = system
    body["messages"] = _turns([message for message in question.messages if message.role != "system"])
    tools = [
        {"name": tool.name, "description": tool.description, "input_schema": tool.input_schema}
        for tool in question.tools
    ]
    if question.schema is not None:
        described = "Give the answer, in this form." if not tools else "Give the final answer, in this form."
        tools.append({"name": ANSWER, "description": described, "input_schema": question.schema})
    if tools:
        body["tools"] = tools
        body["tool_choice"] = _choice(question)
    return body


def _choice(question: Question) -> dict[str, Any]:
    if question.schema is not None:
        return {"type": "any"} if question.tools else {"type": "tool", "name": ANSWER}
    kinds = {"auto": "auto", "none": "none", "required": "any"}
    if question.tool_choice in kinds:
        return {"type": kinds[question.tool_choice]}
    return {"type": "tool", "name": question.tool_choice}


def _turns(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Turns of user and assistant; what tools gave belongs to the user's. Two of one side in a row become one."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        side = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message)
        if not blocks:
            continue
        if turns and turns[-1]["role"] == side:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": side, "content": blocks})
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        result = {"type": "tool_result", "tool_use_id": message.id, "content": message.content}
        return [{**result, "is_error": True} if message.failed else result]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": message.content}] if message.content.strip() else []
    for call in message.calls:
        given = call.arguments if isinstance(call.arguments, dict) else {"unreadable": call.arguments}
        blocks.append({"type": "tool_use", "id": call.id, "name": call.name, "input": given})
    return blocks


def _read(model: ChatModel, body: bytes) -> Said:
    try:
        data = json.loads(body)
        if not isinstance(data["content"], list):
            raise TypeError
        blocks, reported = data["content"], named(data.get("model"))
        return _said(blocks, data.get("stop_reason") or "", data.get("usage") or {}, reported)
    except UNREADABLE as error:
        raise no_model(model.model, _PROTOCOL) from error


def _said(blocks: Sequence[Mapping[str, Any]], stop_reason: str, usage: Mapping[str, Any], model: str) -> Said:
    calls = tuple(
        ToolCall(id=plain(block["id"]), name=plain(block["name"]), arguments=_arguments(block.get("input")))
        for block in blocks
        if block.get("type") == "tool_use"
    )
    cached = counted(usage.get("cache_creation_input_tokens")) + counted(usage.get("cache_read_input_tokens"))
    return Said(
        text="".join(plain(block.get("text")) for block in blocks if block.get("type") == "text"),
        finish=_FINISH.get(stop_reason, "stop"),
        calls=calls,
        prompt_tokens=counted(usage.get("input_tokens")) + cached,
        completion_tokens=counted(usage.get("output_tokens")),
        model=model,
    )


def _arguments(given: object) -> dict[str, Any] | str:
    return given if isinstance(given, dict) else read_arguments(plain(given))


def _unwrapped(said: Said) -> Said:
    """What was given to the tool `answer`, as the text of the answer; other calls are the agent's to make first."""
    given = next((call.arguments for call in said.calls if call.name == ANSWER), None)
    others = tuple(call for call in said.calls if call.name != ANSWER)
    if others:
        return replace(said, calls=others)
    if given is None:
        return said
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return replace(said, text=text, calls=(), finish="stop" if said.finish == "calls" else said.finish)
