"""Runs wait in the table: a bell rings only for those that there is room for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs import store, sweep
from orchestrator.runs.host import Host
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.queueing import put_back, ring_next
from tests.integration.authoring import MAKER, Browser, join, sound
from tests.integration.runs.appending import lease
from tests.integration.runs.conftest import DRIVE_SECONDS, limit

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def workflow(committed: None, publish: Publish) -> Workflow:
    return publish(sound())


@pytest.fixture
def database(committed: None) -> Iterator[store.Connection]:
    with store.connect() as connection:
        yield connection


def waiting(start: Start, workflow: Workflow, count: int) -> list[UUID]:
    return [start(workflow, input={}).pk for _ in range(count)]


def rung() -> set[UUID]:
    return set(Run.objects.filter(rung_at__isnull=False).values_list("pk", flat=True))


def end(*runs: UUID) -> None:
    Run.objects.filter(pk__in=runs).update(owner=None, wake_at=None, rung_at=None, status=RunStatus.DONE)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DRIVE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # looks again; ends with the state, not with the time


def test_a_start_rings_only_while_there_is_room(workspace: Workspace, workflow: Workflow, start: Start) -> None:
    limit(workspace, max_running=2)
    started = waiting(start, workflow, 5)
    assert rung() == set(started[:2])


def test_a_start_rings_only_while_its_workflow_has_room(workflow: Workflow, publish: Publish, start: Start) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(max_running=1)
    first, _ = waiting(start, workflow, 2)
    other = waiting(start, publish(sound()), 1)
    assert rung() == {first, *other}


def test_the_oldest_that_waits_is_next(
    database: store.Connection, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    limit(workspace, max_running=2)
    first, second, third, fourth = waiting(start, workflow, 4)
    assert ring_next(database, [workspace.pk]) == []
    end(first)
    assert ring_next(database, [workspace.pk]) == [third]
    assert ring_next(database, [workspace.pk]) == []
    end(second, third)
    assert ring_next(database, [workspace.pk]) == [fourth]


def test_a_full_workflow_is_passed_by(
    database: store.Connection, workspace: Workspace, workflow: Workflow, publish: Publish, start: Start
) -> None:
    limit(workspace, max_running=3)
    Workflow.objects.filter(pk=workflow.pk).update(max_running=1)
    waiting(start, workflow, 5)
    filling, _, behind = waiting(start, publish(sound()), 3)
    end(filling)
    assert ring_next(database, [workspace.pk]) == [behind]


def test_who_finds_no_room_waits_again_and_is_rung_for_when_there_is(
    database: store.Connection, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    first, second = waiting(start, workflow, 2)
    limit(workspace, max_running=1)
    me = lease(database)
    assert [row.id for row in store.claim(database, me, [first, second])[0]] == [first]
    assert put_back(database, me, [second]) == {workspace.pk}
    assert ring_next(database, [workspace.pk]) == []
    end(first)
    assert ring_next(database, [workspace.pk]) == [second]


def test_a_process_whose_lease_ran_out_puts_nothing_back(
    database: store.Connection, workflow: Workflow, start: Start
) -> None:
    [run] = waiting(start, workflow, 1)
    assert put_back(database, lease(database, -1), [run]) == set()
    assert rung() == {run}


def test_the_sweep_finds_what_waits(
    database: store.Connection, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    limit(workspace, max_running=1)
    waiting(start, workflow, 2)
    assert [row.workspace_id for row in database.execute(sweep.QUEUED)] == [workspace.pk]


def test_the_end_of_a_run_rings_for_the_next(
    workspace: Workspace, workflow: Workflow, start: Start, host: Host
) -> None:
    limit(workspace, max_running=1)
    first, second, third = waiting(start, workflow, 3)
    assert rung() == {first}
    host.execute(first).result(DRIVE_SECONDS)
    until(lambda: rung() == {second})
    host.execute(second).result(DRIVE_SECONDS)
    until(lambda: rung() == {third})


def test_a_bell_without_room_does_not_get_in_the_way(
    workspace: Workspace, workflow: Workflow, start: Start, host: Host, database: store.Connection
) -> None:
    limit(workspace, max_running=1)
    first, second = waiting(start, workflow, 2)
    Run.objects.filter(pk=first).update(owner=lease(database), rung_at=None, wake_at=None, status=RunStatus.RUNNING)
    Run.objects.filter(pk=second).update(rung_at=Run.objects.get(pk=second).created_at)
    assert host.execute(second).result(DRIVE_SECONDS) == "refused"
    until(lambda: rung() == set())
    end(first)
    until(lambda: rung() == {second})


def test_a_slot_that_somebody_holds_delays_its_workspace_only(
    workflow: Workflow, start: Start, host: Host, database: store.Connection, maria: Browser, workspace: Workspace
) -> None:
    other = Workspace.objects.create(name="Second")
    olaf = join(other, *MAKER, name="Olaf")
    theirs = olaf.make(other)
    olaf.save(theirs, sound())
    olaf.publish(theirs)
    [held], [free] = waiting(start, workflow, 1), [start(theirs, olaf, input={}).pk]
    with database.transaction():
        database.execute("SELECT 1 FROM slots WHERE workspace_id = %s FOR NO KEY UPDATE", [workspace.pk])
        late = host.execute(held)
        assert host.execute(free).result(DRIVE_SECONDS) == "parked"
        assert not late.done()
    assert late.result(DRIVE_SECONDS) == "parked"
    assert Run.objects.get(pk=held).status == RunStatus.DONE


def test_limits_are_set_by_those_who_may_and_stand_in_the_trail(
    maria: Browser, viewer: Browser, stranger: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    admin = join(workspace, "admin", name="Ada")
    answer = admin.patch(f"workspaces/{workspace.pk}", {"max_running": 5, "max_open": 100})
    assert (answer.json()["max_running"], answer.json()["max_open"]) == (5, 100)
    assert maria.patch(f"workspaces/{workspace.pk}", {"max_running": 5}).status_code == 403
    assert stranger.patch(f"workspaces/{workspace.pk}", {"max_running": 5}).status_code == 404
    assert maria.patch(f"workflows/{workflow.pk}", {"max_running": 3}).json()["max_running"] == 3
    assert maria.patch(f"workflows/{workflow.pk}", {"max_running": None}).json()["max_running"] is None
    assert viewer.patch(f"workflows/{workflow.pk}", {"max_running": 3}).status_code == 403
    for wrong in (0, -1, 1.5, "many", 10**9):
        assert admin.patch(f"workspaces/{workspace.pk}", {"max_running": wrong}).status_code == 422
        assert maria.patch(f"workflows/{workflow.pk}", {"max_running": wrong}).status_code == 422
    changed = AuditEvent.objects.filter(action="workspace.changed").values_list("before", "after")
    assert list(changed) == [({"max_running": 200, "max_open": 50_000}, {"max_running": 5, "max_open": 100})]
    assert AuditEvent.objects.filter(action="workflow.changed").count() == 2
