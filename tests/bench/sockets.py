"""Browsers without the screen: many sockets in a process of its own, so that they do not slow who measures.

Reads one JSON line: {address, origin, cookie, runs, sockets, seconds}. Says "watching" when every socket has its
snapshot, then one JSON line: for each socket {run, first, frames [[received, [[seq, kind, at], ...]], ...]}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from websockets.asyncio.client import connect

AT_ONCE = 50
"""Handshakes under way at the same time."""


class Watcher:
    """One socket on one run."""

    def __init__(self, wanted: dict[str, Any], run: str) -> None:
        self._wanted = wanted
        self._run = run
        self._frames: list[tuple[float, str]] = []
        self._first = 0

    async def open(self, door: asyncio.Semaphore) -> None:
        """Until the snapshot is here."""
        address, headers = f"{self._wanted['address']}/ws/runs/{self._run}", {"Cookie": self._wanted["cookie"]}
        async with door:
            self._socket = await connect(
                address, origin=self._wanted["origin"], additional_headers=headers, open_timeout=60, proxy=None
            )
            self._first = json.loads(await self._socket.recv())["seq"]

    async def watch(self) -> None:
        """Until the run has finished."""
        async for frame in self._socket:
            self._frames.append((time.time(), str(frame)))  # read later: reading would delay the others
            if '"run_finished"' in str(frame):
                return

    def seen(self) -> dict[str, Any]:
        frames = []
        for received, text in self._frames:
            message = json.loads(text)
            frames.append((received, [(event["seq"], event["kind"], event["at"]) for event in message["events"]]))
        return {"run": self._run, "first": self._first, "frames": frames}


async def watch_all(wanted: dict[str, Any]) -> None:
    door, runs = asyncio.Semaphore(AT_ONCE), wanted["runs"]
    watchers = [Watcher(wanted, runs[number % len(runs)]) for number in range(wanted["sockets"])]
    await asyncio.gather(*(one.open(door) for one in watchers))
    print("watching", flush=True)
    tasks = [asyncio.create_task(one.watch()) for one in watchers]
    await asyncio.wait(tasks, timeout=wanted["seconds"])
    print(json.dumps([one.seen() for one in watchers]), flush=True)


if __name__ == "__main__":
    asyncio.run(watch_all(json.loads(sys.stdin.readline())))
