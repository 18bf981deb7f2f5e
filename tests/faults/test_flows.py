"""The other ways in which a run goes on: rounds, messages, called workflows, long lists. Workers die in each."""

from __future__ import annotations

from functools import partial

import pytest

from orchestrator.runs.messages import send_message
from orchestrator.runs.models import Run, RunStatus, Step
from orchestrator.runs.values import read_value
from tests.faults.crew import Crew
from tests.faults.invariants import World, again
from tests.faults.load import HERE, MANY, Publish, called, long_flow, start
from tests.faults.servers import flush_broker
from tests.faults.sink import Sink

pytestmark = [pytest.mark.product, pytest.mark.full]
RUNS = 2
ROUNDS = 3
BEFORE_THE_LIST = ROUNDS + 1


def tell(world: World) -> None:
    """Twice, as a sender does that heard no answer: the second is no second message."""
    for run in world.started * 2:
        again(
            partial(
                send_message, HERE, world.workspace.pk, name="go", correlation=str(run), body={"ok": True}, key=str(run)
            )
        )


def given(run: Run, key: str) -> object:
    number = Step.objects.values_list("value_id", flat=True).get(run_id=run.pk, node=key, scope="")
    return read_value(run.id, run.workspace_id, number)


def judged(world: World, sink: Sink) -> None:
    assert world.violations(within=120) == []
    for run in Run.objects.filter(pk__in=world.started):
        assert RunStatus(run.status) is RunStatus.DONE, run.waiting_for
        assert given(run, "count") == {"fan": MANY, "light": MANY}
        assert given(run, "light") == [{"n": 2 * item} for item in range(MANY)]
        for key in ("fan", "light"):
            assert Step.objects.get(run_id=run.pk, node=key).facts == {"items": MANY, "failed": 0, "chunks": 3}
        assert {path for path in sink.hits if path.startswith(f"/each/{run.pk}/")} == {
            f"/each/{run.pk}/fan.{index}" for index in range(MANY)
        }
        assert [f"/keyed/{run.pk}/work~{round_}" in sink.hits for round_ in range(ROUNDS + 1)] == [True] * 3 + [False]
    children = Run.objects.filter(parent_id__in=world.started)
    assert sorted(children.values_list("how", flat=True)) == ["items"] * 6 * RUNS + ["workflow"] * RUNS


def test_workers_killed_in_rounds_waits_calls_and_long_lists_lose_and_double_nothing(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    workflow = publish(long_flow(sink, publish(called(sink))))
    world.supervisor = crew.hire
    world.started += [start(workflow, n) for n in range(RUNS)]
    sink.wait_for_all(RUNS)  # in the rounds
    crew.of("engine")[0].kill()
    crew.hire()
    sink.wait_for_all(RUNS * ROUNDS)
    crew.of("engine")[-1].kill()
    tell(world)
    for share in (0.2, 0.5, 0.8):  # in the long list
        crew.hire()
        sink.wait_for_all(int(RUNS * (BEFORE_THE_LIST + share * MANY)), seconds=120)
        crew.of("engine")[0].kill()
    crew.hire()
    judged(world, sink)


def test_a_broker_that_forgets_in_the_middle_of_a_long_list_costs_time_only(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    workflow = publish(long_flow(sink, publish(called(sink))))
    world.started += [start(workflow, n) for n in range(RUNS)]
    tell(world)
    for share in (0.0, 0.3, 0.6):
        sink.wait_for_all(int(RUNS * (1 + share * MANY)), seconds=120)
        flush_broker()
    judged(world, sink)
    assert set(sink.hits.values()) == {1}
