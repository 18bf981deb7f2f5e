"""The live view loses the broker that pushes to it: it has every event in the end, from the last one it had."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async

from orchestrator.runs.database import in_database
from orchestrator.runs.models import Run
from orchestrator.runs.snapshots import events_json
from tests.faults.crew import Crew
from tests.faults.load import Publish, start
from tests.faults.servers import crash_broker, flush_broker
from tests.faults.sink import Sink
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import get, row
from tests.integration.runs.test_sockets import opened, until_finished

pytestmark = [pytest.mark.product, pytest.mark.full]


@pytest.fixture
def viewer(workspace: object) -> Browser:
    return join(workspace, "viewer", name="Vera")


@pytest.fixture
def held(crew: Crew, publish: Publish, sink: Sink) -> Run:
    """A run in the middle of its second step; `sink.release("/two")` lets it go on."""
    workflow = publish(row(*(get(key, sink.url(f"/{key}")) for key in ("one", "two", "three"))))
    sink.hold("/two")
    run = start(workflow, 1)
    sink.wait_for("/two")
    return Run.objects.get(pk=run)


@pytest.mark.parametrize("strike", [crash_broker, flush_broker])
async def test_a_socket_hears_everything_although_the_broker_is_lost_under_it(
    held: Run, sink: Sink, viewer: Browser, strike: Callable[[], None]
) -> None:
    async with opened(f"/ws/runs/{held.pk}", viewer) as socket:
        known = (await socket.hear())["seq"]
        await asyncio.to_thread(strike)
        sink.release("/two")
        events = await until_finished(socket, after=known)
    assert events == await sync_to_async(in_database)(events_json, held.pk, known)


async def test_a_socket_that_was_cut_off_goes_on_from_what_was_shown(held: Run, sink: Sink, viewer: Browser) -> None:
    """Its second life begins with what has happened meanwhile."""
    async with opened(f"/ws/runs/{held.pk}", viewer) as socket:
        known = (await socket.hear())["seq"]
    sink.hold("/three")
    sink.release("/two")
    await asyncio.to_thread(sink.wait_for, "/three")
    async with opened(f"/ws/runs/{held.pk}", viewer) as socket:
        missed = (await socket.hear())["seq"]
        assert missed > known
        await asyncio.to_thread(flush_broker)
        sink.release("/three")
        events = await until_finished(socket, after=missed)
    assert events == await sync_to_async(in_database)(events_json, held.pk, missed)
