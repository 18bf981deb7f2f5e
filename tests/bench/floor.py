"""The floor: the same graphs in bare asyncio, which keeps nothing and shows nothing."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

Value = dict[str, int]
LENGTH = re.compile(rb"Content-Length: (\d+)")


async def _light(value: Value) -> Value:
    return {"n": value["n"] + 1}


def chain_seconds(steps: int) -> float:
    """A task a step, one after the other."""

    async def run() -> None:
        value = {"n": 0}
        for _ in range(steps):
            value = await asyncio.create_task(_light(value))

    return _seconds(run())


def fan_seconds(width: int) -> float:
    """A task for each item side by side, then the sum."""

    async def run() -> int:
        values = await asyncio.gather(*(asyncio.create_task(_light({"n": n})) for n in range(width)))
        return sum(value["n"] for value in values)

    return _seconds(run())


def waiting_seconds(runs: int, steps: int, url: str) -> float:
    """Runs side by side, each with its requests one after the other on a line of its own."""

    address = urlsplit(url)
    asked = f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()

    async def one() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for _ in range(steps):
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = LENGTH.search(head)
            assert length, head
            await reader.readexactly(int(length[1]))
        writer.close()
        await writer.wait_closed()

    async def run() -> None:
        await asyncio.gather(*(one() for _ in range(runs)))

    return _seconds(run())


def _seconds(work: Coroutine[Any, Any, Any]) -> float:
    """Without the making of the loop."""

    async def timed() -> float:
        began = time.perf_counter()
        await work
        return time.perf_counter() - began

    return asyncio.run(timed())
