"""Crash enumeration: a worker kills itself at its k-th call to database, broker or outside world, for k = 1, 2, ...
until a run ends without a crash; and again while another worker recovers what the first one left.

`FAULT_SEED` repeats a choice of crash points. Where a point lies is told by the worker itself, so a failure names it.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest

from builder.models import Workflow
from orchestrator.runs.models import Run, RunStatus, Step, WorkerLease
from tests.faults.crew import Crew, Fault, Worker, fault
from tests.faults.invariants import World
from tests.faults.load import Approver, Publish, call, six_steps, start
from tests.faults.servers import flush_broker
from tests.faults.sink import Sink
from tests.integration.runs.graphs import row

pytestmark = pytest.mark.product
NEVER = 10_000.0
"""Seconds between two sweeps of a worker that is to look at nothing but the run it is rung for."""
FIRST, LAST = 1, 400
"""More calls than any run of the load makes."""
SAMPLE = 10
PAIRS = 40
AT_REST = 60.0


@pytest.fixture
def alone(bare_crew: Crew) -> Crew:
    bare_crew.kill_all()
    flush_broker()
    return bare_crew


@pytest.fixture
def seed() -> int:
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))
    sys.stdout.write(f"FAULT_SEED={seed}\n")
    return seed


def crash(world: World, workflow: Workflow, wanted: Fault, n: int) -> str | None:
    """Start a run beside a worker with this fault; where it struck, or None where the run ended before."""
    worker = world.crew.add(faults=[wanted], SWEEP_SECONDS=NEVER)
    run = start(workflow, n)
    world.started.append(run)
    over(worker, run)
    worker.kill()
    bury(worker)
    return worker.struck()


def over(worker: Worker, run: UUID, seconds: float = 90) -> None:
    """Until the worker is dead or the run at its end."""
    until = time.monotonic() + seconds
    while worker.lives and not Run.objects.filter(pk=run, status__gte=RunStatus.DONE).exists():
        assert time.monotonic() < until, f"{Run.objects.get(pk=run)}: {''.join(worker.lines[-20:])}"
        time.sleep(0.01)  # looks again; ends with the state, not with the time


def bury(worker: Worker) -> None:
    """What the time would do: the lease of the dead runs out."""
    if worker.me is not None:
        WorkerLease.objects.filter(pk=worker.me).delete()


def recover(world: World) -> list[str]:
    """Two whole workers find what the dead have left."""
    world.crew.hire()
    world.crew.all_ready()
    return world.violations(within=AT_REST)


def report(struck: Counter[str]) -> None:
    sys.stdout.write(f"{struck.total()} crashes: " + ", ".join(f"{n} {at}" for at, n in sorted(struck.items())) + "\n")


def enumerated(world: World, workflow: Workflow, points: Iterator[int]) -> Counter[str]:
    struck: Counter[str] = Counter()
    for n, point in enumerate(points):
        where = crash(world, workflow, fault("any", point), n)
        if where is None:
            break
        struck[where.removeprefix("FAULT kill ")] += 1
    report(struck)
    return struck


@pytest.mark.full
def test_a_crash_at_every_call_loses_and_doubles_nothing(
    alone: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    workflow = publish(six_steps(sink, items=2))
    with Approver(world):
        struck = enumerated(world, workflow, iter(range(FIRST, LAST)))
        assert recover(world) == []
    assert {"before append", "after append", "before effect", "after effect"} <= set(struck)
    assert struck.total() < LAST - FIRST, "no run has ended: raise LAST"


def test_a_crash_at_some_calls_loses_and_doubles_nothing(
    alone: Crew, world: World, publish: Publish, sink: Sink, seed: int
) -> None:
    """A part of the enumeration for every change: points drawn by a seed, over the calls of a short run."""
    workflow = publish(six_steps(sink, items=1))
    points = sorted(random.Random(seed).sample(range(10, 90), SAMPLE))
    with Approver(world):
        assert enumerated(world, workflow, iter(points)).total() > SAMPLE / 2
        assert recover(world) == []


@pytest.mark.full
def test_a_second_crash_while_recovering_loses_and_doubles_nothing(
    alone: Crew, world: World, publish: Publish, sink: Sink, seed: int
) -> None:
    workflow = publish(six_steps(sink, items=1))
    chance = random.Random(seed)
    struck: Counter[str] = Counter()
    with Approver(world):
        for n in range(int(os.environ.get("FAULT_PAIRS", PAIRS))):
            if crash(world, workflow, fault("any", chance.randrange(10, 90)), n) is None:
                continue
            calls = chance.choice(["any", "any of the sweep"])
            again = fault(calls, chance.randrange(5, 90 if calls == "any" else 40))
            second = world.crew.add(faults=[again], SWEEP_SECONDS=0.1)
            over(second, world.started[-1])
            second.kill()
            struck[(second.struck() or "FAULT kill none").removeprefix("FAULT kill ")] += 1
            bury(second)
        report(struck)
        assert recover(world) == []


# -- the moments that have a name ------------------------------------------------------------------------------------


def crash_at(world: World, publish: Publish, kind: str, at: str, **options: bool) -> UUID:
    """A run of one effect whose first worker dies at `at`; the others have recovered it."""
    workflow = publish(row(call(world.sink, kind)))
    first = world.crew.add(faults=[fault(at)], **options)
    run = start(workflow, 1)
    world.started.append(run)
    first.ended()
    bury(first)
    assert recover(world) == []
    return run


@pytest.mark.parametrize("kind", [pytest.param("keyed", marks=pytest.mark.full), "once"])
def test_a_crash_after_the_claim_costs_nothing(alone: Crew, world: World, publish: Publish, kind: str) -> None:
    run = crash_at(world, publish, kind, "after commit of claimer")
    assert Run.objects.get(pk=run).status == RunStatus.DONE
    assert world.sink.hits[f"/{kind}/{run}/-"] == 1


@pytest.mark.parametrize(
    ("kind", "at", "hits"),
    [
        pytest.param("keyed", "after append", 1, marks=pytest.mark.full),
        pytest.param("once", "after append", 0, marks=pytest.mark.full),
        ("keyed", "after effect", 2),
        ("once", "after effect", 1),
    ],
)
def test_a_crash_between_intent_and_result_repeats_only_what_has_a_key(
    alone: Crew, world: World, publish: Publish, kind: str, at: str, hits: int
) -> None:
    run = crash_at(world, publish, kind, at)
    assert world.sink.hits[f"/{kind}/{run}/-"] == hits
    assert len(world.sink.keys[f"/{kind}/{run}/-"]) == (kind == "keyed")
    expected = "done" if kind == "keyed" else "needs_review"
    assert Step.objects.get(run_id=run, node=kind).status == expected


@pytest.mark.full
@pytest.mark.parametrize("late_acks", [False, True])
@pytest.mark.parametrize("at", ["after receive", "before ack", "after ack", "before send", "after send"])
def test_a_crash_around_a_message_costs_nothing(
    alone: Crew, world: World, publish: Publish, at: str, late_acks: bool
) -> None:
    """With early and with late acknowledgement: the messages are not what brings lost work back."""
    workflow = publish(six_steps(world.sink, items=1))
    with Approver(world):
        first = world.crew.add(faults=[fault(at, 1 if at != "after receive" else 2)], late_acks=late_acks)
        world.started += [start(workflow, n) for n in range(3)]
        over(first, world.started[0], seconds=30)
        first.kill()
        world.crew.hire(late_acks=late_acks)
        assert recover(world) == []
    assert set(Run.objects.filter(workspace=world.workspace).values_list("status", flat=True)) <= {
        RunStatus.DONE,
        RunStatus.WAITING,
    }
