"""Limits under load: never passed at any instant, and one workspace's flood does not hold up another."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from uuid import UUID

import pytest
import redis
from django.conf import settings

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs import store
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run, RunStatus
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import HERE, Publish, Settled, call
from tests.faults.servers import broker
from tests.faults.sink import Request, Sink
from tests.integration.authoring import sound
from tests.integration.runs.graphs import get, row

pytestmark = pytest.mark.product
RUNS = 120
SLOW_RUNS, ROOM = 200, 20
OWNED = "SELECT workflow_id, count(*) AS n FROM runs WHERE workspace_id = %s AND owner IS NOT NULL GROUP BY 1"


@pytest.fixture
def most_at_once(workspace: Workspace) -> Iterator[dict[UUID | None, int]]:
    """The most runs that were owned at once, by workflow and (None) in all, counted again and again."""
    most: dict[UUID | None, int] = {}
    stopped = threading.Event()

    def count() -> None:
        with store.connect() as connection:
            while not stopped.is_set():
                found = {found.workflow_id: found.n for found in connection.execute(OWNED, [workspace.pk])}
                for key, number in [*found.items(), (None, sum(found.values()))]:
                    most[key] = max(most.get(key, 0), number)

    counter = threading.Thread(target=count)
    counter.start()
    yield most
    stopped.set()
    counter.join()


def start(workflow: Workflow) -> Run:
    return start_run(HERE, workflow=workflow, payload={"n": 1}, how="manual")


def test_no_limit_is_passed_and_all_get_their_turn(
    crew: Crew,
    publish: Publish,
    settled: Settled,
    workspace: Workspace,
    sink: Sink,
    most_at_once: dict[UUID | None, int],
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(max_running=5)
    one, two = (publish(row(get("call", sink.url("/call")))) for _ in range(2))
    Workflow.objects.filter(pk=one.pk).update(max_running=2)
    runs = [start(workflow) for _ in range(RUNS // 2) for workflow in (one, two)]
    assert {RunStatus(settled(run.id).status) for run in runs} == {RunStatus.DONE}
    assert sink.hits["/call"] == RUNS
    assert most_at_once[None] <= 5
    assert most_at_once[one.pk] <= 2
    assert most_at_once[two.pk] > 2


def test_a_flood_of_one_workspace_does_not_hold_up_another(
    crew: Crew, publish: Publish, settled: Settled, workspace: Workspace, sink: Sink
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(max_running=4)
    sink.hold("/slow")
    noisy = publish(row(get("call", sink.url("/slow"))))
    flood = [start(noisy) for _ in range(200)]
    sink.wait_for("/slow", hits=4)
    assert redis.Redis.from_url(settings.REDIS_URL).llen("engine") <= 4
    other = Workspace.objects.create(name="Quiet")
    quiet = authoring.create_workflow(HERE, other.pk, name="Quiet")
    authoring.save_draft(HERE, quiet, sound(), str(Draft.objects.get(workflow=quiet).token))
    authoring.publish(HERE, quiet, note="test")
    quiet.refresh_from_db()
    done = [start_run(HERE, workflow=quiet, payload={}, how="manual") for _ in range(10)]
    assert {RunStatus(settled(run.id, seconds=5).status) for run in done} == {RunStatus.DONE}
    assert sink.hits["/slow"] == 4
    sink.release("/slow")
    assert {RunStatus(settled(run.id).status) for run in flood} == {RunStatus.DONE}


@pytest.mark.full
def test_a_consumer_that_is_slow_has_its_backlog_in_the_table_and_not_in_the_broker(
    bare_crew: Crew, world: World, publish: Publish, workspace: Workspace, sink: Sink
) -> None:
    """One worker with few threads: what waits for it waits as rows, and is not rung for again and again."""
    Workspace.objects.filter(pk=workspace.pk).update(max_running=ROOM)
    bare_crew.kill_all()
    bare_crew.hire(engine=1, concurrency=8)
    bare_crew.all_ready()
    line = broker()

    def slowly(request: Request, handler: BaseHTTPRequestHandler) -> bool:
        threading.Event().wait(0.05)
        return False

    sink.answer = slowly
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    rung = messages(line)
    world.started += [start(workflow).id for _ in range(SLOW_RUNS)]
    longest = 0
    until = time.monotonic() + 240
    while Run.objects.filter(pk__in=world.started, status__lt=RunStatus.DONE).exists():
        assert time.monotonic() < until
        longest = max(longest, line.llen("engine"))
        time.sleep(0.05)  # looks again; ends with the state, not with the time
    assert world.violations(within=60) == []
    assert set(Run.objects.filter(pk__in=world.started).values_list("status", "fence", "crashes")) == {
        (RunStatus.DONE, 1, 0)
    }
    assert set(sink.hits.values()) == {1}
    assert longest <= 2 * ROOM
    assert messages(line) - rung < 2 * SLOW_RUNS
    bare_crew.kill_all()


def messages(line: redis.Redis) -> int:
    """How many the broker has taken since it was started."""
    return int(line.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"])
