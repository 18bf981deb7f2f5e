"""The answers to human tasks: approved, rejected or filled in, and sent to the run. Whoever is first counts; where
several people have to approve, the last of them or the first who rejects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.principal import Principal
from orchestrator.nodes.start_manual import FormField, read_answers
from orchestrator.runs import mail
from orchestrator.runs.actions.posting import post
from orchestrator.runs.actions.tasks import fresh, record, require_decider, too_late
from orchestrator.runs.corrections import judge
from orchestrator.runs.models import HumanTask, TaskAnswer, TaskKind, TaskState

APPROVED, REJECTED, COMPLETED = "approved", "rejected", "completed"
LARGEST_ANSWERS = 200 * 1024


def decide_task(principal: Principal, task: HumanTask, *, approve: bool, comment: str) -> HumanTask:
    """Approve or reject. A later answer is told who answered and when."""
    require_decider(principal, task)
    _refuse_kind(task, TaskKind.APPROVAL)
    if not approve and task.comment_required_on_reject and not comment.strip():
        raise _wrong("comment_required", {"comment": "Say why you reject it."}, "required")
    now, decision = timezone.now(), APPROVED if approve else REJECTED
    with transaction.atomic():
        told = _answer_with_others if task.for_everyone else _answer_alone
        ended = told(principal, task, decision, comment, now)
        if ended is not None:
            output = {"decision": decision, **ended, "decided_at": now.isoformat()}
            facts = {"decided_by": ended["decided_by"], "decision": decision}
            _tell_run(task, port=decision, output=output, facts=facts)
        record(principal, decision, task, reason=comment)
    return fresh(task)


def complete_task(principal: Principal, task: HumanTask, answers: Mapping[str, Any]) -> HumanTask:
    """Send a form that was filled in. Raises Invalid, which names each answer that is not right."""
    require_decider(principal, task)
    _refuse_kind(task, TaskKind.FORM)
    values = _checked(task, answers)
    now = timezone.now()
    with transaction.atomic():
        _close(principal, task, COMPLETED, "", now, values=values)
        output = {"answers": values, "answered_by": principal.name, "answered_at": now.isoformat()}
        _tell_run(task, port="out", output=output, facts={"answered_by": principal.name})
        judge(principal, task, values)
        record(principal, COMPLETED, task)
    return fresh(task)


def _answer_alone(
    principal: Principal, task: HumanTask, decision: str, comment: str, now: datetime
) -> dict[str, Any] | None:
    _close(principal, task, decision, comment, now)
    return {"comment": comment, "decided_by": principal.name}


def _answer_with_others(
    principal: Principal, task: HumanTask, decision: str, comment: str, now: datetime
) -> dict[str, Any] | None:
    """None: others have to approve too."""
    locked = HumanTask.objects.select_for_update(no_key=True).get(pk=task.pk)
    if not locked.open:
        raise too_late(task)
    earlier = task.given.filter(person_id=principal.id).first()
    if earlier is not None:
        at = earlier.at.isoformat()
        raise Conflict("answered", f"You answered this task already: {earlier.decision}.", current={"by": "", "at": at})
    TaskAnswer.objects.create(
        task=task, person_id=principal.id, name=principal.name, decision=decision, comment=comment, at=now
    )
    given = list(task.given.filter(decision=APPROVED).order_by("at", "id"))
    if decision == APPROVED and len(given) < locked.approvals:
        return None
    told = {"comment": comment, "decided_by": principal.name}
    if decision == APPROVED:
        told["decided_by"] = ", ".join(one.name for one in given)
        told["comment"] = "\n".join(f"{one.name}: {one.comment}" for one in given if one.comment)
    HumanTask.objects.filter(pk=task.pk).update(
        state=TaskState.DONE,
        decision=decision,
        comment=told["comment"],
        decided_by_id=principal.id,
        decided_at=now,
    )
    return told


def _close(principal: Principal, task: HumanTask, decision: str, comment: str, now: datetime, **more: Any) -> None:
    changed = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=principal.id).update(
        state=TaskState.DONE, decision=decision, comment=comment, decided_by_id=principal.id, decided_at=now, **more
    )
    if not changed:
        raise too_late(task)


def _tell_run(task: HumanTask, *, port: str, output: dict[str, Any], facts: dict[str, Any]) -> None:
    body = {"port": port, "output": output, "facts": facts}
    post(task.run_id, mail.TASK_DECIDED, task.step, body, f"task:{task.pk}")


def _checked(task: HumanTask, answers: Mapping[str, Any]) -> dict[str, Any]:
    if len(orjson.dumps(answers)) > LARGEST_ANSWERS:
        raise Invalid("too_large", f"The answers are longer than {LARGEST_ANSWERS // 1024} KB. Write less.")
    try:
        return read_answers([FormField.model_validate(field) for field in task.fields or []], answers)
    except StepFailed as failed:
        raise _wrong("invalid_answers", failed.error.details["fields"], "invalid_answer") from failed


def _wrong(code: str, fields: Mapping[str, str], each: str) -> Invalid:
    problems = [
        {"code": each, "node": None, "field": field, "message": message, "hint": ""}
        for field, message in fields.items()
    ]
    return Invalid(code, " ".join(fields.values()), problems)


def _refuse_kind(task: HumanTask, wanted: TaskKind) -> None:
    if task.kind != wanted:
        how = "Fill in its form." if task.kind == TaskKind.FORM else "Approve or reject it."
        raise Conflict("other_kind", f"This task is answered in another way. {how}")
