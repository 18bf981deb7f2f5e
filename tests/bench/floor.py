"""The floor: the same graphs in bare asyncio, which keeps nothing and shows nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import httpx

Value = dict[str, int]


async def _light(value: Value) -> Value:
    return {"n": value["n"] + 1}


async def _call(client: httpx.AsyncClient, url: str, value: Value) -> Value:
    (await client.get(url)).raise_for_status()
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
    """Runs side by side, each with its requests one after the other."""

    async def one(client: httpx.AsyncClient) -> None:
        value = {"n": 0}
        for _ in range(steps):
            value = await _call(client, url, value)

    async def run() -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as client:
            await asyncio.gather(*(one(client) for _ in range(runs)))

    return _seconds(run())


def _seconds(work: Coroutine[Any, Any, Any]) -> float:
    """Without the making of the loop."""

    async def timed() -> float:
        began = time.perf_counter()
        await work
        return time.perf_counter() - began

    return asyncio.run(timed())
