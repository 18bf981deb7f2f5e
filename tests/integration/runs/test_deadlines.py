"""What becomes of an approval that nobody gives in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.models import HumanTask, Run, RunStatus, TaskState
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import approval_row, line
from tests.integration.runs.waiting import drive_to_its_end

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def expire(run: Run) -> HumanTask:
    task = HumanTask.objects.get(run=run)
    HumanTask.objects.filter(pk=task.pk).update(due_at=timezone.now())
    return task


def test_a_line_from_too_late_is_the_way_on(
    publish: Publish, start: Start, drive: Drive, maria: Browser, adam: Browser
) -> None:
    document = approval_row()
    document["edges"].append(line("ask", "no", "late"))
    run = drive(start(publish(document)))
    task = expire(run)
    ended = drive_to_its_end(drive, run)
    assert RunStatus(ended.status) is RunStatus.DONE, ended.error
    values = maria.get(f"runs/{run.pk}/values").json()
    assert values["ask"] == {"decision": None, "comment": None, "decided_by": None, "decided_at": None}
    assert values["no"] == {"why": None}
    ask = next(step for step in maria.get(f"runs/{run.pk}").json()["steps"] if step["node"] == "ask")
    assert (ask["status"], ask["port"], ask["facts"]["late"]) == ("done", "late", True)
    task.refresh_from_db()
    assert task.state == TaskState.EXPIRED
    assert adam.post(f"tasks/{task.pk}/take").json()["code"] == "closed"


def test_without_such_a_line_the_step_fails(publish: Publish, start: Start, drive: Drive) -> None:
    run = drive(start(publish(approval_row())))
    expire(run)
    ended = drive_to_its_end(drive, run)
    assert RunStatus(ended.status) is RunStatus.FAILED
    assert ended.error["code"] == "nobody_answered"
