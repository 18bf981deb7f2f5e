"""The clock of a worker is wrong, by an hour or a day, forward or back: only the database's clock counts."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.utils import timezone

from orchestrator.runs.models import Run, RunEvent, RunStatus, WorkerLease
from tests.faults.crew import LEASE_SECONDS, Crew
from tests.faults.invariants import World
from tests.faults.load import Approver, Publish, Settled, call, six_steps, start
from tests.faults.sink import Sink
from tests.integration.runs.graphs import row

pytestmark = [pytest.mark.product, pytest.mark.full]
HOUR, DAY = 3_600, 86_400
RUNS = 12


def wrong_times(world: World, off: int) -> int:
    """How much of what has happened was written down with the wrong time: the clock is wrong indeed."""
    now = timezone.now()
    at = RunEvent.objects.filter(run_id__in=world.started).values_list("at", flat=True)
    return sum(abs((time - now).total_seconds() - off) < HOUR / 2 for time in at)


@pytest.mark.parametrize("off", [HOUR, -HOUR, DAY, -DAY])
def test_a_worker_whose_clock_is_wrong_neither_loses_its_lease_nor_takes_anothers(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, off: int
) -> None:
    bare_crew.kill_all()
    bare_crew.hire(engine=1)
    bare_crew.hire(engine=2, clock=off)
    bare_crew.all_ready()
    workers = list(bare_crew.workers)
    workflow = publish(six_steps(sink, items=3))
    with Approver(world):
        world.started += [start(workflow, n) for n in range(RUNS)]
        threading.Event().wait(2 * LEASE_SECONDS)  # the time is what is tried here
        assert world.violations(within=60) == []
    assert [worker.lines[-10:] for worker in workers if not worker.lives] == []
    assert {worker.me for worker in workers} <= set(WorkerLease.objects.values_list("id", flat=True))
    runs = Run.objects.filter(workspace=world.workspace)
    assert set(runs.values_list("status", "crashes")) == {(RunStatus.DONE, 0)}
    assert set(sink.hits.values()) == {1}
    assert wrong_times(world, off) > 0


@pytest.mark.parametrize("off", [DAY, -DAY])
def test_runs_go_from_a_worker_with_a_wrong_clock_to_one_with_the_right_time_and_back(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, settled: Settled, off: int
) -> None:
    """Killed in the middle of a step that has a time limit and may be tried again: neither is measured across."""
    bare_crew.kill_all()
    limits = {"timeout_s": 20, "retry": {"attempts": 3, "first_wait_s": 0.1, "max_wait_s": 0.5}}
    workflow = publish(row(call(sink, "keyed", policy=limits), call(sink, "each", policy=limits)))
    for clock in (off, 0):
        bare_crew.hire(engine=1, clock=clock)
        bare_crew.all_ready()
        run = start(workflow, 1)
        world.started.append(run)
        path = f"/keyed/{run}/-"
        sink.hold(path)
        sink.wait_for(path)
        bare_crew.kill_all()
        sink.release(path)
        bare_crew.hire(engine=1, clock=0 if clock else off)
        world.supervisor = partial(bare_crew.hire, engine=1)
        assert world.violations(within=60) == []
        assert RunStatus(settled(run).status) is RunStatus.DONE
        bare_crew.kill_all()
    assert wrong_times(world, off) > 0
