"""Which runs and workspaces somebody looks at right now, kept in the broker for as long as they look.

It only saves work: a lost entry costs the watcher a second, because sockets also look into the database by themselves.
"""

from __future__ import annotations

import time

import redis
import redis.asyncio

KEY = "watched"
SECONDS = 30


def watched(broker: redis.Redis) -> frozenset[str]:
    found = broker.zrangebyscore(KEY, time.time(), "+inf")
    return frozenset(member.decode() for member in found)


async def watch(broker: redis.asyncio.Redis, what: str) -> None:
    """Say that `what` (an id) is being looked at for the next 30 seconds."""
    await broker.zadd(KEY, {what: time.time() + SECONDS})
    await broker.zremrangebyscore(KEY, "-inf", time.time() - SECONDS)
