"""The writer between many runs and one connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from builder.models import Workflow
from orchestrator.runs import mail, store
from orchestrator.runs.models import Run, RunEvent, RunStatus
from orchestrator.runs.writer import Stale, Unstorable, Writer
from tests.integration.authoring import sound
from tests.integration.runs.appending import ME, append_of, own


@pytest.fixture
def runs(committed: None, publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> list[Run]:
    workflow = publish(sound())
    return [own(start(workflow, input={})) for _ in range(4)]


@pytest.fixture
async def writer(runs: list[Run]) -> AsyncIterator[Writer]:
    writer = Writer(ME, asyncio.get_running_loop(), lambda connection, *runs: store.promote(connection, runs))
    writer.start()
    yield writer
    await asyncio.to_thread(writer.stop)
    await sync_to_async(connections.close_all)()


async def outcomes(writer: Writer, appends: list[store.Append]) -> list[Any]:
    return await asyncio.gather(*(writer.append(append) for append in appends), return_exceptions=True)


async def test_bad_data_of_one_run_does_not_fail_the_others(writer: Writer, runs: list[Run]) -> None:
    appends = [append_of(run) for run in runs]
    appends[1].error = b"{"
    answers = await outcomes(writer, appends)
    assert isinstance(answers[1], Unstorable)
    assert [answer.status for index, answer in enumerate(answers) if index != 1] == [RunStatus.DONE] * 3
    written = await sync_to_async(lambda: RunEvent.objects.filter(run_id=runs[1].pk).count())()
    assert written == 1


async def test_a_stale_run_is_told_so(writer: Writer, runs: list[Run]) -> None:
    appends = [append_of(run) for run in runs]
    appends[2].fence -= 1
    answers = await outcomes(writer, appends)
    assert [type(answer) is Stale for answer in answers] == [False, False, True, False]


async def test_a_connection_that_was_cut_costs_no_append(writer: Writer, runs: list[Run]) -> None:
    await writer.append(append_of(runs[0]))

    def cut() -> None:
        with store.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND application_name = 'tutti-engine'"
            )

    await asyncio.to_thread(cut)
    answers = await outcomes(writer, [append_of(run) for run in runs[1:]])
    assert [answer.status for answer in answers] == [RunStatus.DONE] * 3
    counts = await sync_to_async(lambda: [RunEvent.objects.filter(run_id=run.pk).count() for run in runs])()
    assert counts == [2] * 4


async def test_mail_that_came_while_a_run_was_being_parked_wakes_it(writer: Writer, runs: list[Run]) -> None:
    """The mail is posted beside the append, which may or may not see it: no run may be left asleep with it."""

    def post(run: Run) -> None:
        with store.connect() as connection:
            store.post(connection, run.id, mail.CANCEL, step=None, body={}, dedupe="cancel")
            store.promote(connection, [run.id])

    parking = [writer.append(append_of(run, status=RunStatus.WAITING)) for run in runs]
    posting = [asyncio.to_thread(post, run) for run in runs]
    await asyncio.gather(*parking, *posting)
    await asyncio.to_thread(writer.stop)
    asleep = await sync_to_async(lambda: Run.objects.filter(owner=None, wake_at=None).count())()
    assert asleep == 0
