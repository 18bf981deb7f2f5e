"""Runs are held and go on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.models import HumanTask, Mail, Run, RunEvent, RunStatus
from orchestrator.runs.sweep import EXPIRED
from tests.integration.authoring import Browser, join
from tests.integration.runs.graphs import approval_row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


@pytest.fixture
def run(publish: Publish, start: Start) -> Run:
    return start(publish(approval_row()))


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_pause_is_mail_to_the_run_and_stands_in_the_trail(maria: Browser, run: Run) -> None:
    assert maria.post(f"runs/{run.pk}/pause", {"reason": "The bank is closed"}).status_code == 202
    letter = Mail.objects.get(run_id=run.pk)
    assert (letter.kind, letter.body) == ("pause", {"by": "Maria", "reason": "The bank is closed"})
    assert AuditEvent.objects.get(action="run.paused").reason == "The bank is closed"


def test_what_a_run_will_be_counts_before_it_has_read_its_mail(maria: Browser, run: Run) -> None:
    assert code(maria.post(f"runs/{run.pk}/resume")) == (409, "not_paused")
    assert maria.post(f"runs/{run.pk}/pause").status_code == 202
    assert code(maria.post(f"runs/{run.pk}/pause")) == (409, "paused")
    assert maria.post(f"runs/{run.pk}/resume").status_code == 202
    assert maria.post(f"runs/{run.pk}/pause").status_code == 202
    assert [mail.kind for mail in Mail.objects.order_by("id")] == ["pause", "resume", "pause"]


def test_what_has_ended_is_neither_paused_nor_resumed(maria: Browser, run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(status=RunStatus.DONE)
    for verb in ("pause", "resume"):
        assert code(maria.post(f"runs/{run.pk}/{verb}")) == (409, "ended")


def test_operators_pause_viewers_and_strangers_do_not(
    viewer: Browser, stranger: Browser, workspace: Workspace, run: Run
) -> None:
    for verb in ("pause", "resume"):
        assert viewer.post(f"runs/{run.pk}/{verb}").status_code == 403
        assert stranger.post(f"runs/{run.pk}/{verb}").status_code == 404
    olaf = join(workspace, "operator", name="Olaf")
    assert olaf.post(f"runs/{run.pk}/pause").status_code == 202
    assert viewer.get(f"runs/{run.pk}").json()["may"]["pause"] is False
    assert olaf.get(f"runs/{run.pk}").json()["may"]["pause"] is True


def test_a_paused_run_is_parked_says_by_whom_and_goes_on(maria: Browser, drive: Drive, run: Run) -> None:
    maria.post(f"runs/{run.pk}/pause")
    parked = drive(run)
    assert (parked.status, parked.owner, parked.wake_at) == (RunStatus.PAUSED, None, None)
    shown = maria.get(f"runs/{run.pk}").json()
    assert (shown["status"], shown["waiting_for"]) == ("paused", "Maria paused this run")
    assert (shown["may"]["pause"], shown["may"]["resume"]) == (False, True)
    assert [step["node"] for step in shown["steps"]] == ["start"]
    maria.post(f"runs/{run.pk}/resume")
    assert drive(run).status == RunStatus.WAITING
    assert HumanTask.objects.filter(run=run).count() == 1


def test_an_answer_given_during_the_pause_counts_when_the_run_goes_on(
    maria: Browser, adam: Browser, drive: Drive, run: Run
) -> None:
    drive(run)
    maria.post(f"runs/{run.pk}/pause")
    assert drive(run).status == RunStatus.PAUSED
    task = HumanTask.objects.get(run=run)
    adam.post(f"tasks/{task.pk}/take")
    assert adam.post(f"tasks/{task.pk}/decide", {"decision": "approve"}).status_code == 200
    assert drive(run).status == RunStatus.PAUSED
    assert RunEvent.objects.filter(run_id=run.pk).order_by("-seq").values_list("kind", flat=True)[0] == "step_done"
    maria.post(f"runs/{run.pk}/resume")
    assert drive(run).status == RunStatus.DONE


def test_a_paused_run_is_stopped(maria: Browser, drive: Drive, run: Run) -> None:
    drive(run)
    maria.post(f"runs/{run.pk}/pause")
    drive(run)
    assert maria.post(f"runs/{run.pk}/cancel").status_code == 202
    assert drive(run).status == RunStatus.CANCELLED


def test_a_tasks_time_does_not_run_out_while_its_run_is_paused(maria: Browser, drive: Drive, run: Run) -> None:
    drive(run)
    maria.post(f"runs/{run.pk}/pause")
    drive(run)
    HumanTask.objects.filter(run=run).update(due_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, {"kind": "task_expired"})
    assert HumanTask.objects.get(run=run).state == "open"
    maria.post(f"runs/{run.pk}/resume")
    drive(run)
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, {"kind": "task_expired"})
    assert HumanTask.objects.get(run=run).state == "expired"


def test_of_many_who_pause_at_once_one_does(committed: None, maria: Browser, run: Run) -> None:
    def pause(_: int) -> int:
        try:
            return int(maria.post(f"runs/{run.pk}/pause").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as people:
        assert sorted(people.map(pause, range(6))) == [202] + [409] * 5
    assert Mail.objects.filter(run_id=run.pk).count() == 1
    assert AuditEvent.objects.filter(action="run.paused").count() == 1
