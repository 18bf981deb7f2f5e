"""The door to the outside for libraries that bring a client of their own (httpx2): same egress, certificates, limits.

Until an answer begins, `handle_async_request` raises `StepFailed` as `HttpClient` does; while its body is read, what
goes wrong is an error of httpx2, which such libraries expect and get over. Redirects are answers: whoever follows them
comes through here again. The client's own limits of time hold for each wait, not for everything together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack

import httpcore
import httpx2

from orchestrator.connectors.connections import Connections
from orchestrator.connectors.egress import OPEN, Egress, Limits, Resolver, Target, read_url, resolve
from orchestrator.connectors.http import Progress, Tell, failure, reply_headers
from orchestrator.connectors.unpacking import unpacked
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected

LARGEST_REQUEST = 10_000_000
LARGEST_STREAM = 50_000_000
"""Of one answer, which may be a stream of events that stays open."""

_UNPACKED = frozenset({"content-encoding", "content-length"})


class Transport(httpx2.AsyncBaseTransport):
    """Give it to `httpx2.AsyncClient(transport=…, trust_env=False)`, one for each client: closing that closes this."""

    def __init__(
        self,
        allowed_hosts: Iterable[str] = (),
        *,
        limits: Limits = OPEN,
        resolver: Resolver = resolve,
        tell: Tell | None = None,
    ) -> None:
        self._connections = Connections(Egress(allowed_hosts, resolver, limits))
        self._tell = tell

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        target, progress = read_url(str(request.url)), Progress(tell=self._tell)
        content = await _content(target, request)
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=_headers(request),
            content=content,
            extensions={
                "trace": progress.watch(target, content),
                "timeout": dict(request.extensions.get("timeout") or {}),
            },
        )
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(self._connections.respond(target, asked))
            except httpcore.LocalProtocolError as error:
                message = f"The request to {target.host} cannot be sent: {error}."
                raise NotSent(ErrorCategory.INPUT, "invalid_request", message) from error
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
                raise failure(target.host, error, sent=progress.sent) from error
            headers = reply_headers(response.headers)
            chunks = unpacked(target.host, response, headers.get("content-encoding", ""), LARGEST_STREAM)
            return httpx2.Response(
                response.status,
                headers=[(name, value) for name, value in headers.items() if name not in _UNPACKED],
                stream=_Body(chunks, stack.pop_all(), request),
            )
        raise AssertionError("the block above returns or raises")

    async def aclose(self) -> None:
        await self._connections.close()


class _Body(httpx2.AsyncByteStream):
    """The rest of the answer; the connection goes back when it is closed."""

    def __init__(self, chunks: AsyncIterator[bytes], stack: AsyncExitStack, request: httpx2.Request) -> None:
        self._chunks = chunks
        self._stack = stack
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._chunks:
                yield chunk
        except httpcore.TimeoutException as error:
            raise httpx2.ReadTimeout("Nothing came for too long.", request=self._request) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, Rejected) as error:
            raise httpx2.ReadError(str(error) or "The line was cut.", request=self._request) from error

    async def aclose(self) -> None:
        await self._stack.aclose()


async def _content(target: Target, request: httpx2.Request) -> bytes:
    content = await request.aread()
    if len(content) > LARGEST_REQUEST:
        message = f"What is to be sent to {target.host} is too large: at most {LARGEST_REQUEST // 1_000_000} MB are."
        raise NotSent(ErrorCategory.INPUT, "request_too_large", message, hint="Send less at a time.")
    return content


def _headers(request: httpx2.Request) -> list[tuple[bytes, bytes]]:
    """What is packed in other ways could not be unpacked within limits."""
    kept = [(name, value) for name, value in request.headers.raw if name.lower() != b"accept-encoding"]
    return [*kept, (b"Accept-Encoding", b"gzip, deflate")]
