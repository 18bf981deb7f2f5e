"""The checker checked: with one guard of the product switched off an invariant is violated, with all on none is.

Each scene is played twice by the same code. A scene that stays green with its guard off would try nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest

from builder.models import Workflow
from orchestrator.runs.models import Run, WorkerLease
from tests.faults.crew import Crew, Worker, fault
from tests.faults.invariants import World
from tests.faults.load import Publish, call, start
from tests.faults.servers import flush_broker
from tests.faults.sink import Sink
from tests.integration.runs.graphs import row

pytestmark = pytest.mark.product
SHORT = 1.0
"""A lease that runs out quickly."""
UNAWARE = 300.0
"""The lease of a worker that goes on without noticing that others have buried it."""
ALL_AT_REST = 12.0

Scene = Callable[[World, Workflow, str | None], list[str]]


@pytest.fixture
def alone(bare_crew: Crew) -> Crew:
    """No worker and no message yet: the scene says who comes, and when."""
    bare_crew.kill_all()
    flush_broker()
    return bare_crew


def add(world: World, mutation: str | None, *faults: dict[str, Any], lease: float) -> Worker:
    worker = world.crew.add(mutation=mutation, faults=list(faults), LEASE_SECONDS=lease)
    worker.wait_until_ready()
    return worker


def begin(world: World, workflow: Workflow) -> UUID:
    run = start(workflow, 1)
    world.started.append(run)
    return run


def killed_owner(world: World, workflow: Workflow, mutation: str | None) -> list[str]:
    """A worker dies in the middle of a step; another one is there."""
    first = add(world, mutation, lease=SHORT)
    path = f"/keyed/{begin(world, workflow)}/-"
    world.sink.hold(path)
    world.sink.wait_for(path)
    first.kill()
    world.sink.release(path)
    add(world, mutation, lease=SHORT)
    return world.violations(within=ALL_AT_REST if mutation is None else 6 * SHORT)


def zombie(world: World, workflow: Workflow, mutation: str | None) -> list[str]:
    """A worker that was buried alive gets its answer while the new owner has taken over and not written yet."""
    # It hears of no further bell: else it would take its own run again as often as the other one.
    deaf = fault("before receive", 2, f"stall {UNAWARE}")
    first = add(world, mutation, fault("after append", 2, "tell"), deaf, lease=UNAWARE)
    path = f"/keyed/{begin(world, workflow)}/-"
    world.sink.hold(path)
    world.sink.wait_for(path)
    second = add(world, mutation, fault("after commit of claimer", 1, "freeze"), lease=UNAWARE)
    WorkerLease.objects.filter(pk=first.me).delete()
    second.wait_for_line("FAULT freeze")
    world.sink.release(path)
    first.wait_for_line("FAULT tell after append")
    found = list(world.trail())
    second.signal(signal.SIGCONT)
    return found or world.violations(within=ALL_AT_REST)


def late_effect(world: World, workflow: Workflow, mutation: str | None) -> list[str]:
    """Between an intent and its effect more time passes than the lease has; the heart has stopped, too."""
    # The second append of a run brings the keyed step's result and the intent of the one that must not be doubled.
    stalls = fault("before beat", 1, "stall 12"), fault("after append", 2, "stall 6")
    first = add(world, mutation, *stalls, lease=2 * SHORT)
    run = begin(world, workflow)
    first.wait_for_line("FAULT stall 6")
    add(world, mutation, lease=SHORT)
    first.ended()
    late = [f"I6 {path} was sent after the lease" for path in world.sink.hits if path == f"/once/{run}/-"]
    return late + world.violations(within=ALL_AT_REST)


def intents(world: World, workflow: Workflow, mutation: str | None) -> list[str]:
    """Nothing is broken at all."""
    add(world, mutation, lease=UNAWARE)
    begin(world, workflow)
    return world.violations(within=ALL_AT_REST)


SCENES: dict[str, tuple[Scene, str]] = {
    "fence": (zombie, "I5"),
    "sweep": (killed_owner, "I8"),
    "lease": (killed_owner, "I8"),
    "freshness": (late_effect, "I6"),
    "intent": (intents, "I6"),
}


@pytest.fixture
def workflow(publish: Publish, sink: Sink) -> Workflow:
    return publish(row(call(sink, "keyed"), call(sink, "once")))


FULL = {"freshness", "lease", "sweep", late_effect, zombie}


def marked(names: Iterable[Any]) -> list[Any]:
    return [pytest.param(name, marks=[pytest.mark.full] if name in FULL else []) for name in names]


@pytest.mark.parametrize("guard", marked(SCENES))
def test_with_a_guard_off_an_invariant_is_violated(alone: Crew, world: World, workflow: Workflow, guard: str) -> None:
    scene, invariant = SCENES[guard]
    found = scene(world, workflow, guard)
    assert [one for one in found if one.startswith(invariant)], found


@pytest.mark.parametrize("scene", marked(dict.fromkeys(scene for scene, _ in SCENES.values())))
def test_with_all_guards_on_none_is(alone: Crew, world: World, workflow: Workflow, scene: Scene) -> None:
    assert scene(world, workflow, None) == []
    assert Run.objects.get(pk=world.started[0]).fence >= 1
