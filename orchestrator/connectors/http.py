"""The one door to the outside over HTTP.

Every request obeys the egress policy, a time limit over everything, and limits of size and unpacking. Errors say
whether the request may have reached the other side: `NotSent` when it certainly did not.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import httpcore

from orchestrator.connectors.connections import Connections
from orchestrator.connectors.egress import OPEN, Egress, Limits, Resolver, Target, read_url, resolve
from orchestrator.connectors.secret import Mask
from orchestrator.connectors.unpacking import unpacked
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed

MOST_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRAVELS = frozenset({"accept", "accept-language", "content-type", "idempotency-key", "user-agent"})
"""The headers that follow a redirect to another origin. Everything else may be a secret."""
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "accept-encoding"})
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
_LONGEST_HEADER = 16_000
_PRIVATE_REPLY_HEADERS = frozenset({"set-cookie"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, kw_only=True)
class HttpReply:
    status: int
    headers: dict[str, str]
    """Names in small letters."""
    body: bytes
    url: str
    """Where the answer came from, after redirects."""


@dataclass(frozen=True, kw_only=True)
class HttpStream:
    """An answer whose body is still on its way."""

    status: int
    headers: dict[str, str]
    """Names in small letters."""
    url: str
    """Where the answer comes from, after redirects."""
    chunks: AsyncIterator[bytes]
    """Unpacked; to be read inside the block that opened the stream."""


@dataclass(frozen=True, kw_only=True)
class _Call:
    method: str
    target: Target
    headers: dict[str, str]
    content: bytes | None


Tell = Callable[[Target, int], Awaitable[None]]
"""Told right before the first byte leaves for an address, and how many bytes of content follow. What it raises keeps
the request here. Redirects are requests of their own."""


@dataclass(kw_only=True)
class Progress:
    tell: Tell | None = None
    sent: bool = False
    """Something may have reached the other side."""

    def watch(self, target: Target, content: bytes | None) -> Callable[[str, Mapping[str, Any]], Awaitable[None]]:
        """What httpcore calls as one request goes on."""

        async def note(event: str, info: Mapping[str, Any]) -> None:
            if event == "http11.send_request_headers.started":
                if self.tell is not None:
                    await self.tell(target, len(content or b""))
                self.sent = True

        return note


class HttpClient:
    """Keeps its connections, so one client serves all steps of a workspace in one event loop."""

    def __init__(
        self, allowed_hosts: Iterable[str] = (), *, limits: Limits = OPEN, resolver: Resolver = resolve
    ) -> None:
        self._connections = Connections(Egress(allowed_hosts, resolver, limits))

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
        tell: Tell | None = None,
    ) -> HttpReply:
        """The answer, whatever its status. Raises `StepFailed` when there is none; see the module."""
        call = _Call(method=method.upper(), target=read_url(url), headers=_checked(headers or {}), content=content)
        mask, progress = Mask.of(call.headers), Progress(tell=tell)
        async with _limited(call.target.host, progress, timeout_s):
            reply = await self._follow(call, progress)
        return _hiding(mask, reply) if mask else reply

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
        tell: Tell | None = None,
    ) -> AsyncIterator[HttpStream]:
        """The answer as it comes; the time limit covers the whole block. Raises like `send`, also while it is read."""
        call = _Call(method=method.upper(), target=read_url(url), headers=_checked(headers or {}), content=content)
        mask, progress = Mask.of(call.headers), Progress(tell=tell)
        async with _limited(call.target.host, progress, timeout_s), self._followed(call, progress) as stream:
            chunks = mask.chunks(stream.chunks) if mask else stream.chunks
            yield replace(stream, headers=mask.texts(stream.headers), chunks=chunks)

    async def close(self) -> None:
        await self._connections.close()

    async def _follow(self, call: _Call, progress: Progress) -> HttpReply:
        for _ in range(MOST_REDIRECTS + 1):
            reply = await self._exchange(call, progress)
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or location is None:
                return reply
            call = _redirected(call, reply.status, location)
        raise _endless(call.target.host)

    async def _exchange(self, call: _Call, progress: Progress) -> HttpReply:
        async with self._connections.respond(call.target, _request(call, progress)) as response:
            headers = reply_headers(response.headers)
            body = b"".join(
                [chunk async for chunk in unpacked(call.target.host, response, headers.get("content-encoding", ""))]
            )
        return HttpReply(status=response.status, headers=headers, body=body, url=str(call.target))

    @asynccontextmanager
    async def _followed(self, call: _Call, progress: Progress) -> AsyncIterator[HttpStream]:
        for _ in range(MOST_REDIRECTS + 1):
            async with self._connections.respond(call.target, _request(call, progress)) as response:
                headers = reply_headers(response.headers)
                chunks = unpacked(call.target.host, response, headers.get("content-encoding", ""))
                location = headers.get("location")
                if response.status not in _REDIRECTS or location is None:
                    yield HttpStream(status=response.status, headers=headers, url=str(call.target), chunks=chunks)
                    return
            call = _redirected(call, response.status, location)
        raise _endless(call.target.host)


@asynccontextmanager
async def _limited(host: str, progress: Progress, timeout_s: float) -> AsyncIterator[None]:
    """The time limit over everything, and what can go wrong on the way as `StepFailed`."""
    limit = asyncio.timeout(timeout_s)
    try:
        async with limit:
            yield
    except NotSent as error:
        if progress.sent:  # refused on the way on from a redirect: the first address was reached, and answered
            raise _answered(error) from error
        raise
    except TimeoutError as error:
        if not limit.expired():
            raise
        kind = StepFailed if progress.sent else NotSent
        raise kind(
            ErrorCategory.TIMEOUT,
            "time_limit",
            f"{host} did not answer within {timeout_s:g} seconds.",
            hint="Try again later, or give it more time.",
        ) from error
    except httpcore.LocalProtocolError as error:
        message = f"The request to {host} cannot be sent: {error}."
        raise NotSent(ErrorCategory.INPUT, "invalid_request", message) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise failure(host, error, sent=progress.sent) from error


def _hiding(mask: Mask, reply: HttpReply) -> HttpReply:
    """The answer without the secrets that it was asked with."""
    headers, body = mask.texts(reply.headers), mask.data(reply.body)
    return HttpReply(status=reply.status, headers=headers, body=body, url=mask.text(reply.url))


def _request(call: _Call, progress: Progress) -> httpcore.Request:
    target = call.target
    return httpcore.Request(
        call.method,
        httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
        headers=_wire_headers(call),
        content=call.content,
        extensions={"trace": progress.watch(target, call.content)},
    )


def _endless(host: str) -> Rejected:
    message = f"{host} sends us from one address to the next without end."
    return Rejected(ErrorCategory.REJECTED, "too_many_redirects", message, hint="Check the address.")


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        plain = value.isascii() and all(character.isprintable() or character == "\t" for character in value)
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN or not plain or len(value) > _LONGEST_HEADER:
            shown = "".join(character if character.isprintable() else "?" for character in name[:100])
            message = f"The header {shown!r} cannot be sent like this."
            hint = "Names hold letters, digits and dashes, values one line of plain text."
            raise NotSent(ErrorCategory.INPUT, "invalid_header", message, hint=hint)
    return dict(headers)


def _wire_headers(call: _Call) -> list[tuple[str, str]]:
    given = {name.lower() for name in call.headers}
    headers = [("Host", call.target.authority)]
    headers += [("User-Agent", "Tutti")] if "user-agent" not in given else []
    headers += [("Accept", "*/*")] if "accept" not in given else []
    headers += [("Accept-Encoding", "gzip, deflate"), *call.headers.items()]
    if call.content is not None or call.method in _METHODS_WITH_BODY:
        headers.append(("Content-Length", str(len(call.content or b""))))
    return headers


def reply_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").replace("\0", "")
        if name not in _PRIVATE_REPLY_HEADERS:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _redirected(call: _Call, status: int, location: str) -> _Call:
    """The next request; raises for a redirect to where no address could be read or the line would be open."""
    read_url(f"http://host/?{location}")  # urljoin would silently drop what the strict reader refuses
    target = read_url(urljoin(str(call.target), location))
    if call.target.scheme == "https" and target.scheme != "https":
        message = f"{call.target.host} sends us to an address without encryption."
        raise Rejected(ErrorCategory.REJECTED, "insecure_redirect", message, hint="Use the address it should send to.")
    headers = call.headers
    if target.origin != call.target.origin:
        headers = {name: value for name, value in headers.items() if name.lower() in _TRAVELS}
    if (status == 303 and call.method != "HEAD") or (status in (301, 302) and call.method == "POST"):
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return _Call(method="GET", target=target, headers=headers, content=None)
    return _Call(method=call.method, target=target, headers=headers, content=call.content)


def _answered(refused: NotSent) -> Rejected:
    error = refused.error
    return Rejected(error.category, error.code, error.message, hint=error.hint, retryable=False, **error.details)


def failure(host: str, error: Exception, *, sent: bool) -> StepFailed:
    """What an error of the line means."""
    if sent:
        message = f"The line to {host} was cut before the answer was complete."
        hint = "Look at the other side whether it was done, or try again."
        return StepFailed(ErrorCategory.UNAVAILABLE, "cut_off", message, hint=hint)
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        message = f"The certificate of {host} is not valid, so the line would not be safe."
        return NotSent(ErrorCategory.REJECTED, "certificate", message, hint="Ask whoever runs it to renew it.")
    message = f"{host} cannot be reached."
    return NotSent(ErrorCategory.UNAVAILABLE, "unreachable", message, hint="Check the address, or try again later.")
