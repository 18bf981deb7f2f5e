"""Open connections to checked addresses, kept for the next request.

httpcore's own pool looks at every connection for every request, which costs more than the requests themselves when
hundreds run side by side; here a connection is found by its origin.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import cache

import certifi
import httpcore

from orchestrator.connectors.egress import Egress, Target

MOST_OPEN = 512
MOST_IDLE = 256
IDLE_SECONDS = 5.0
"""Short, because a server that closes an idle connection just as it is used again leaves an unknown outcome."""

_CONNECT_SECONDS = 5.0
_MOST_ADDRESSES = 4


@cache
def trusted() -> ssl.SSLContext:
    """Certificates of the system, so that a company's own are known, and those that come with the product."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves and checks a host, then connects to what was checked. The name stays what TLS and `Host` show."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception | None = None
        for address in (await self._egress.addresses(host, port))[:_MOST_ADDRESSES]:
            try:
                return await self._network.connect_tcp(address, port, timeout=_CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")


class Connections:
    def __init__(self, egress: Egress) -> None:
        self._backend = CheckedBackend(egress)
        self._idle: defaultdict[tuple[str, str, int], list[httpcore.AsyncHTTPConnection]] = defaultdict(list)
        self._idle_count = 0
        self._open = asyncio.Semaphore(MOST_OPEN)
        self._swept_at = 0.0

    @asynccontextmanager
    async def respond(self, target: Target, request: httpcore.Request) -> AsyncIterator[httpcore.Response]:
        """The response, its body still unread; the connection goes back when the block ends."""
        async with self._open:
            connection = await self._take(target)
            try:
                response = await connection.handle_async_request(request)
                try:
                    yield response
                finally:
                    await response.aclose()
            finally:
                await self._give_back(target, connection)

    async def close(self) -> None:
        idle = [connection for connections in self._idle.values() for connection in connections]
        self._idle.clear()
        self._idle_count = 0
        for connection in idle:
            await connection.aclose()

    async def _take(self, target: Target) -> httpcore.AsyncHTTPConnection:
        waiting = self._idle.get(target.origin)
        while waiting:
            connection = waiting.pop()
            self._idle_count -= 1
            if connection.is_available() and not connection.has_expired():
                return connection
            await connection.aclose()
        return httpcore.AsyncHTTPConnection(
            httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port),
            ssl_context=trusted() if target.scheme == "https" else None,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._backend,
        )

    async def _give_back(self, target: Target, connection: httpcore.AsyncHTTPConnection) -> None:
        if connection.is_idle() and not connection.is_closed() and self._idle_count < MOST_IDLE:
            self._idle[target.origin].append(connection)
            self._idle_count += 1
        else:
            await connection.aclose()
        if time.monotonic() - self._swept_at > IDLE_SECONDS:
            await self._sweep()

    async def _sweep(self) -> None:
        """Close what has been idle too long; origins nobody calls again would keep theirs forever."""
        self._swept_at = time.monotonic()
        expired: list[httpcore.AsyncHTTPConnection] = []
        for origin, connections in list(self._idle.items()):
            kept = [connection for connection in connections if not connection.has_expired()]
            expired += [connection for connection in connections if connection not in kept]
            self._idle[origin] = kept
            if not kept:
                del self._idle[origin]
        self._idle_count -= len(expired)
        for connection in expired:
            await connection.aclose()
