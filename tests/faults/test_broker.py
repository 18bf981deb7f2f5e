"""The broker forgets or repeats itself; nothing is lost or done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from builder.models import Workflow
from orchestrator.runs.actions import start_run
from orchestrator.runs.doorbell import ring
from orchestrator.runs.models import Run, RunEvent, RunStatus
from tests.faults.crew import Crew
from tests.faults.load import HERE, Publish, Settled, numbers
from tests.faults.sink import Sink
from tests.integration.runs.graphs import get, row

pytestmark = pytest.mark.product


def start(workflow: Workflow) -> Run:
    return start_run(HERE, workflow=workflow, payload={"n": 1}, how="manual")


def test_a_broker_emptied_under_load_loses_nothing(crew: Crew, publish: Publish, settled: Settled, sink: Sink) -> None:
    """More runs than the workers have threads, so that many are only a message when the broker forgets them."""
    workflow = publish(row(get("call", sink.url("/call")), get("then", sink.url("/then"))))
    sink.hold("/call")
    runs = [start(workflow) for _ in range(200)]
    sink.wait_for("/call", hits=20)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    sink.release("/call")
    runs += [start(workflow) for _ in range(10)]
    assert {RunStatus(settled(run.id).status) for run in runs} == {RunStatus.DONE}
    assert dict(sink.hits) == {"/call": 210, "/then": 210}


def test_a_message_delivered_many_times_starts_a_run_once(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(row(get("call", sink.url("/once"))))
    sink.hold("/once")
    run = start(workflow)
    with ThreadPoolExecutor(4) as senders:
        list(senders.map(ring, [[run.id] * 25] * 4))
    sink.wait_for("/once")
    sink.release("/once")
    done = settled(run.id)
    ring([run.id] * 50)
    behind = start(workflow)  # messages are taken in order, so those before this one were looked at
    settled(behind.id)
    assert sink.hits["/once"] == 2
    again = Run.objects.get(pk=run.pk)
    assert (again.fence, again.seq) == (1, done.seq)
    assert numbers(again) == list(range(1, again.seq + 1))


def test_a_message_for_a_run_that_never_was_is_harmless(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    ring([uuid4() for _ in range(20)])
    run = start(publish(row(get("call", sink.url("/call")))))
    assert RunStatus(settled(run.id).status) is RunStatus.DONE
    assert RunEvent.objects.filter(run_id=run.id, kind="run_finished").count() == 1
