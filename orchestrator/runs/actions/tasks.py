"""Human tasks: taken, given back, answered. Whoever is first counts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import FourEyes
from orchestrator.governance.principal import Principal
from orchestrator.runs import mail
from orchestrator.runs.actions.posting import post
from orchestrator.runs.models import HumanTask, Run, TaskState
from orchestrator.runs.stream import tell_workspace


def may_decide(principal: Principal, task: HumanTask) -> bool:
    return _is_asked(principal, task) and not _needs_somebody_else(principal, task)


def _is_asked(principal: Principal, task: HumanTask) -> bool:
    held = principal.roles.get(task.workspace_id, frozenset())
    return principal.may("task:decide", task.workspace_id) and ("owner" in held or bool(held & set(task.roles)))


def _needs_somebody_else(principal: Principal, task: HumanTask) -> bool:
    """Where the workspace wants two persons, whoever started a run does not decide about it."""
    own = Run.objects.filter(pk=task.run_id, started_by_id=principal.id, workspace__four_eyes=FourEyes.REQUIRED)
    return own.exists()


def take_task(principal: Principal, task: HumanTask) -> HumanTask:
    """Say "I do this": the others see who, and only that person can decide."""
    _require_decider(principal, task)
    taken = HumanTask.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        state=TaskState.TAKEN, assignee_id=principal.id
    )
    if not taken:
        raise _too_late(task)
    transaction.on_commit(lambda: tell_workspace(task.workspace_id, "tasks"))
    return _task(task)


def release_task(principal: Principal, task: HumanTask) -> HumanTask:
    """Give a taken task back to everybody."""
    released = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=principal.id).update(
        state=TaskState.OPEN, assignee=None
    )
    if not released:
        raise _too_late(task)
    transaction.on_commit(lambda: tell_workspace(task.workspace_id, "tasks"))
    return _task(task)


def decide_task(principal: Principal, task: HumanTask, *, approve: bool, comment: str) -> HumanTask:
    """Answer a task. Whoever's answer is first counts; a later one is told who answered and when."""
    _require_decider(principal, task)
    if not approve and task.comment_required_on_reject and not comment.strip():
        problem = {
            "code": "required",
            "node": None,
            "field": "comment",
            "message": "Say why you reject it.",
            "hint": "",
        }
        raise Invalid("comment_required", "Say why you reject it.", [problem])
    now, decision = timezone.now(), "approved" if approve else "rejected"
    with transaction.atomic():
        changed = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=principal.id).update(
            state=TaskState.DONE, decision=decision, comment=comment, decided_by_id=principal.id, decided_at=now
        )
        if not changed:
            raise _too_late(task)
        output = {"decision": decision, "comment": comment, "decided_by": principal.name, "decided_at": now.isoformat()}
        body = {"port": decision, "output": output, "facts": {"decided_by": principal.name, "decision": decision}}
        post(task.run_id, mail.TASK_DECIDED, task.step, body, f"task:{task.pk}")
        audit.record(
            principal,
            f"task.{decision}",
            workspace_id=task.workspace_id,
            object_type="task",
            object_id=task.id,
            object_name=task.title,
            reason=comment,
            detail={"run": str(task.run_id), "step": task.step},
        )
    return _task(task)


def _task(task: HumanTask) -> HumanTask:
    return HumanTask.objects.select_related("assignee", "decided_by", "run__workflow").get(pk=task.pk)


def _require_decider(principal: Principal, task: HumanTask) -> None:
    principal.require("task:decide", task.workspace_id, object_type="task", object_id=task.id)
    if not _is_asked(principal, task):
        raise _denied(task, f"Only people with the role {' or '.join(task.roles)} decide this task.")
    if _needs_somebody_else(principal, task):
        raise _denied(task, "You started this run, so somebody else decides about it.")


def _denied(task: HumanTask, message: str) -> Denied:
    return Denied("task:decide", workspace_id=task.workspace_id, object_type="task", object_id=task.id, message=message)


def _too_late(task: HumanTask) -> Conflict:
    """Who was faster, and when."""
    now = _task(task)
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
