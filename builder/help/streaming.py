"""What comes into being piece by piece, as lines of JSON while it does.

The work has a loop in a thread of its own; the thread of the request passes on what it says. Whoever listens may go
away without a sign, so stopping is asked for by the name of the work.
"""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.http import StreamingHttpResponse
from uuid_utils.compat import uuid7

from orchestrator.api.errors import ProblemError, problem
from orchestrator.engine.errors import StepFailed

MEDIA_TYPE = "application/x-ndjson"
STOP_KNOWN_FOR_S = 600
LOOK_FOR_STOP_S = 0.25
LONGEST_S = 300

Event = dict[str, Any]
Say = Callable[[Event], None]
Work = Callable[[Say], Awaitable[Event]]
"""Says what it does, and gives its last word."""


def stop(name: str) -> None:
    """Wherever the work of this name is done."""
    cache.set(_key(name), 1, STOP_KNOWN_FOR_S)


def streamed(work: Work) -> StreamingHttpResponse:
    """The answer of a door that does this work."""
    rows = lines(str(uuid7()), work)
    return StreamingHttpResponse(rows, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def lines(name: str, work: Work) -> Iterator[bytes]:
    """`{"type": ...}` each; the last is `done`, `stopped` or `problem`. `name` is told in the first, to stop it by."""
    events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    threading.Thread(target=lambda: asyncio.run(_do(name, work, events.put)), name="help", daemon=True).start()
    yield from _line({"type": "begun", "name": name})
    while (event := events.get()) is not None:
        yield from _line(event)


def _line(event: Event) -> Iterator[bytes]:
    """In two pieces: a piece is sent once the next one is there."""
    yield json.dumps(event, ensure_ascii=False).encode()
    yield b"\n"


async def _do(name: str, work: Work, say: Callable[[Event | None], None]) -> None:
    doing = asyncio.ensure_future(work(say))
    stopping = asyncio.create_task(_asked_to_stop(name))
    try:
        async with asyncio.timeout(LONGEST_S):
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            say({"type": "stopped"})
        else:
            say({"type": "done", **doing.result()})
    except StepFailed as failed:
        hint = failed.error.hint
        say({"type": "problem", "problem": problem(409, failed.error.code, f"{failed.error.message} {hint}".strip())})
    except ProblemError as refused:
        say({"type": "problem", "problem": refused.as_json()})
    except TimeoutError:
        say({"type": "problem", "problem": problem(409, "help_too_slow", TOO_SLOW)})
    finally:
        stopping.cancel()
        doing.cancel()
        with suppress(asyncio.CancelledError, StepFailed, ProblemError):
            await doing
        say(None)


TOO_SLOW = "The language model took longer than five minutes. Ask for less, or choose another model."


async def _asked_to_stop(name: str) -> None:
    # Another process is asked to stop by way of the cache, which rings no bell.
    while not await asyncio.to_thread(cache.get, _key(name)):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_FOR_STOP_S)


def _key(name: str) -> str:
    return f"builder.help.stop:{name}"
