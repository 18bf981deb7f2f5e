"""One mail to the people a task waits for, when it has waited for as long as its step says.

Durable like the waits: the time stands in the task's row. Whoever claims it puts it off first, so that a crash before
the mail only delays it; the mail has a key of the task, so it is never two.
"""

from __future__ import annotations

import logging
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection
from django.utils import timezone

from orchestrator.engine.errors import StepFailed
from orchestrator.runs.actions.tasks import candidates
from orchestrator.runs.doorbell import ring_reminder
from orchestrator.runs.models import HumanTask, Step
from orchestrator.runs.outbox import send_mail
from orchestrator.runs.outside_calls import OutsideKind, Purpose

log = logging.getLogger(__name__)

MOST_RECEIVERS = 100
CLAIM = """
UPDATE human_tasks SET remind_at = clock_timestamp() + interval '5 minutes'
WHERE id IN (
  SELECT id FROM human_tasks t WHERE state IN ('open', 'taken') AND remind_at <= (SELECT clock_timestamp())
    AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.id = t.run_id AND p.status = 3)
  LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def remind_due() -> None:
    """Have a worker send the reminders that are due. Called each second by every engine worker."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM)
        due = [row[0] for row in cursor.fetchall()]
    for task in due:
        ring_reminder(task)


def remind(id: UUID) -> None:
    """Send the reminder of a task, unless it was sent or the task has ended. A refused mail is tried again later."""
    task = HumanTask.objects.shown().filter(pk=id, reminded_at=None).first()
    if task is None or not task.open:
        return
    told = set(task.given.values_list("person_id", flat=True))
    people = [task.assignee] if task.assignee else [one for one in candidates(task) if one.pk not in told]
    if people:
        try:
            send_mail(
                _purpose(task),
                uuid5(task.pk, "reminder"),
                to=[one.email for one in people[:MOST_RECEIVERS]],
                subject=f"Waiting for you: {task.title}",
                body=_body(task),
                reply_to="",
                attachments=[],
            )
        except StepFailed as failed:
            log.warning("The reminder of task %s was not sent: %s", task.pk, failed)
            return
    HumanTask.objects.filter(pk=task.pk).update(remind_at=None, reminded_at=timezone.now())


def _purpose(task: HumanTask) -> Purpose:
    """In the ledger of what leaves, the step that asks has sent it."""
    node = Step.objects.filter(run_id=task.run_id, step=task.step).values_list("node", flat=True).first()
    return Purpose(workspace=task.workspace_id, run=task.run_id, node=node or "", attempt=1, kind=OutsideKind.MAIL)


def _body(task: HumanTask) -> str:
    lines = [f"“{task.title}” of the workflow “{task.run.workflow.name}” waits for an answer."]
    if task.due_at:
        lines.append(f"It is due on {task.due_at:%d %B %Y, %H:%M} UTC.")
    return "\n\n".join([*lines, f"{settings.PUBLIC_URL}/tasks/{task.pk}"])
