"""Tasks that wait too long remind their people, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.models import HumanTask, OutgoingMail, Run, RunStatus
from orchestrator.runs.reminders import remind, remind_due
from tests.integration.authoring import Browser
from tests.integration.runs.conftest import ask
from tests.integration.runs.graphs import approval_row, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def run(publish: Publish, start: Start) -> Run:
    return start(publish(approval_row()))


def overdue(run: Run, **fields: Any) -> HumanTask:
    return ask(run, remind_at=timezone.now() - timedelta(minutes=1), **fields)


@pytest.mark.ux(124)
def test_everybody_who_is_asked_gets_one_mail(adam: Browser, anna: Browser, viewer: Browser, run: Run) -> None:
    task = overdue(run)
    remind(task.pk)
    remind(task.pk)
    mail = OutgoingMail.objects.get(run=run)
    assert sorted(mail.to) == sorted([adam.user.email, anna.user.email])
    assert mail.subject == "Waiting for you: May it go out?"
    assert f"/tasks/{task.pk}" in mail.body
    history = adam.get(f"tasks/{task.pk}").json()["history"]
    assert [one["what"] for one in history] == ["created", "reminded"]


def test_a_taken_task_reminds_the_one_who_has_it(adam: Browser, anna: Browser, run: Run) -> None:
    task = overdue(run)
    anna.post(f"tasks/{task.pk}/take")
    remind(task.pk)
    assert OutgoingMail.objects.get(run=run).to == [anna.user.email]


def test_who_has_approved_already_is_not_reminded(adam: Browser, anna: Browser, run: Run) -> None:
    task = overdue(run, approvals=2)
    adam.post(f"tasks/{task.pk}/decide", {"decision": "approve"})
    remind(task.pk)
    assert OutgoingMail.objects.get(run=run).to == [anna.user.email]


def test_an_answered_task_reminds_nobody(adam: Browser, run: Run) -> None:
    task = overdue(run)
    adam.post(f"tasks/{task.pk}/take")
    adam.post(f"tasks/{task.pk}/decide", {"decision": "approve"})
    remind(task.pk)
    assert not OutgoingMail.objects.exists()


def test_what_is_due_is_claimed_by_one_and_put_off_for_a_second_try(run: Run) -> None:
    task, later = overdue(run), ask(run, step=3, remind_at=timezone.now() + timedelta(hours=1))
    before = later.remind_at
    remind_due()
    task.refresh_from_db()
    later.refresh_from_db()
    assert task.remind_at > timezone.now() + timedelta(minutes=4)
    assert later.remind_at == before


def test_a_paused_run_reminds_nobody(run: Run) -> None:
    task = overdue(run)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.PAUSED)
    remind_due()
    before = task.remind_at
    task.refresh_from_db()
    assert task.remind_at == before


def test_the_step_says_when(publish: Publish, start: Start, drive: Callable[[Run], Run]) -> None:
    config = {"title": "Look", "remind_after": 2, "answers": "everyone", "approvals": 3}
    run = drive(start(publish(row(node("ask", "approval", config)))))
    task = HumanTask.objects.get(run=run)
    assert timedelta(hours=1, minutes=59) < task.remind_at - task.created_at < timedelta(hours=2, minutes=1)
    assert task.approvals == 3
