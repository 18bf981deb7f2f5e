"""Runs a server of the tests beside a test that is not asynchronous itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from queue import SimpleQueue

from tests.unit.connectors.servers import Served


@contextmanager
def apart(server: AbstractAsyncContextManager[Served]) -> Iterator[Served]:
    ready: SimpleQueue[tuple[Served, asyncio.AbstractEventLoop, asyncio.Event]] = SimpleQueue()

    async def serve() -> None:
        async with server as served:
            ended = asyncio.Event()
            ready.put((served, asyncio.get_running_loop(), ended))
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    served, loop, ended = ready.get(timeout=10)
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(timeout=10)
