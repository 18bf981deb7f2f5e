"""The database crashes, goes away, refuses: nothing is lost, nothing is said to be done that is not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection

from orchestrator.runs.host import STUCK
from orchestrator.runs.models import Run, RunStatus
from tests.faults.crew import LEASE_SECONDS, Crew
from tests.faults.invariants import World
from tests.faults.load import Approver, Publish, call, six_steps, start
from tests.faults.proxy import Proxy
from tests.faults.servers import crash_database
from tests.faults.sink import Sink
from tests.integration.runs.graphs import row

pytestmark = pytest.mark.product
RUNS = 12

REFUSE = """
CREATE FUNCTION refuse_sometimes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF random() < {chance} THEN RAISE EXCEPTION 'a fault' USING ERRCODE = '{state}'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER refuse_sometimes AFTER UPDATE OF seq ON runs FOR EACH ROW EXECUTE FUNCTION refuse_sometimes();
"""


@contextmanager
def refusing(state: str, chance: float) -> Iterator[None]:
    """So many of the appends are refused with this SQLSTATE."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE.format(state=state, chance=chance))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_sometimes CASCADE")


@contextmanager
def read_only() -> Iterator[None]:
    """As a server that has become a standby, or whose disk is full: it reads, and refuses to write."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        cursor.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM RESET default_transaction_read_only")
            cursor.execute("SELECT pg_reload_conf()")


def outcomes(world: World) -> set[RunStatus]:
    found = Run.objects.filter(workspace=world.workspace).values_list("status", flat=True)
    return {RunStatus(status) for status in found}


@pytest.mark.parametrize("crashes", [1, pytest.param(2, marks=pytest.mark.full)])
def test_a_database_that_crashes_under_load_loses_nothing(
    crew: Crew, world: World, publish: Publish, sink: Sink, crashes: int
) -> None:
    workflow = publish(six_steps(sink, items=3))
    with Approver(world):
        for crash in range(crashes):
            world.started += [start(workflow, n, key=f"{crash} {n}") for n in range(RUNS)]
            sink.wait_for_all(RUNS * (1 + 5 * crash))
            crash_database()
            world.supervisor = crew.hire
        assert world.violations(within=60) == []


@pytest.mark.full
def test_no_effect_is_started_while_the_database_is_away_for_longer_than_the_lease(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, database_proxy: Proxy
) -> None:
    bare_crew.kill_all()
    bare_crew.hire(database_port=database_proxy.port)
    bare_crew.all_ready()
    workflow = publish(six_steps(sink, items=5))
    with Approver(world):
        world.started += [start(workflow, n) for n in range(RUNS)]
        sink.wait_for_all(RUNS)
        database_proxy.refuse()
        threading.Event().wait(LEASE_SECONDS)  # what is under way may end
        before = sink.hits.total()
        threading.Event().wait(2 * LEASE_SECONDS)  # the time is what is tried here
        assert sink.hits.total() == before
        database_proxy.heal()
        world.supervisor = partial(bare_crew.hire, database_port=database_proxy.port)
        assert world.violations(within=60) == []
    assert outcomes(world) <= {RunStatus.DONE, RunStatus.WAITING}


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("40001", id="serialization failure"),
        pytest.param("40P01", id="deadlock", marks=pytest.mark.full),
        pytest.param("57014", id="statement cancelled", marks=pytest.mark.full),
        pytest.param("53100", id="disk full"),
        pytest.param("25006", id="read only", marks=pytest.mark.full),
    ],
)
def test_appends_that_are_refused_for_now_are_sent_again(
    crew: Crew, world: World, publish: Publish, sink: Sink, state: str
) -> None:
    workflow = publish(row(call(sink, "keyed"), call(sink, "once"), call(sink, "each", "-")))
    with refusing(state, 0.05):
        world.started += [start(workflow, n) for n in range(RUNS)]
        assert world.violations(within=60) == []
    assert outcomes(world) == {RunStatus.DONE}
    assert set(sink.hits.values()) == {1}


@pytest.mark.full
@pytest.mark.parametrize("state", ["53100", "40001"])
def test_a_database_that_refuses_every_write_for_a_while_costs_time_only(
    crew: Crew, world: World, publish: Publish, sink: Sink, state: str
) -> None:
    """For longer than a writer may recurse, or ask without a pause."""
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    with refusing(state, 1.0):
        world.started += [start(workflow, n) for n in range(RUNS)]
        threading.Event().wait(5)  # the time is what is tried here
        assert sink.hits.total() == 0
    assert world.violations(within=60) == []
    assert outcomes(world) == {RunStatus.DONE}
    assert set(sink.hits.values()) == {1}


@pytest.mark.full
def test_a_database_that_only_reads_stops_everything_and_loses_nothing(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    workflow = publish(six_steps(sink, items=5))
    with Approver(world):
        world.started += [start(workflow, n) for n in range(RUNS)]
        sink.wait_for_all(RUNS)
        with read_only():
            threading.Event().wait(LEASE_SECONDS)
            before = sink.hits.total()
            threading.Event().wait(LEASE_SECONDS)  # the time is what is tried here
            assert sink.hits.total() == before
        world.supervisor = crew.hire
        assert world.violations(within=60) == []


@pytest.mark.full
def test_a_slow_line_to_the_database_costs_time_only(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, database_proxy: Proxy
) -> None:
    bare_crew.kill_all()
    bare_crew.hire(database_port=database_proxy.port)
    bare_crew.all_ready()
    database_proxy.delay(0.1)
    workflow = publish(six_steps(sink, items=2))
    with Approver(world):
        world.started += [start(workflow, n) for n in range(RUNS)]
        assert world.violations(within=90) == []
    assert outcomes(world) == {RunStatus.DONE}
    bare_crew.kill_all()


@pytest.mark.full
@pytest.mark.parametrize("size", [50, 500, 5_000, 20_000])
def test_a_line_cut_in_the_middle_of_a_commit_is_settled_by_reading(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, database_proxy: Proxy, size: int
) -> None:
    """The append may have been committed, or not: after enough cuts both have happened."""
    bare_crew.kill_all()
    bare_crew.hire(database_port=database_proxy.port)
    bare_crew.all_ready()
    workflow = publish(row(call(sink, "keyed"), call(sink, "once"), call(sink, "each", "-")))
    world.started += [start(workflow, n) for n in range(RUNS)]
    until = time.monotonic() + 10
    while world.unsettled() and time.monotonic() < until:
        database_proxy.cut_after(size)
        threading.Event().wait(0.3)  # between two cuts something may happen
    database_proxy.heal()
    world.supervisor = partial(bare_crew.hire, database_port=database_proxy.port)
    assert world.violations(within=60) == []
    bare_crew.kill_all()


@pytest.mark.full
def test_a_database_that_is_away_for_moments_fails_no_step(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, database_proxy: Proxy
) -> None:
    """Also what a step reads just before its effect (who may be called, with which account) can wait."""
    bare_crew.kill_all()
    bare_crew.hire(database_port=database_proxy.port)
    bare_crew.all_ready()
    workflow = publish(row(call(sink, "keyed"), call(sink, "once"), call(sink, "each")))
    world.started += [start(workflow, n) for n in range(RUNS)]
    for outage in range(4):
        sink.wait_for_all(RUNS // 2 * (outage + 1))
        database_proxy.refuse()
        threading.Event().wait(1.2)  # what is known of a workspace's hosts is read again after a second
        database_proxy.heal()
    world.supervisor = partial(bare_crew.hire, database_port=database_proxy.port)
    assert world.violations(within=60) == []
    bare_crew.kill_all()


@pytest.mark.full
def test_a_worker_that_is_told_to_stop_ends_although_its_database_never_comes_back(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, database_proxy: Proxy
) -> None:
    bare_crew.kill_all()
    worker = bare_crew.add(database_port=database_proxy.port)
    bare_crew.all_ready()
    world.started.append(start(publish(six_steps(sink, items=1)), 0))
    sink.wait_for_all(1)
    database_proxy.refuse()
    worker.terminate()
    assert worker.ended(90) == STUCK
    world.supervisor = bare_crew.hire
    with Approver(world):
        assert world.violations(within=60) == []
    assert outcomes(world) <= {RunStatus.DONE, RunStatus.WAITING}
