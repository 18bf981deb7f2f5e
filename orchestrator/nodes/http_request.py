"""Calls another system over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import orjson
from pydantic import BaseModel, Field

from orchestrator.engine.errors import ErrorCategory, Problem, Rejected, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import FileRef, HttpReply, NodeContext, NodeType, Result, Settings, setting

_IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE")
_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})
_TEXTUAL = re.compile(r"text/.*|application/(.*\+)?(json|xml)|application/(javascript|x-www-form-urlencoded|yaml)")


class Header(Settings):
    name: str = setting(title="Name", pattern="^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$", examples=["Accept"])
    value: str = setting(title="Value", max_length=8000, examples=["application/json"])


class HttpRequest(NodeType):
    key = "http_request"
    title = "HTTP request"
    description = "Calls the address of another system and reads its answer."
    category = "Send"
    icon = "world"
    effect = Effect.AT_MOST_ONCE

    class Config(Settings):
        method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = setting(
            "GET",
            title="Method",
            description="GET reads, POST creates, PUT and PATCH change, DELETE removes.",
            widget="choice",
            level=1,
            literal=True,
        )
        url: str = setting(
            title="Address",
            description="Starts with https:// or http://.",
            min_length=1,
            max_length=8000,
            examples=["https://api.example.com/orders", {"$text": "https://api.example.com/orders/{{ trigger.id }}"}],
        )
        headers: list[Header] = setting([], title="Headers", widget="map", max_length=50)
        data: Any = setting(
            None,
            alias="json",
            title="Data",
            description="Sent as JSON.",
            widget="json",
            examples=[{"amount": {"$expr": "extract.total.value"}}],
        )
        body: str | None = setting(
            None, title="Text", description="Sent as it is, instead of data.", widget="area", max_length=5_000_000
        )
        credential: str | None = setting(
            None, title="Connection", description="The account to sign in with.", widget="credential", literal=True
        )
        timeout_s: float = setting(30, title="Time limit", description="In seconds.", widget="number", gt=0, le=600)
        fail_on_error_status: bool = setting(
            True,
            title="Fail if the other system refuses",
            description="Off: the step goes on with whatever was answered.",
            widget="switch",
        )
        send_key: bool = setting(
            False,
            title="The other system knows repeated requests",
            description="On: sends the header Idempotency-Key, so that a repeat after a cut line is safe.",
            widget="switch",
            literal=True,
        )

    class Output(BaseModel):
        status: int
        headers: dict[str, str]
        body: str
        data: Any = Field(None, alias="json")
        """Read from the text, when it is JSON."""
        file: FileRef | None = None
        """The answer as a file, when it is not text."""

    @classmethod
    def effect_of(cls, config: Mapping[str, Any]) -> Effect:
        if config.get("method", "GET") in _IDEMPOTENT:
            return Effect.IDEMPOTENT
        return Effect.KEYED if config.get("send_key") is True else Effect.AT_MOST_ONCE

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        found = []
        if config.get("json") is not None and config.get("body") is not None:
            found.append(
                Problem(
                    code="two_bodies",
                    message="Data and text cannot be sent together.",
                    hint="Remove one of them.",
                    field="config.body",
                )
            )
        headers = config.get("headers")
        for index, header in enumerate(headers if isinstance(headers, list) else []):
            name = header.get("name") if isinstance(header, dict) else None
            if isinstance(name, str) and name.lower() in _OWN_HEADERS:
                found.append(
                    Problem(
                        code="reserved_header",
                        message=f"The header {name} is set by the product itself.",
                        hint="Remove this header.",
                        field=f"config.headers.{index}.name",
                    )
                )
        return found

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        headers = _checked_headers(config.headers)
        content = _content(config, headers)
        if config.send_key:
            headers["Idempotency-Key"] = ctx.idempotency_key
        reply = await ctx.http.send(
            config.method,
            config.url,
            headers=headers,
            content=content,
            timeout_s=config.timeout_s,
            credential=config.credential,
        )
        if config.fail_on_error_status and reply.status >= 400:
            raise _refusal(ctx, config.url, reply)
        return Result(output=await self._read(ctx, reply))

    async def _read(self, ctx: NodeContext, reply: HttpReply) -> dict[str, Any]:
        described = Message()
        described["Content-Type"] = reply.headers.get("content-type", "")
        media_type = described.get_content_type()
        output = {"status": reply.status, "headers": reply.headers, "body": "", "json": None, "file": None}
        if not reply.body:
            return output
        charset = described.get_param("charset")
        text = _text(reply.body, charset if isinstance(charset, str) else "utf-8")
        if text is None or not ("content-type" not in reply.headers or _TEXTUAL.fullmatch(media_type)):
            file = await ctx.files.save(_file_name(reply.url), media_type, reply.body)
            return {**output, "file": file.model_dump()}
        return {**output, "body": text, "json": _json(text) if "json" in media_type else None}


def _checked_headers(headers: list[Header]) -> dict[str, str]:
    checked = {}
    for header in headers:
        broken = any(character in header.value for character in "\r\n\0")
        if broken or not header.value.isascii() or header.name.lower() in _OWN_HEADERS:
            raise StepFailed(
                ErrorCategory.INPUT,
                "invalid_header",
                f"The header {header.name} cannot be sent with this value.",
                hint="A value is one line of plain letters, digits and signs.",
            )
        checked[header.name] = header.value
    return checked


def _content(config: HttpRequest.Config, headers: dict[str, str]) -> bytes | None:
    if config.data is not None and config.body is not None:
        raise StepFailed(ErrorCategory.CONFIG, "two_bodies", "Data and text cannot be sent together.")
    if config.body is not None:
        return config.body.encode()
    if config.data is None:
        return None
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    return json.dumps(config.data, ensure_ascii=False).encode()


def _text(body: bytes, charset: str) -> str | None:
    """None when the bytes are no text."""
    try:
        text = body.decode(charset, errors="replace")
    except LookupError:
        text = body.decode(errors="replace")
    return None if "\0" in text else text


def _json(text: str) -> Any:
    """None for what is no JSON, and for JSON that cannot be passed on: the text itself always can."""
    try:
        value = orjson.loads(text)
        again = orjson.dumps(value)
    except (ValueError, TypeError):
        return None
    return None if rb"\u0000" in again else value


def _file_name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2][:200] or "answer"


def _refusal(ctx: NodeContext, url: str, reply: HttpReply) -> StepFailed:
    """What an error status means. A definite refusal is `Rejected`; after the others nobody knows what was done."""
    kind, category, message, hint = _meaning(reply.status)
    return kind(
        category,
        f"status_{reply.status}",
        message.format(host=urlsplit(url).hostname or url, status=reply.status),
        hint=hint,
        retry_after_s=_retry_after(ctx, reply),
        status=reply.status,
        answer=(_text(reply.body[:2000], "utf-8") or "")[:500],
    )


def _meaning(status: int) -> tuple[type[StepFailed], ErrorCategory, str, str]:
    if status in (401, 403):
        hint = "Check the connection of this step and what its account may do."
        return Rejected, ErrorCategory.AUTH, "{host} did not let us in (status {status}).", hint
    if status == 429:
        hint = "Try again later, or run fewer steps at the same time."
        return Rejected, ErrorCategory.RATE_LIMITED, "{host} gets too many requests (status {status}).", hint
    if status in (408, 504):
        return StepFailed, ErrorCategory.TIMEOUT, "{host} took too long (status {status}).", "Try again later."
    if status >= 500:
        message = "{host} has a problem and could not answer (status {status})."
        return StepFailed, ErrorCategory.UNAVAILABLE, message, "Try again later."
    hint = "Compare the address and the data with what the other system expects."
    return Rejected, ErrorCategory.REJECTED, "{host} refused the request (status {status}).", hint


def _retry_after(ctx: NodeContext, reply: HttpReply) -> float | None:
    given = reply.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return float(min(int(given[:9]), 86_400))
    try:
        wait = (parsedate_to_datetime(given) - ctx.now()).total_seconds()
    except (TypeError, ValueError, IndexError):
        return None
    return min(max(wait, 0.0), 86_400.0)
