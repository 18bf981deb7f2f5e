"""The load itself, without a fault: what the checker finds clean when nothing was broken."""

from __future__ import annotations

import pytest

from orchestrator.runs.models import Run, RunStatus
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import Approver, Publish, six_steps, start
from tests.faults.sink import Sink

pytestmark = pytest.mark.product
RUNS = 10


def test_without_a_fault_everything_is_done_once(crew: Crew, world: World, publish: Publish, sink: Sink) -> None:
    workflow = publish(six_steps(sink))
    with Approver(world):
        world.started += [start(workflow, n) for n in range(RUNS)]
        assert world.violations(within=60) == []
    assert set(Run.objects.filter(workspace=world.workspace).values_list("status", flat=True)) == {RunStatus.DONE}
    assert set(sink.hits.values()) == {1}
    assert len(sink.hits) == RUNS * 12
