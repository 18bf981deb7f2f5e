"""What people were asked by runs: who answered, how long it took, and what nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from orchestrator.governance.models import AuditEvent
from orchestrator.governance.principal import Principal
from orchestrator.operations.reports.shape import Asked, Report, Row, Runs, link
from orchestrator.runs.models import HumanTask


def _find(principal: Principal, workspace_id: UUID, asked: Asked) -> QuerySet[Any]:
    tasks = HumanTask.objects.visible_to(principal).filter(workspace_id=workspace_id).select_related("decided_by")
    return asked.within(tasks, "created_at")


def _tell(workspace_id: UUID, tasks: Sequence[HumanTask]) -> list[Row]:
    runs = Runs(workspace_id, [task.run_id for task in tasks])
    handed = _handed_over(workspace_id, tasks)
    return [
        {
            "id": str(task.pk),
            "at": task.created_at,
            "task": link("task", task.pk, task.title),
            "workflow": runs.workflow(task.run_id),
            "run": runs.run(task.run_id),
            "state": task.decision or task.state,
            "by": task.decided_by.name if task.decided_by else "",
            "reason": task.comment,
            "handed_to": ", ".join(handed.get(str(task.pk), ())),
            "seconds": _seconds(task),
            "due": task.due_at,
            "reminded": task.reminded_at,
        }
        for task in tasks
    ]


def _handed_over(workspace_id: UUID, tasks: Sequence[HumanTask]) -> dict[str, list[str]]:
    """By task: to whom people gave it, in their order."""
    ids = [str(task.pk) for task in tasks]
    events = AuditEvent.objects.filter(
        workspace_id=workspace_id, object_type="task", object_id__in=ids, action="task.assigned"
    )
    given: dict[str, list[str]] = {}
    for task, detail in events.order_by("seq").values_list("object_id", "detail"):
        given.setdefault(task, []).append(str((detail or {}).get("to", "")))
    return given


def _seconds(task: HumanTask) -> float | None:
    ended = task.decided_at or task.closed_at
    return round((ended - task.created_at).total_seconds(), 1) if ended else None


APPROVALS = Report(
    columns=(
        *("at", "task", "workflow", "run", "state", "by", "reason", "handed_to"),
        *("seconds", "due", "reminded"),
    ),
    ordering=("-id",),
    find=_find,
    tell=_tell,
)
