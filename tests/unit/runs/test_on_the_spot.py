"""Work that is begun at once, and becomes a task only where it waits."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.runs.on_the_spot import run_on_the_spot


async def test_work_that_never_waits_is_done_when_it_was_begun() -> None:
    said: list[str] = []

    async def work() -> None:
        said.append("done")

    assert run_on_the_spot(work()) is None
    assert said == ["done"]


async def test_work_that_waits_goes_on_with_what_it_waited_for() -> None:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    said: list[str] = []

    async def work() -> None:
        said.append(await answer)
        await asyncio.sleep(0)
        said.append("end")

    task = run_on_the_spot(work())
    assert task is not None
    answer.set_result("answer")
    await task
    assert said == ["answer", "end"]


async def test_a_failure_of_what_it_waited_for_reaches_the_work() -> None:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    said: list[str] = []

    async def work() -> None:
        try:
            await answer
        except ValueError:
            said.append("heard")

    task = run_on_the_spot(work())
    assert task is not None
    answer.set_exception(ValueError())
    await task
    assert said == ["heard"]


async def test_work_that_waits_can_be_cancelled() -> None:
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    said: list[str] = []

    async def work() -> None:
        try:
            await never
        except asyncio.CancelledError:
            said.append("cancelled")
            raise

    task = run_on_the_spot(work())
    assert task is not None
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert said == ["cancelled"]
    assert never.cancelled()
