"""Asks a language model that speaks the chat-completions protocol, wherever it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jsonschema import Draft202012Validator

from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed

MOST_TOKENS = 1024


class Reply(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def body(self) -> bytes: ...


class Sender(Protocol):
    """What is needed of `HttpClient`. Whoever calls with an account wraps it and adds the account's headers."""

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> Reply: ...


@dataclass(frozen=True, kw_only=True)
class ChatModel:
    base_url: str
    """Up to and without `/chat/completions`, e.g. `https://api.example.com/v1`."""
    model: str
    max_tokens: int = MOST_TOKENS
    timeout_s: float = 60


@dataclass(frozen=True, kw_only=True)
class ChatAnswer:
    text: str
    json: Any
    """The answer as data when a schema was given, else None."""
    prompt_tokens: int
    completion_tokens: int
    """Of all tries together."""


@dataclass(frozen=True, kw_only=True)
class _Said:
    text: str
    cut: bool
    prompt_tokens: int
    completion_tokens: int


async def chat(
    http: Sender, model: ChatModel, *, system: str, prompt: str, schema: Mapping[str, Any] | None = None
) -> ChatAnswer:
    """One answer; with a `schema` it is checked, and asked for once more when it does not fit.

    Raises `StepFailed`: auth, rate_limited, unavailable, timeout, or rejected (answer_invalid, answer_cut).
    """
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": prompt})
    said = await _ask(http, model, messages, schema)
    if schema is None:
        return _answer(said.text, None, [said])
    data, wrong = _fitting(said, schema)
    if wrong is None:
        return _answer(said.text, data, [said])
    repair = f"Your answer does not fit: {wrong} Answer again, with nothing but JSON that fits the schema."
    messages += [{"role": "assistant", "content": said.text}, {"role": "user", "content": repair}]
    again = await _ask(http, model, messages, schema)
    data, wrong = _fitting(again, schema)
    if wrong is None:
        return _answer(again.text, data, [said, again])
    raise Rejected(
        ErrorCategory.REJECTED,
        "answer_cut" if again.cut else "answer_invalid",
        f"{model.model} did not answer in the form that was asked for.",
        hint="Ask for less, or choose a larger model.",
        problem=wrong,
    )


async def _ask(
    http: Sender, model: ChatModel, messages: list[dict[str, str]], schema: Mapping[str, Any] | None
) -> _Said:
    body: dict[str, Any] = {
        "model": model.model,
        "messages": messages,
        "max_tokens": model.max_tokens,
        "temperature": 0,
    }
    if schema is not None:
        described = {"name": "answer", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": described}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    reply = await http.send(
        "POST",
        model.base_url.rstrip("/") + "/chat/completions",
        headers=headers,
        content=json.dumps(body).encode(),
        timeout_s=model.timeout_s,
    )
    if reply.status != 200:
        raise _refusal(model, reply)
    return _said(model, reply.body)


def _said(model: ChatModel, body: bytes) -> _Said:
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        text = choice["message"]["content"] or ""
        usage = data.get("usage") or {}
        return _Said(
            text=str(text).replace("\0", ""),
            cut=choice.get("finish_reason") == "length",
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            completion_tokens=int(usage.get("completion_tokens") or 0),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        message = f"What answered for {model.model} does not speak the chat-completions protocol."
        hint = "Check the base address of the model; it usually ends with /v1."
        raise Rejected(ErrorCategory.CONFIG, "not_a_model", message, hint=hint) from error


def _fitting(said: _Said, schema: Mapping[str, Any]) -> tuple[Any, str | None]:
    """The answer as data, and None or what is wrong with it."""
    text = said.text.strip()
    if text.startswith("```"):
        text = text.partition("\n")[2].rpartition("```")[0]
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, "it was cut off." if said.cut else "it is not JSON."
    problems = list(Draft202012Validator(dict(schema)).iter_errors(data))
    return data, f"{problems[0].message[:300]}." if problems else None


def _answer(text: str, data: Any, said: list[_Said]) -> ChatAnswer:
    return ChatAnswer(
        text=text,
        json=data,
        prompt_tokens=sum(one.prompt_tokens for one in said),
        completion_tokens=sum(one.completion_tokens for one in said),
    )


def _refusal(model: ChatModel, reply: Reply) -> StepFailed:
    kind, category, message, hint = _meaning(reply.status)
    given = reply.headers.get("retry-after", "")
    return kind(
        category,
        f"status_{reply.status}",
        message.format(name=model.model, status=reply.status),
        hint=hint,
        retry_after_s=float(min(int(given[:6]), 3600)) if given.isascii() and given.isdigit() else None,
        status=reply.status,
        answer=reply.body[:500].decode("utf-8", errors="replace"),
    )


def _meaning(status: int) -> tuple[type[StepFailed], ErrorCategory, str, str]:
    if status in (401, 403):
        hint = "Check the connection of this model."
        return Rejected, ErrorCategory.AUTH, "The server of {name} did not accept the key.", hint
    if status == 429:
        return Rejected, ErrorCategory.RATE_LIMITED, "{name} gets too many requests.", "Try again later."
    if status in (408, 504):
        return StepFailed, ErrorCategory.TIMEOUT, "{name} took too long to answer.", "Try again later."
    if status >= 500:
        message = "The server of {name} has a problem (status {status})."
        return StepFailed, ErrorCategory.UNAVAILABLE, message, "Try again later."
    message = "The server of {name} refused the question (status {status})."
    return Rejected, ErrorCategory.REJECTED, message, "Check the model's name and base address."
