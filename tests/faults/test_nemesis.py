"""Everything at once, in an order that a seed decides: `FAULT_SEED` plays the same blows again, `NEMESIS_MINUTES`
makes it longer than three minutes.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections import Counter

import pytest
from django.db import connections

from builder.models import Workflow
from orchestrator.runs.models import Run, RunStatus
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import Approver, Publish, six_steps, start
from tests.faults.nemesis import Nemesis
from tests.faults.proxy import Proxy
from tests.faults.sink import Sink

pytestmark = pytest.mark.product
FULL_RUNS, SHORT_RUNS = 200, 30
SHORT_SECONDS = 15.0
AT_REST = 90.0


class Load(threading.Thread):
    """Starts `runs` runs, spread over `seconds`. A start that fails is asked for again with its key."""

    def __init__(self, world: World, workflow: Workflow, runs: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self._world = world
        self._workflow = workflow
        self._runs = runs
        self._pause = 0.8 * seconds / runs
        self._ended = threading.Event()

    def run(self) -> None:
        for n in range(self._runs):
            self._world.started.append(start(self._workflow, n, key=f"load {n}"))
            self._ended.wait(self._pause)
        connections.close_all()


def rage(world: World, workflow: Workflow, nemesis: Nemesis, runs: int, seconds: float) -> list[str]:
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))
    sys.stdout.write(f"FAULT_SEED={seed}\n")
    nemesis.hire()
    world.crew.all_ready()
    world.supervisor = nemesis.hire
    with Approver(world):
        load = Load(world, workflow, runs, seconds)
        load.start()
        nemesis.rage(seed, seconds)
        load.join(120)
        assert not load.is_alive(), "runs cannot be started"
        found = world.violations(within=AT_REST)
    sys.stdout.write(f"{dict(nemesis.struck)}\n{runs} runs: {outcomes(world)}\n")
    return found


def outcomes(world: World) -> dict[str, int]:
    found = Run.objects.filter(workspace=world.workspace).values_list("status", flat=True)
    return dict(Counter(RunStatus(status).name for status in found))


@pytest.fixture
def nemesis(bare_crew: Crew, world: World, database_proxy: Proxy, broker_proxy: Proxy) -> Nemesis:
    bare_crew.kill_all()
    return Nemesis(bare_crew, database_proxy, broker_proxy, world.started)


@pytest.fixture
def workflow(publish: Publish, sink: Sink) -> Workflow:
    return publish(six_steps(sink))


def test_a_short_rage_loses_and_doubles_nothing(world: World, workflow: Workflow, nemesis: Nemesis) -> None:
    assert rage(world, workflow, nemesis, SHORT_RUNS, SHORT_SECONDS) == []
    world.crew.kill_all()


@pytest.mark.full
def test_a_long_rage_loses_and_doubles_nothing(world: World, workflow: Workflow, nemesis: Nemesis) -> None:
    seconds = 60 * float(os.environ.get("NEMESIS_MINUTES", "3"))
    assert rage(world, workflow, nemesis, FULL_RUNS, seconds) == []
    stubborn = world.crew.dismiss()
    assert [worker.lines[-20:] for worker in stubborn] == []
    assert list(world.leftovers()) == []
