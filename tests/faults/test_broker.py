"""The broker forgets or repeats itself; nothing is lost or done twice."""

from __future__ import annotations

import threading
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
from tests.faults.invariants import World
from tests.faults.load import HERE, Publish, Settled, call, numbers, start
from tests.faults.proxy import Proxy
from tests.faults.servers import broker, crash_broker
from tests.faults.sink import Sink
from tests.integration.runs.graphs import get, row

pytestmark = pytest.mark.product


def begin(workflow: Workflow) -> Run:
    return start_run(HERE, workflow=workflow, payload={"n": 1}, how="manual")


def test_a_broker_emptied_under_load_loses_nothing(crew: Crew, publish: Publish, settled: Settled, sink: Sink) -> None:
    """More runs than the workers have threads, so that many are only a message when the broker forgets them."""
    workflow = publish(row(get("call", sink.url("/call")), get("then", sink.url("/then"))))
    sink.hold("/call")
    runs = [begin(workflow) for _ in range(200)]
    sink.wait_for("/call", hits=20)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    sink.release("/call")
    runs += [begin(workflow) for _ in range(10)]
    assert {RunStatus(settled(run.id).status) for run in runs} == {RunStatus.DONE}
    assert dict(sink.hits) == {"/call": 210, "/then": 210}


def test_a_message_delivered_many_times_starts_a_run_once(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(row(get("call", sink.url("/once"))))
    sink.hold("/once")
    run = begin(workflow)
    with ThreadPoolExecutor(4) as senders:
        list(senders.map(ring, [[run.id] * 25] * 4))
    sink.wait_for("/once")
    sink.release("/once")
    done = settled(run.id)
    ring([run.id] * 50)
    behind = begin(workflow)  # messages are taken in order, so those before this one were looked at
    settled(behind.id)
    assert sink.hits["/once"] == 2
    again = Run.objects.get(pk=run.pk)
    assert (again.fence, again.seq) == (1, done.seq)
    assert numbers(again) == list(range(1, again.seq + 1))


def test_a_message_for_a_run_that_never_was_is_harmless(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    ring([uuid4() for _ in range(20)])
    run = begin(publish(row(get("call", sink.url("/call")))))
    assert RunStatus(settled(run.id).status) is RunStatus.DONE
    assert RunEvent.objects.filter(run_id=run.id, kind="run_finished").count() == 1


@pytest.mark.parametrize("losses", [1, pytest.param(2, marks=pytest.mark.full)])
def test_starts_are_accepted_while_the_broker_is_down_and_run_when_it_is_back(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, broker_proxy: Proxy, losses: int
) -> None:
    """The same workers go on: whoever lost the broker finds it again and takes messages from it."""
    bare_crew.kill_all()
    bare_crew.hire(broker_port=broker_proxy.port)
    bare_crew.all_ready()
    workers = list(bare_crew.workers)
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    for round_ in range(losses):  # a worker may survive the first loss and be deaf after it
        broker_proxy.refuse()
        crash_broker()
        world.started += [start(workflow, n) for n in range(10)]
        threading.Event().wait(3)  # the time is what is tried here
        broker_proxy.heal()
        assert world.violations(within=60) == [], round_
    assert set(sink.hits.values()) == {1}
    assert [worker for worker in workers if not worker.lives] == []
    bare_crew.kill_all()


@pytest.mark.full
def test_a_broker_without_room_costs_time_only(crew: Crew, world: World, publish: Publish, sink: Sink) -> None:
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    line = broker()
    line.config_set("maxmemory", 1)
    try:
        world.started += [start(workflow, n) for n in range(10)]
        threading.Event().wait(3)  # the time is what is tried here
    finally:
        line.config_set("maxmemory", 0)
    assert world.violations(within=60) == []
    assert set(sink.hits.values()) == {1}


@pytest.mark.full
def test_a_worker_cut_off_from_the_broker_ends_its_steps_and_the_others_take_the_work(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, broker_proxy: Proxy
) -> None:
    bare_crew.kill_all()
    bare_crew.hire(engine=1, broker_port=broker_proxy.port)
    bare_crew.all_ready()
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    run = start(workflow, 1)
    world.started.append(run)
    path = f"/keyed/{run}/-"
    sink.hold(path)
    sink.wait_for(path)
    broker_proxy.freeze()
    sink.release(path)
    sink.wait_for(f"/once/{run}/-")
    bare_crew.hire()
    world.started += [start(workflow, n) for n in range(10)]
    assert world.violations(within=60) == []
    assert set(sink.hits.values()) == {1}
    bare_crew.kill_all()


@pytest.mark.full
def test_all_messages_once_more_after_the_end_change_nothing(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    world.started += [start(workflow, n) for n in range(10)]
    assert world.violations(within=60) == []
    before = list(Run.objects.filter(workspace=world.workspace).order_by("id").values())
    ring(world.started * 3)
    behind = start(workflow, 99)  # messages are taken in order, so those before this one were looked at
    world.started.append(behind)
    assert world.violations(within=60) == []
    assert list(Run.objects.filter(workspace=world.workspace).exclude(id=behind).order_by("id").values()) == before
