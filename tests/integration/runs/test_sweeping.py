"""What the sweep finds again each second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs import mail, store, sweep
from orchestrator.runs.models import HumanTask, Mail, Run, RunStatus, StepTask, WorkerLease
from tests.integration.authoring import sound
from tests.integration.runs.appending import lease, own, raw
from tests.integration.runs.conftest import ask


@pytest.fixture
def runs(publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> list[Run]:
    workflow = publish(sound())
    return [start(workflow, input={}) for _ in range(3)]


def found(statement: str, **values: Any) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}


def ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


def test_a_dead_process_loses_its_runs_and_each_counts_a_crash(runs: list[Run]) -> None:
    dead, alive = lease(raw(), -1), lease(raw())
    for run, owner in zip(runs, (dead, alive, dead), strict=True):
        own(run, owner)
    assert found(sweep.DEAD) == {runs[0].pk, runs[2].pk}
    for run in runs:
        run.refresh_from_db()
    assert [(run.owner, run.crashes) for run in runs] == [(None, 1), (alive, 0), (None, 1)]
    assert runs[0].wake_at is not None
    assert runs[0].wake_at <= timezone.now()
    assert list(WorkerLease.objects.values_list("id", flat=True)) == [alive]
    assert found(sweep.DEAD) == set()


def test_a_run_whose_owner_left_no_lease_is_released(runs: list[Run]) -> None:
    own(runs[0], uuid4())
    own(runs[1], lease(raw()))
    assert found(sweep.ORPHANS) == {runs[0].pk}
    runs[0].refresh_from_db()
    assert (runs[0].owner, runs[0].crashes) == (None, 1)


def task_of(run: Run, step: int, **fields: Any) -> StepTask:
    return StepTask.objects.create(run_id=run.pk, step=step, attempt=1, queue="cpu", body={}, **fields)


def test_a_step_whose_worker_died_is_lost_and_its_run_is_told_once(runs: list[Run]) -> None:
    task_of(runs[0], 2, state=1, owner=uuid4())
    task_of(runs[0], 3, state=1, owner=lease(raw()))
    task_of(runs[1], 2, state=0)
    task_of(runs[2], 2, state=2, owner=uuid4())
    assert found(sweep.LOST_STEPS, kind=mail.STEP_LOST) == {runs[0].pk}
    letter = Mail.objects.get()
    assert (letter.step, letter.kind, letter.body) == (2, "step_lost", {"attempt": 1})
    assert sorted(StepTask.objects.values_list("state", flat=True)) == [0, 1, 2, 3]
    assert found(sweep.LOST_STEPS, kind=mail.STEP_LOST) == set()


def test_a_task_that_nobody_answered_in_time_is_closed_and_its_run_is_told(runs: list[Run]) -> None:
    late, taken = ask(runs[0], due_at=ago(1)), ask(runs[1], due_at=ago(1), state="taken")
    ask(runs[2], due_at=timezone.now() + timedelta(hours=1))
    ask(runs[2], step=3)
    ask(runs[2], step=4, due_at=ago(1), state="done")
    assert found(sweep.EXPIRED, kind=mail.TASK_EXPIRED) == {runs[0].pk, runs[1].pk}
    assert set(HumanTask.objects.filter(state="expired").values_list("pk", flat=True)) == {late.pk, taken.pk}
    assert set(Mail.objects.values_list("run_id", "kind", "step")) == {
        (runs[0].pk, "task_expired", 2),
        (runs[1].pk, "task_expired", 2),
    }


def test_mail_of_a_sleeping_run_is_seen(runs: list[Run]) -> None:
    for run in runs:
        store.post(raw(), run.pk, mail.CANCEL, step=None, body={}, dedupe="cancel")
    Run.objects.filter(pk=runs[0].pk).update(wake_at=None)
    own(runs[1], lease(raw()))
    assert found(sweep.WITH_MAIL) == {runs[0].pk}  # the second is owned, the third is due anyway


def test_mail_of_what_has_ended_is_thrown_away(runs: list[Run]) -> None:
    for run in runs[:2]:
        store.post(raw(), run.pk, mail.CANCEL, step=None, body={}, dedupe="cancel")
    Run.objects.filter(pk=runs[0].pk).update(status=RunStatus.DONE)
    connection.cursor().execute(sweep.DEAD_MAIL)
    assert list(Mail.objects.values_list("run_id", flat=True)) == [runs[1].pk]


def test_a_due_run_that_nobody_looked_at_is_rung_again_after_a_while(runs: list[Run]) -> None:
    silent, _, later = runs  # the second was rung for when it was started
    Run.objects.filter(pk=silent.pk).update(rung_at=ago(6))
    Run.objects.filter(pk=later.pk).update(rung_at=ago(6), wake_at=timezone.now() + timedelta(minutes=1))
    assert found(sweep.SILENT_RUNS, again=sweep.RING_AGAIN) == {silent.pk}
    assert found(sweep.SILENT_RUNS, again=sweep.RING_AGAIN) == set()


def test_a_queued_step_that_nobody_looked_at_is_rung_again(runs: list[Run]) -> None:
    task_of(runs[0], 2)
    task_of(runs[1], 2, rung_at=ago(1))
    task_of(runs[2], 2, rung_at=ago(6))
    assert found(sweep.SILENT_STEPS, again=sweep.RING_AGAIN) == {runs[0].pk, runs[2].pk}
