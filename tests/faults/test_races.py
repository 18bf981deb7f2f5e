"""Several people, or several copies of one message, want something of the same run at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from orchestrator.api.errors import Conflict
from orchestrator.governance.models import Membership, User
from orchestrator.governance.principal import Principal, person
from orchestrator.runs.actions import cancel_run, decide_task, start_run, take_task
from orchestrator.runs.models import HumanTask, Run, RunStatus
from orchestrator.triggers.actions.links import Call, receive
from orchestrator.triggers.models import IncomingLink
from tests.faults.crew import Crew
from tests.faults.invariants import World
from tests.faults.load import HERE, Publish, Settled, call, six_steps, start
from tests.faults.sink import Sink
from tests.integration.runs.graphs import approval_row, graph, line, node, row

pytestmark = pytest.mark.product
RACES = 15
SENDERS = 20


def at_once(wanted: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment; what each gave, or the refusal it got."""
    jobs = list(wanted)
    gate = Barrier(len(jobs))

    def do(job: Callable[[], Any]) -> Any:
        try:
            gate.wait(30)
            return job()
        except Conflict as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as people:
        return list(people.map(do, jobs))


@pytest.fixture
def approvers(world: World) -> list[Principal]:
    people = [User.objects.create(name=name, email=f"{name}{world.workspace.pk}@example.com") for name in "AB"]
    for one in people:
        Membership.objects.create(workspace=world.workspace, user=one, roles=["approver"])
    return [person(one) for one in people]


def test_of_two_approvers_one_wins_and_the_other_is_told_who(
    crew: Crew, world: World, publish: Publish, settled: Settled, approvers: list[Principal]
) -> None:
    workflow = publish(approval_row())
    world.started += [start(workflow, n) for n in range(RACES)]
    for run in world.started:
        settled(run, RunStatus.WAITING)
        task = HumanTask.objects.select_related("run").get(run=run)

        def answer(who: Principal, yes: bool, task: HumanTask = task) -> HumanTask:
            return decide_task(who, take_task(who, task), approve=yes, comment="As I see it")

        given = at_once([lambda: answer(approvers[0], True), lambda: answer(approvers[1], False)] * 2)
        refused = [one for one in given if isinstance(one, Conflict)]
        assert len(given) - len(refused) == 1
        assert {one.code for one in refused} <= {"taken", "answered"}
    assert world.violations(within=60) == []


def test_a_double_click_decides_once(
    crew: Crew, world: World, publish: Publish, settled: Settled, approvers: list[Principal]
) -> None:
    run = start(publish(approval_row()), 1)
    world.started.append(run)
    settled(run, RunStatus.WAITING)
    task = take_task(approvers[0], HumanTask.objects.select_related("run").get(run=run))
    given = at_once([lambda: decide_task(approvers[0], task, approve=True, comment="")] * 10)
    refused = [one for one in given if isinstance(one, Conflict)]
    assert len(given) - len(refused) == 1
    assert {one.code for one in refused} == {"answered"}
    assert world.violations(within=60) == []


def test_a_stop_and_the_end_meet_and_the_run_has_one_end(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    workflow = publish(row(call(sink, "keyed"), call(sink, "once")))
    for n in range(RACES):
        run = Run(id=start(workflow, n))
        world.started.append(run.id)
        sink.wait_for(f"/once/{run.id}/-")
        at_once([lambda run=run: cancel_run(HERE, Run.objects.get(pk=run.id), "Enough")] * 2)
    assert world.violations(within=60) == []
    ends = set(Run.objects.filter(workspace=world.workspace).values_list("status", flat=True))
    assert ends <= {RunStatus.DONE, RunStatus.CANCELLED, RunStatus.WAITING}


@pytest.mark.full
def test_approval_and_stop_meet_and_the_run_has_one_end(
    crew: Crew, world: World, publish: Publish, settled: Settled, sink: Sink, approvers: list[Principal]
) -> None:
    workflow = publish(six_steps(sink, items=1))
    world.started += [start(workflow, n) for n in range(RACES)]
    for run in world.started:
        waiting = settled(run, RunStatus.WAITING)
        task = take_task(approvers[0], HumanTask.objects.select_related("run").get(run=run))
        at_once(
            [
                lambda waiting=waiting: cancel_run(HERE, waiting, "Enough"),
                lambda task=task: decide_task(approvers[0], task, approve=True, comment=""),
            ]
        )
    assert world.violations(within=60) == []


def test_a_message_that_its_sender_repeats_starts_one_run(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    """Twenty copies at once, and again when the first has long been answered."""
    nodes = [node("hook", "start_link", {"access": "public"}), call(sink, "once")]
    workflow = publish(graph(nodes, [line("hook", "once")]))
    token = IncomingLink.objects.get(workflow=workflow).token
    message = Call(method="POST", body=b'{"n": 1}', headers={"idempotency-key": "event-1"}, query={})
    answers = at_once([lambda: receive(token, message).run.id] * SENDERS)
    answers.append(receive(token, message).run.id)
    assert len(set(answers)) == 1
    world.started.append(answers[0])
    assert world.violations(within=60) == []
    assert receive(token, message).run.id == answers[0]
    assert sink.hits[f"/once/{answers[0]}/-"] == 1


def test_starts_with_one_key_are_one_run(crew: Crew, world: World, publish: Publish, sink: Sink) -> None:
    workflow = publish(row(call(sink, "once")))

    def begin() -> Run:
        return start_run(HERE, workflow=workflow, payload={"n": 1}, how="manual", start_key="the same")

    assert len({run.id for run in at_once([begin] * SENDERS)}) == 1
    world.started.append(begin().id)
    assert world.violations(within=60) == []
