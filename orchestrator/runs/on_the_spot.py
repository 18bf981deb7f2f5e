"""Work that mostly needs not wait: begun at once, and made a task only where it does."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any

Work = Coroutine[Any, Any, None]


def run_on_the_spot(work: Work) -> asyncio.Task[None] | None:
    """None: the work is done. Until it first waits it may not ask for the current task, which is its caller's."""
    try:
        waited_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.create_task(_rest(work, waited_for))


async def _rest(work: Work, waited_for: Any) -> None:
    await _go_on(work, waited_for)


@types.coroutine
def _go_on(work: Work, waited_for: Any) -> Generator[Any, Any, None]:
    try:
        while True:
            try:
                given = yield waited_for
            except BaseException as error:  # noqa: BLE001  a cancellation too is the work's to hear
                waited_for = work.throw(error)
            else:
                waited_for = work.send(given)
    except StopIteration:
        return
