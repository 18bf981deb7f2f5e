"""Taking runs over: within limits, for the living only, and each run by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs import store
from orchestrator.runs.models import Run, RunStatus
from tests.integration.authoring import MAKER, sound
from tests.integration.runs.appending import lease
from tests.integration.runs.conftest import limit

CLAIMERS = 6
ROUNDS = 8


@pytest.fixture
def workflow(committed: None, publish: Callable[[dict[str, Any]], Workflow]) -> Workflow:
    return publish(sound())


@pytest.fixture
def database(committed: None) -> Iterator[store.Connection]:
    with store.connect() as connection:
        yield connection


def waiting(start: Callable[..., Run], workflow: Workflow, count: int) -> list[UUID]:
    return [start(workflow, input={}).pk for _ in range(count)]


def claimed(connection: store.Connection, me: UUID, runs: list[UUID]) -> set[UUID]:
    rows, _ = store.claim(connection, me, runs)
    return {row.id for row in rows}


def test_a_claimed_run_is_owned_running_and_has_a_higher_fence(
    database: store.Connection, workflow: Workflow, start: Callable[..., Run]
) -> None:
    runs, me = waiting(start, workflow, 2), lease(database)
    assert claimed(database, me, runs) == set(runs)
    for run in Run.objects.filter(pk__in=runs):
        assert (run.owner, run.fence, run.status, run.wake_at) == (me, 1, RunStatus.RUNNING, None)
    assert claimed(database, lease(database), runs) == set()


@pytest.mark.parametrize("kept_from", ["running out", "being gone"])
def test_who_has_no_lease_gets_nothing(
    database: store.Connection, workflow: Workflow, start: Callable[..., Run], kept_from: str
) -> None:
    runs = waiting(start, workflow, 2)
    me = lease(database, -1) if kept_from == "running out" else uuid7()
    assert claimed(database, me, runs) == set()
    assert not Run.objects.filter(owner__isnull=False).exists()


def test_what_is_not_due_stays(database: store.Connection, workflow: Workflow, start: Callable[..., Run]) -> None:
    now, later, parked = waiting(start, workflow, 3)
    Run.objects.filter(pk=later).update(wake_at=timezone.now() + timedelta(minutes=1))
    Run.objects.filter(pk=parked).update(wake_at=None)
    assert claimed(database, lease(database), [now, later, parked]) == {now}


def test_a_workspace_runs_no_more_at_once_than_its_limit(
    database: store.Connection, workspace: Workspace, workflow: Workflow, start: Callable[..., Run]
) -> None:
    limit(workspace, max_running=2)
    first, second, third = waiting(start, workflow, 3)
    me = lease(database)
    assert claimed(database, me, [first, second, third]) == {first, second}
    assert claimed(database, me, [third]) == set()
    Run.objects.filter(pk=first).update(owner=None, status=RunStatus.DONE)
    assert claimed(database, me, [third]) == {third}


def test_a_full_workspace_does_not_hold_up_another(
    database: store.Connection, workspace: Workspace, workflow: Workflow, maria: Any, start: Callable[..., Run]
) -> None:
    other = Workspace.objects.create(name="Second")
    maria.user.memberships.create(workspace=other, roles=list(MAKER))
    theirs = maria.make(other)
    maria.save(theirs, sound())
    maria.publish(theirs)
    limit(workspace, max_running=1)
    runs, free = waiting(start, workflow, 3), waiting(start, theirs, 3)
    assert len(claimed(database, lease(database), runs + free)) == 4
    assert Run.objects.filter(owner__isnull=False, workspace=other).count() == 3


def test_a_workflow_runs_no_more_at_once_than_its_own_limit(
    database: store.Connection,
    workflow: Workflow,
    publish: Callable[[dict[str, Any]], Workflow],
    start: Callable[..., Run],
) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(max_running=2)
    first, second, third = waiting(start, workflow, 3)
    free = waiting(start, publish(sound()), 3)
    me = lease(database)
    assert claimed(database, me, [third, second, first, *free]) == {first, second, *free}
    assert claimed(database, me, [third]) == set()
    Run.objects.filter(pk=first).update(owner=None, status=RunStatus.DONE)
    assert claimed(database, me, [third]) == {third}


@pytest.mark.parametrize("of", ["workspace", "workflow"])
def test_claimers_side_by_side_never_pass_the_limit(
    database: store.Connection, workspace: Workspace, workflow: Workflow, start: Callable[..., Run], of: str
) -> None:
    """Each counts what stands there after each of its claims; claimed runs are given back to be claimed again."""
    if of == "workspace":
        limit(workspace, max_running=5)
    else:
        Workflow.objects.filter(pk=workflow.pk).update(max_running=5)
    runs = waiting(start, workflow, 20)

    def work(_: int) -> tuple[int, list[int]]:
        got, seen = 0, []
        with store.connect() as connection:
            me = lease(connection)
            for _ in range(ROUNDS):
                mine = list(claimed(connection, me, runs))
                got += len(mine)
                count = connection.execute("SELECT count(*) AS n FROM runs WHERE owner IS NOT NULL").fetchone()
                seen.append(count.n)
                connection.execute(
                    "UPDATE runs SET owner = NULL, wake_at = clock_timestamp() WHERE id = ANY(%s)", [mine]
                )
        return got, seen

    with ThreadPoolExecutor(CLAIMERS) as claimers:
        results = list(claimers.map(work, range(CLAIMERS)))
    assert max(count for _, seen in results for count in seen) <= 5
    claims = sum(got for got, _ in results)
    assert claims > 5
    assert sum(Run.objects.values_list("fence", flat=True)) == claims
