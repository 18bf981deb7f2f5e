"""Tasks that somebody has taken go back to everybody when they leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from orchestrator.governance.actions.leaving import Belonging, Fate
from orchestrator.governance.models import Membership
from orchestrator.governance.principal import Principal
from orchestrator.runs.actions.tasks import record
from orchestrator.runs.human_tasks import HumanTask, TaskState


def tell_taken(*, member: Membership, found: list[Belonging]) -> None:
    for task in _taken(member.workspace_id, member.user_id):
        found.append(Belonging(kind="task", id=task.id, name=task.title, fate=Fate.GIVEN_BACK))


def give_back(*, principal: Principal, workspace_id: UUID, user_id: UUID, **_: Any) -> None:
    for task in _taken(workspace_id, user_id):
        still = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=user_id)
        if still.update(state=TaskState.OPEN, assignee=None):
            record(principal, "released", task)


def _taken(workspace_id: UUID, user_id: UUID) -> list[HumanTask]:
    taken = HumanTask.objects.filter(workspace_id=workspace_id, state=TaskState.TAKEN, assignee_id=user_id)
    return list(taken.order_by("id"))
