"""What happened to a task: the trail's entries about it, and what the product did by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orchestrator.governance.models import AuditEvent, AuditResult
from orchestrator.runs.models import HumanTask, TaskState


@dataclass(frozen=True, kw_only=True)
class Happening:
    what: str
    at: datetime
    by: str
    """Empty where the product did it."""
    detail: str = ""
    """A comment, or to whom the task was handed."""


def history_of(task: HumanTask) -> list[Happening]:
    """Oldest first."""
    found = [Happening(what="created", at=task.created_at, by="")]
    trail = AuditEvent.objects.filter(
        workspace_id=task.workspace_id, object_type="task", object_id=str(task.pk), result=AuditResult.DONE
    )
    for event in trail.order_by("seq"):
        detail = event.reason or (event.detail or {}).get("to", "")
        found.append(
            Happening(what=event.action.removeprefix("task."), at=event.at, by=event.actor_name, detail=detail)
        )
    if task.reminded_at:
        found.append(Happening(what="reminded", at=task.reminded_at, by=""))
    if task.closed_at and task.state in (TaskState.EXPIRED, TaskState.CANCELLED):
        found.append(Happening(what=task.state, at=task.closed_at, by=""))
    return sorted(found, key=lambda one: one.at)
