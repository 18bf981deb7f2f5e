"""Workers die, freeze, leave or are not there: runs go on, and no effect is doubled that must not be."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest
from django.db import connection

from builder.models import Workflow
from orchestrator.governance.models import Membership, User, Workspace
from orchestrator.governance.principal import person
from orchestrator.runs.actions import decide_task, start_run, take_task
from orchestrator.runs.models import HumanTask, Run, RunStatus, Step
from tests.faults.crew import LEASE_SECONDS, Crew
from tests.faults.invariants import World
from tests.faults.load import HERE, Approver, Publish, Settled, numbers, six_steps
from tests.faults.load import start as begin
from tests.faults.sink import Sink
from tests.integration.runs.graphs import START, approval_row, get, graph, line, node, row

pytestmark = pytest.mark.product
FENCED_OFF = 70


def start(workflow: Workflow) -> Run:
    return start_run(HERE, workflow=workflow, payload={"n": 1}, how="manual")


def post(key: str, url: str, **config: Any) -> dict[str, Any]:
    return node(key, "http_request", {"method": "POST", "url": url, "json": {"amount": 5}, **config})


def test_a_killed_workers_run_goes_on_from_the_last_finished_step(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(
        row(get("first", sink.url("/first")), get("second", sink.url("/second")), get("third", sink.url("/third")))
    )
    sink.hold("/second")
    run = start(workflow)
    sink.wait_for("/second")
    crew.driver_of(run).kill()
    crew.hire()
    sink.release("/second")
    done = settled(run.id)
    assert RunStatus(done.status) is RunStatus.DONE
    assert (done.fence, done.crashes) == (2, 1)
    assert dict(sink.hits) == {"/first": 1, "/second": 2, "/third": 1}
    assert numbers(done) == list(range(1, done.seq + 1))
    assert Step.objects.get(run_id=run.id, node="second").attempt == 2


def test_after_a_crash_a_keyed_effect_is_repeated_with_its_key_and_an_unkeyed_one_waits_for_a_person(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    keyed = publish(row(post("pay", sink.url("/keyed"), send_key=True)))
    once = publish(row(post("pay", sink.url("/once"))))
    for path in ("/keyed", "/once"):
        sink.hold(path)
    runs = [start(keyed), start(once)]
    for path in ("/keyed", "/once"):
        sink.wait_for(path)
    for worker in {crew.driver_of(run) for run in runs}:
        worker.kill()
    for path in ("/keyed", "/once"):
        sink.release(path)
    crew.hire()
    assert RunStatus(settled(runs[0].id).status) is RunStatus.DONE
    assert (sink.hits["/keyed"], len(sink.keys["/keyed"])) == (2, 1)
    waiting = settled(runs[1].id, RunStatus.WAITING)
    assert Step.objects.get(run_id=waiting.id, node="pay").status == "needs_review"
    assert "unknown" in waiting.waiting_for
    assert sink.hits["/once"] == 1


def test_a_frozen_worker_wakes_up_too_late_to_write_or_do_anything(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    """It is stopped for three leases with two requests under way; meanwhile another worker takes its run over.

    One request is answered as it wakes up. It may still tell the other worker of that, who knows already; had the
    other one been answered, this would be how its outcome became known.
    """
    again, after = get("again", sink.url("/again")), get("after", sink.url("/after"))
    once, following = post("once", sink.url("/once")), get("next", sink.url("/next"))
    lines = [line("start", "again"), line("again", "after"), line("start", "once"), line("once", "next")]
    workflow = publish(graph([START, again, after, once, following], lines))
    for path in ("/again", "/once"):
        sink.hold(path)
    run = start(workflow)
    for path in ("/again", "/once"):
        sink.wait_for(path)
    frozen = crew.driver_of(run)
    frozen.signal(signal.SIGSTOP)
    threading.Event().wait(3 * LEASE_SECONDS)  # the time is what is tried here
    sink.release("/again")
    unknown = settled(run.id, RunStatus.WAITING)
    frozen.signal(signal.SIGCONT)
    assert frozen.ended() == FENCED_OFF
    now = Run.objects.get(pk=run.pk)
    assert (now.seq, now.head) == (unknown.seq, unknown.head)
    states = dict(Step.objects.filter(run_id=run.pk).values_list("node", "status"))
    assert states == {"start": "done", "again": "done", "after": "done", "once": "needs_review"}
    assert dict(sink.hits) == {"/again": 2, "/after": 1, "/once": 1}
    assert unknown.fence == 2
    assert numbers(unknown) == list(range(1, unknown.seq + 1))


def test_a_worker_that_is_asked_to_stop_ends_its_short_steps_and_hands_the_run_on(
    crew: Crew, publish: Publish, settled: Settled, sink: Sink
) -> None:
    workflow = publish(row(get("call", sink.url("/slow")), get("after", sink.url("/after"))))
    sink.hold("/slow")
    run = start(workflow)
    sink.wait_for("/slow")
    leaving = crew.driver_of(run)
    leaving.terminate()
    sink.release("/slow")
    assert leaving.ended() == 0
    crew.hire()
    assert RunStatus(settled(run.id).status) is RunStatus.DONE
    assert dict(sink.hits) == {"/slow": 1, "/after": 1}


def test_what_is_started_or_decided_while_no_worker_runs_is_not_lost(
    crew: Crew, publish: Publish, settled: Settled, workspace: Workspace
) -> None:
    workflow = publish(approval_row())
    waiting = start(workflow)
    settled(waiting.id, RunStatus.WAITING)
    for worker in crew.of("engine"):
        worker.kill()
    adam = User.objects.create(name="Adam", email=f"{workspace.pk}@example.com")
    Membership.objects.create(workspace=workspace, user=adam, roles=["approver"])
    task = HumanTask.objects.get(run=waiting)
    taken = take_task(person(adam), task)
    decide_task(person(adam), taken, approve=True, comment="")
    started = start(workflow)
    assert Run.objects.filter(pk__in=[waiting.pk, started.pk], owner__isnull=False).count() == 0
    with connection.cursor() as cursor:  # as if the doorbells had been lost, too
        cursor.execute("UPDATE runs SET rung_at = NULL WHERE id = ANY(%s)", [[waiting.pk, started.pk]])
    crew.hire()
    done = settled(waiting.id)
    assert RunStatus(done.status) is RunStatus.DONE
    assert Step.objects.get(run_id=done.id, node="yes").status == "done"
    assert settled(started.id, RunStatus.WAITING).waiting_for == "May it go out?"


@pytest.mark.full
@pytest.mark.parametrize("late_acks", [False, True])
def test_workers_restarted_one_by_one_under_load_lose_and_double_nothing(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, late_acks: bool
) -> None:
    """As a deployment does: each is asked to stop and replaced. Nothing crashes, so nothing is even unknown."""
    bare_crew.kill_all()
    bare_crew.hire(late_acks=late_acks)
    bare_crew.all_ready()
    workflow = publish(six_steps(sink, items=5))
    with Approver(world):
        for round_ in range(4):
            world.started += [begin(workflow, n) for n in range(20)]
            leaving = bare_crew.of("engine")[0]
            sink.wait_for_all(60 * round_ + 10)
            leaving.terminate()
            bare_crew.hire(engine=3, late_acks=late_acks)
            assert leaving.ended() == 0
        assert world.violations(within=60) == []
    runs = Run.objects.filter(workspace=world.workspace)
    assert set(runs.values_list("status", flat=True)) == {RunStatus.DONE}
    assert set(runs.values_list("crashes", flat=True)) == {0}
    assert set(sink.hits.values()) == {1}
