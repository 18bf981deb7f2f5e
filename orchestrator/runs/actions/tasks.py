"""Human tasks: who may answer them, and how they are taken, given back and handed over."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import FourEyes, Membership, User
from orchestrator.governance.principal import Principal, person
from orchestrator.runs.models import HumanTask, Run, TaskState
from orchestrator.runs.stream import tell_workspace


def may_decide(principal: Principal, task: HumanTask) -> bool:
    return _is_asked(principal, task) and not _needs_somebody_else(principal, task)


def may_assign(principal: Principal, task: HumanTask) -> bool:
    """Whoever has the task, everybody who is asked while nobody has it, and always an admin."""
    if not task.open or task.for_everyone:
        return False
    if principal.may("workspace:manage", task.workspace_id):
        return True
    return may_decide(principal, task) and task.assignee_id in (None, principal.id)


def candidates(task: HumanTask) -> list[User]:
    """The people who may answer it, by name."""
    members = Membership.objects.filter(workspace_id=task.workspace_id, user__is_active=True).select_related("user")
    people = [one.user for one in members.filter(roles__overlap=[*task.roles, "owner"]).order_by("user__name")]
    return [one for one in people if may_decide(person(one), task)]


def _is_asked(principal: Principal, task: HumanTask) -> bool:
    held = principal.roles.get(task.workspace_id, frozenset())
    return principal.may("task:decide", task.workspace_id) and ("owner" in held or bool(held & set(task.roles)))


def _needs_somebody_else(principal: Principal, task: HumanTask) -> bool:
    """Where the workspace wants two persons, whoever started a run does not decide about it."""
    somebody = principal.natural_person
    own = Q(started_by_id=somebody) | Q(started_by__owner_id=somebody)
    return Run.objects.filter(own, pk=task.run_id, workspace__four_eyes=FourEyes.REQUIRED).exists()


def take_task(principal: Principal, task: HumanTask) -> HumanTask:
    """Say "I do this": the others see who, and only that person can answer."""
    require_decider(principal, task)
    refuse_for_everyone(task)
    with transaction.atomic():
        taken = HumanTask.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
            state=TaskState.TAKEN, assignee_id=principal.id
        )
        if not taken:
            raise too_late(task)
        record(principal, "taken", task)
    return fresh(task)


def release_task(principal: Principal, task: HumanTask) -> HumanTask:
    """Give a taken task back to everybody."""
    with transaction.atomic():
        released = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=principal.id).update(
            state=TaskState.OPEN, assignee=None
        )
        if not released:
            raise too_late(task)
        record(principal, "released", task)
    return fresh(task)


def assign_task(principal: Principal, task: HumanTask, to: UUID) -> HumanTask:
    """Hand a task to a person who may answer it."""
    refuse_for_everyone(task)
    if not principal.may("workspace:manage", task.workspace_id):
        require_decider(principal, task)
        if task.assignee_id not in (None, principal.id):
            raise too_late(task)
    receiver = User.objects.filter(pk=to, is_active=True).first()
    if receiver is None or not may_decide(person(receiver), task):
        message = "This person may not answer the task. Choose somebody from its candidates."
        problem = {"code": "not_permitted", "node": None, "field": "user", "message": message, "hint": ""}
        raise Invalid("not_permitted", message, [problem])
    with transaction.atomic():
        assigned = HumanTask.objects.filter(
            pk=task.pk, state__in=[TaskState.OPEN, TaskState.TAKEN], assignee_id=task.assignee_id
        ).update(state=TaskState.TAKEN, assignee=receiver)
        if not assigned:
            raise too_late(task)
        record(principal, "assigned", task, detail={"to": receiver.name})
    return fresh(task)


# -- what every verb of tasks needs --------------------------------------------------------------------------------


def fresh(task: HumanTask) -> HumanTask:
    return HumanTask.objects.shown().get(pk=task.pk)


def record(principal: Principal, what: str, task: HumanTask, *, reason: str = "", detail: object = None) -> None:
    """The trail's entry, as the last statement; after the commit the lists are told."""
    transaction.on_commit(lambda: tell_workspace(task.workspace_id, "tasks"))
    audit.record(
        principal,
        f"task.{what}",
        workspace_id=task.workspace_id,
        object_type="task",
        object_id=task.id,
        object_name=task.title,
        reason=reason,
        detail={"run": str(task.run_id), "step": task.step, **(detail if isinstance(detail, dict) else {})},
    )


def require_decider(principal: Principal, task: HumanTask) -> None:
    principal.require("task:decide", task.workspace_id, object_type="task", object_id=task.id)
    if not _is_asked(principal, task):
        raise _denied(task, f"Only people with the role {' or '.join(task.roles)} decide this task.")
    if _needs_somebody_else(principal, task):
        raise _denied(task, "You started this run, so somebody else decides about it.")


def refuse_for_everyone(task: HumanTask) -> None:
    if task.for_everyone:
        raise Conflict("for_everyone", "Several people answer this task, each for themselves. Nobody takes it.")


def _denied(task: HumanTask, message: str) -> Denied:
    return Denied("task:decide", workspace_id=task.workspace_id, object_type="task", object_id=task.id, message=message)


def too_late(task: HumanTask) -> Conflict:
    """Who was faster, and when."""
    now = fresh(task)
    if now.state == TaskState.DONE:
        who = now.decided_by.name if now.decided_by else "Somebody"
        detail = f"{who} answered this task already: {now.decision}."
        return Conflict(
            "answered", detail, current={"by": who, "at": now.decided_at.isoformat() if now.decided_at else None}
        )
    if now.state == TaskState.TAKEN and now.assignee:
        return Conflict("taken", f"{now.assignee.name} has taken this task.", current={"by": now.assignee.name})
    if now.open:
        return Conflict("not_taken", "Take the task first, then decide.")
    return Conflict("closed", "This task is closed: nobody answered in time, or its run was stopped.")
