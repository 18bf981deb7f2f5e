"""Asks a language model that speaks the chat-completions protocol, wherever it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

PATH = "/chat/completions"
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_LISTENING = {"Content-Type": "application/json", "Accept": "text/event-stream"}
_FINISH: dict[str, Finish] = {
    "length": "length",
    "tool_calls": "calls",
    "function_call": "calls",
    "content_filter": "refused",
}
_PROTOCOL = "the chat-completions protocol"


async def chat(http: Sender, model: ChatModel, question: Question, *, on_text: OnText | None = None) -> ChatAnswer:
    """One answer. `on_text` hears it as it comes, unless it has to fit a schema: then there is nothing to show yet.

    Raises `StepFailed`: auth, rate_limited, unavailable, timeout, config (not_a_model), or rejected (see `fitting`).
    """

    async def ask(asked: Question) -> Said:
        if on_text is None or asked.schema is not None:
            return await _ask(http, model, asked)
        return await _listen(http, model, asked, on_text)

    return await fitting(model.model, question, ask)


async def _ask(http: Sender, model: ChatModel, question: Question) -> Said:
    reply = await http.send(
        "POST",
        model.base_url.rstrip("/") + PATH,
        headers=HEADERS,
        content=json.dumps(_body(model, question)).encode(),
        timeout_s=model.timeout_s,
    )
    if reply.status != 200:
        raise refusal(model.model, reply.status, reply.headers, reply.body)
    return _said(model, reply.body)


async def _listen(http: Sender, model: ChatModel, question: Question, on_text: OnText) -> Said:
    body = {**_body(model, question), "stream": True, "stream_options": {"include_usage": True}}
    url = model.base_url.rstrip("/") + PATH
    content = json.dumps(body).encode()
    async with http.stream("POST", url, headers=_LISTENING, content=content, timeout_s=model.timeout_s) as stream:
        if stream.status != 200:
            raise refusal(model.model, stream.status, stream.headers, await read_all(stream))
        if "text/event-stream" not in stream.headers.get("content-type", ""):  # it answers, but does not stream
            said = _said(model, await read_all(stream))
            await on_text(said.text)
            return said
        return await _heard(model, stream, on_text)


async def _heard(model: ChatModel, stream: Stream, on_text: OnText) -> Said:
    gathered = _Gathered()
    async for event in events(stream.chunks):
        if event.data.strip() == "[DONE]":
            break
        try:
            piece = gathered.take(_piece(model, event.data))
        except UNREADABLE as error:
            raise no_model(model.model, _PROTOCOL) from error
        if piece:
            await on_text(piece)
    if gathered.finish is None:
        raise hung_up(model.model)
    return gathered.said()


def _piece(model: ChatModel, text: str | bytes) -> Mapping[str, Any]:
    """What was sent as data. Some servers tell an error in what looks like an answer."""
    data: Mapping[str, Any] = json.loads(text)
    if error := data.get("error"):
        given = error if isinstance(error, dict) else {"message": error}
        kind = f"{given.get('type') or ''} {given.get('code') or ''}".strip()
        raise failed_in_between(model.model, kind, str(given.get("message")))
    return data


@dataclass(kw_only=True)
class _Gathered:
    """An answer put together from its pieces."""

    texts: list[str] = field(default_factory=list)
    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    finish: Finish | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""
    refused: bool = False

    def take(self, data: Mapping[str, Any]) -> str:
        """The text that came with this piece."""
        usage = data.get("usage")
        self.usage = usage if usage and isinstance(usage, Mapping) else self.usage
        self.model = named(data.get("model")) or self.model
        choice = next(iter(data.get("choices") or []), None)
        if choice is None:
            return ""
        delta = choice.get("delta") or {}
        for call in delta.get("tool_calls") or []:
            known = self.calls.setdefault(int(call.get("index") or 0), {"id": "", "name": "", "arguments": ""})
            function = call.get("function") or {}
            known["id"] = call.get("id") or known["id"]
            known["name"] += function.get("name") or ""
            known["arguments"] += function.get("arguments") or ""
        if choice.get("finish_reason"):
            self.finish = _FINISH.get(choice["finish_reason"], "stop")
        self.refused = self.refused or bool(delta.get("refusal"))
        piece = plain(delta.get("content") or delta.get("refusal"))
        self.texts.append(piece)
        return piece

    def said(self) -> Said:
        calls = [{"id": call["id"], "function": call} for _, call in sorted(self.calls.items())]
        finish = "refused" if self.refused else self.finish or "stop"
        return _put_together("".join(self.texts), finish, calls, self.usage, self.model)


def _body(model: ChatModel, question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {"max_tokens": model.max_tokens, "temperature": 0, **model.parameters}
    body = {name: value for name, value in body.items() if value is not None}
    body["model"] = model.model
    body["messages"] = [_message(message) for message in question.messages]
    if question.schema is not None:
        described = {"name": "answer", "strict": _is_strict(question.schema), "schema": question.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": described}
    if question.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.input_schema},
            }
            for tool in question.tools
        ]
        named = question.tool_choice not in ("auto", "none", "required")
        function = {"type": "function", "function": {"name": question.tool_choice}}
        body["tool_choice"] = function if named else question.tool_choice
    return body


def _is_strict(schema: object) -> bool:
    """Whether providers that hold a model to the schema take it: every object names all it holds, and requires it."""
    if isinstance(schema, list):
        return all(_is_strict(entry) for entry in schema)
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, Mapping):
        named = set(properties) if isinstance(properties, Mapping) else set()
        if schema.get("additionalProperties") is not False or set(schema.get("required") or []) != named:
            return False
    return all(_is_strict(entry) for entry in schema.values())


def _message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.id, "content": message.content}
    told: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        told["content"] = message.content or None
        told["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _written(call)}}
            for call in message.calls
        ]
    return told


def _written(call: ToolCall) -> str:
    return call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)


def _said(model: ChatModel, body: bytes) -> Said:
    try:
        data = _piece(model, body)
        choice = data["choices"][0]
        message = choice["message"]
        refusal_told = message.get("refusal")
        finish = "refused" if refusal_told else _FINISH.get(choice.get("finish_reason") or "", "stop")
        return _put_together(
            _text(refusal_told or (message.get("content") if "tool_calls" in message else message["content"])),
            finish,
            message.get("tool_calls") or [],
            data.get("usage") or {},
            named(data.get("model")),
        )
    except UNREADABLE as error:
        raise no_model(model.model, _PROTOCOL) from error


def _text(content: object) -> str:
    """Some servers give a list of parts."""
    if isinstance(content, list):
        return "".join(plain(part.get("text")) for part in content if part.get("type") == "text")
    return plain(content)


def _put_together(
    text: str, finish: Finish, calls: Sequence[Mapping[str, Any]], usage: Mapping[str, Any], model: str
) -> Said:
    made = tuple(
        ToolCall(
            id=plain(call.get("id")) or f"call-{number}",
            name=plain(call["function"]["name"]),
            arguments=read_arguments(plain(call["function"].get("arguments"))),
        )
        for number, call in enumerate(calls, 1)
    )
    return Said(
        text=text,
        finish="calls" if made and finish == "stop" else finish,
        calls=made,
        prompt_tokens=counted(usage.get("prompt_tokens")),
        completion_tokens=counted(usage.get("completion_tokens")),
        model=model,
    )
