"""The one statement by which runs are written: all of it for the owner, nothing for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs import mail, statements, store
from orchestrator.runs.models import (
    HumanTask,
    Mail,
    Run,
    RunAnchor,
    RunEvent,
    RunStatus,
    RunValue,
    Step,
    StepTask,
)
from orchestrator.runs.projection import StepRow
from tests.integration.authoring import sound
from tests.integration.runs.appending import DONE, FENCE, ME, append_of, own, raw, write
from tests.integration.runs.conftest import ask

TABLES = (RunEvent, RunValue, Step, HumanTask, StepTask, Mail, RunAnchor, Run)


@pytest.fixture
def runs(publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> list[Run]:
    workflow = publish(sound())
    return [own(start(workflow, input={})) for _ in range(3)]


@pytest.fixture
def run(runs: list[Run]) -> Run:
    return runs[0]


def full(run: Run) -> store.Append:
    """An append that writes to every table."""
    store.post(raw(), run.id, mail.CANCEL, step=None, body={"by": "Maria"}, dedupe="cancel")
    shown = {
        "title": "Look",
        "instructions": "",
        "shown": [],
        "document": None,
        "roles": ["approver"],
        "kind": "approval",
    }
    return append_of(
        run,
        ({"n": 1}, DONE),
        status=RunStatus.WAITING,
        values=[store.KeptValue(number=1, salt=b"s", digest="", body=b"{}")],
        steps=[StepRow(step=2, node="greet", scope="", status="running", started_at=timezone.now())],
        tasks=[
            store.NewTask(
                id=uuid4(), step=2, body={**shown, "comment_required_on_reject": True, "approvals": 1, "due_at": None}
            )
        ],
        step_tasks=[store.NewStepTask(step=2, attempt=1, queue="cpu", body=b"{}")],
        read_mail=[Mail.objects.get(run_id=run.pk).pk],
    )


def everything() -> dict[str, list[Any]]:
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in TABLES}


def test_an_append_of_the_owner_writes_everything_at_once(run: Run) -> None:
    append = full(run)
    assert write(append) == [run.pk]
    run.refresh_from_db()
    assert (run.seq, bytes(run.head), run.owner, run.status) == (3, append.hashes[-1], None, RunStatus.WAITING)
    assert list(RunEvent.objects.filter(run_id=run.pk).order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    for table in (Step, HumanTask, StepTask):
        assert table.objects.filter(run_id=run.pk, step=2).count() == 1, table
    assert RunValue.objects.filter(run_id=run.pk, number=1).exists()
    assert RunAnchor.objects.get(run_id=run.pk).seq == 3
    assert not Mail.objects.exists()


STALE = [
    pytest.param({"fence": FENCE + 1}, "r.fence = b.fence AND ", id="taken over with a higher fence"),
    pytest.param({"owner": uuid4()}, "r.owner = %(me)s AND ", id="owned by another process"),
    pytest.param({"owner": None}, "r.owner = %(me)s AND ", id="released"),
    pytest.param({"seq": 2}, " AND r.seq = b.expect", id="written to meanwhile"),
]


@pytest.mark.parametrize(("meanwhile", "condition"), STALE)
def test_a_stale_owners_append_is_refused_and_nothing_is_written(
    run: Run, meanwhile: dict[str, Any], condition: str
) -> None:
    append = full(run)
    Run.objects.filter(pk=run.pk).update(**meanwhile)
    before = everything()
    assert write(append) == []
    assert everything() == before


@pytest.mark.parametrize(("meanwhile", "condition"), STALE)
def test_each_condition_of_the_statement_is_what_refuses(
    run: Run, meanwhile: dict[str, Any], condition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement without one of its conditions takes what the whole one refuses: the test before can fail."""
    append = full(run)
    Run.objects.filter(pk=run.pk).update(**meanwhile)
    weakened = statements.APPEND.replace(condition, "")
    assert weakened.count("b.fence") + weakened.count("%(me)s") + weakened.count("b.expect") == 4
    monkeypatch.setattr(statements, "APPEND", weakened)
    assert write(append) == [run.pk]


def test_one_stale_run_of_a_batch_does_not_keep_the_others_out(runs: list[Run]) -> None:
    appends = [append_of(run) for run in runs]
    Run.objects.filter(pk=runs[1].pk).update(fence=FENCE + 1)
    assert set(write(*appends)) == {runs[0].pk, runs[2].pk}
    assert RunEvent.objects.filter(run_id=runs[1].pk).count() == 1


def test_the_same_bytes_sent_again_change_nothing(run: Run) -> None:
    append = append_of(run, ({"n": 1}, DONE), status=RunStatus.RUNNING, release=False)
    assert write(append) == [run.pk]
    before = everything()
    assert write(append) == []
    assert everything() == before


def test_a_run_with_unread_mail_is_not_released_unless_it_ends(runs: list[Run]) -> None:
    for run in runs[:2]:
        store.post(raw(), run.id, mail.CANCEL, step=None, body={}, dedupe="cancel")
    parked, ended, without = append_of(runs[0], status=RunStatus.WAITING), append_of(runs[1]), append_of(runs[2])
    write(parked, ended, without)
    owners = [Run.objects.get(pk=run.pk).owner for run in runs]
    assert owners == [ME, None, None]
    assert set(RunAnchor.objects.values_list("run_id", flat=True)) == {runs[1].pk, runs[2].pk}


def test_a_run_that_ends_closes_its_open_tasks(run: Run) -> None:
    states = {ask(run, step=2).pk: "cancelled", ask(run, step=3, state="done").pk: "done"}
    write(append_of(run))
    assert dict(HumanTask.objects.values_list("pk", "state")) == states


def test_mail_is_kept_once_and_never_for_what_has_ended(runs: list[Run]) -> None:
    def post(run: Run) -> bool:
        return store.post(raw(), run.id, mail.CANCEL, step=None, body={}, dedupe="cancel")

    assert [post(runs[0]), post(runs[0]), post(runs[1])] == [True, False, True]
    write(append_of(runs[2]))
    assert not post(runs[2])
    assert Mail.objects.count() == 2


def test_only_parked_runs_need_the_doorbell(runs: list[Run]) -> None:
    parked, due, _ = runs
    later = timezone.now() + timedelta(hours=1)
    Run.objects.filter(pk=parked.pk).update(owner=None, wake_at=later)
    Run.objects.filter(pk=due.pk).update(owner=None, wake_at=timezone.now() - timedelta(seconds=1))
    assert store.promote(raw(), [run.pk for run in runs]) == [parked.pk]
    parked.refresh_from_db()
    assert parked.wake_at is not None
    assert parked.wake_at < later


def test_a_step_is_written_over_never_doubled(run: Run) -> None:
    row = StepRow(step=2, node="greet", scope="", status="running")
    write(append_of(run, status=RunStatus.RUNNING, release=False, steps=[row]))
    run.refresh_from_db()
    write(append_of(run, steps=[replace(row, status="done", attempt=2)]))
    step = Step.objects.get(run_id=run.pk, step=2)
    assert (step.status, step.attempt) == ("done", 2)
