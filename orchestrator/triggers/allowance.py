"""How often the doors without a sign-in may be used."""

from __future__ import annotations

import logging

import redis
from django.core.cache import cache

from orchestrator.api.errors import TooMany

log = logging.getLogger(__name__)

WINDOW_S = 60


def count_call(name: str, most: int) -> None:
    """One more call of `name` in this minute. Raises TooMany; without a broker nobody counts and everybody is let in,
    because what arrives must not be lost."""
    key = f"triggers.calls:{name}"
    try:
        cache.add(key, 0, WINDOW_S)
        calls = cache.incr(key)
    except ValueError:  # the window ended between the two steps
        return
    except redis.RedisError as error:
        log.warning("A call was not counted: %s", error)
        return
    if calls > most:
        raise TooMany("too_many_calls", f"More than {most} calls in a minute. Wait a moment.", retry_after_s=WINDOW_S)
