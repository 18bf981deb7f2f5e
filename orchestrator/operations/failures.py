"""Failed live runs are noticed: the people who answer for the workflow are told, and what keeps failing is paused.

Every engine worker looks once a second. A run is noticed in the transaction that tells of it, so it is told exactly
once. People get one entry for a workflow until they have read it, and one mail an hour.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.actions import pause_failing
from builder.models import Workflow
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import Membership, User
from orchestrator.operations.models import Notification, NotificationKind
from orchestrator.runs.doorbell import ring_chore
from orchestrator.runs.models import Mode, Run, RunStatus
from orchestrator.runs.stream import tell_workspace

MOST_AT_ONCE = 200
NOTICE = """
UPDATE runs SET noticed = true
WHERE id IN (SELECT id FROM runs WHERE status = %s AND mode = %s AND NOT noticed AND parent_id IS NULL
             LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id, workflow_id, error, ended_at
"""
TELL = """
INSERT INTO operations_notification AS known
  (id, workspace_id, user_id, workflow_id, kind, count, run, message, first_at, last_at, mail_at)
VALUES (%(id)s, %(workspace)s, %(user)s, %(workflow)s, %(kind)s, %(count)s, %(run)s, %(message)s, %(at)s, %(at)s,
        clock_timestamp() + interval '1 minute')
ON CONFLICT (user_id, workflow_id, kind) WHERE read_at IS NULL DO UPDATE
SET count = known.count + excluded.count, run = excluded.run, message = excluded.message, last_at = excluded.last_at,
    mail_at = COALESCE(known.mail_at, clock_timestamp() + interval '1 hour')
"""
CLAIM_MAILS = """
UPDATE operations_notification SET mail_at = clock_timestamp() + interval '5 minutes'
WHERE id IN (SELECT id FROM operations_notification WHERE mail_at <= (SELECT clock_timestamp())
             LIMIT 500 FOR UPDATE SKIP LOCKED)
RETURNING user_id
"""
NO_REASON = "The reason is not known."


@dataclass(frozen=True, kw_only=True)
class Failures:
    """What failed of one workflow since the last look."""

    count: int
    run: UUID
    """The newest."""
    message: str
    at: datetime


def notice_failures() -> None:
    """Tell of the live runs that have failed, pause what keeps failing, and have due mails sent."""
    with transaction.atomic():
        failed = _notice()
        workflows = Workflow.objects.select_related("owner").in_bulk(failed)
        for id, workflow in sorted(workflows.items()):
            _tell(workflow, NotificationKind.FAILED, failed[id])
            _pause_if_hopeless(workflow, failed[id])
    for workspace in {workflow.workspace_id for workflow in workflows.values()}:
        tell_workspace(workspace, "notifications")
    _ring_for_mails()


def _notice() -> dict[UUID, Failures]:
    with connection.cursor() as cursor:
        cursor.execute(NOTICE, [RunStatus.FAILED, Mode.LIVE, MOST_AT_ONCE])
        rows = cursor.fetchall()
    by_workflow: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_workflow[row[1]].append(row)
    return {workflow: _summed(found) for workflow, found in by_workflow.items()}


def _summed(rows: list[Any]) -> Failures:
    run, _, error, at = max(rows, key=lambda row: (row[3] is not None, row[3], row[0]))
    error = json.loads(error) if isinstance(error, str) else error or {}
    return Failures(count=len(rows), run=run, message=error.get("message") or NO_REASON, at=at or timezone.now())


def hearers(workflow: Workflow) -> list[User]:
    """The owner and whom the workflow names; where none of them is in the workspace any more, its owners."""
    members = Membership.objects.filter(workspace_id=workflow.workspace_id, user__is_active=True)
    named = [workflow.owner_id, *workflow.hearers.values_list("pk", flat=True)]
    found = list(members.filter(user_id__in=named).select_related("user"))
    found = found or list(members.filter(roles__contains=[Role.OWNER]).select_related("user"))
    return sorted({one.user for one in found}, key=lambda user: user.pk)


def _tell(workflow: Workflow, kind: NotificationKind, failures: Failures) -> None:
    with connection.cursor() as cursor:
        for user in hearers(workflow):
            cursor.execute(
                TELL,
                {
                    "id": uuid7(),
                    "workspace": workflow.workspace_id,
                    "user": user.pk,
                    "workflow": workflow.pk,
                    "kind": kind,
                    "count": failures.count,
                    "run": failures.run,
                    "message": failures.message,
                    "at": failures.at,
                },
            )


def _pause_if_hopeless(workflow: Workflow, failures: Failures) -> None:
    """Counted since it went live, so that publishing gives it a new chance."""
    limit = workflow.pause_after
    if limit is None or not workflow.live_version_id or workflow.paused:
        return
    ended = Run.objects.filter(workflow=workflow, mode=Mode.LIVE, parent_id=None, status__gte=RunStatus.DONE).order_by(
        "-id"
    )
    if workflow.live_at:
        ended = ended.filter(created_at__gte=workflow.live_at)
    last = list(ended.values_list("status", flat=True)[:limit])
    if len(last) < limit or any(status != RunStatus.FAILED for status in last):
        return
    because = f"{limit} live runs in a row failed. The last one: {failures.message}"
    if pause_failing(workflow, because):
        _tell(workflow, NotificationKind.PAUSED, failures)


def _ring_for_mails() -> None:
    if not settings.EMAIL_URL:
        return
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_MAILS)
        due = {row[0] for row in cursor.fetchall()}
    for user in due:
        ring_chore("mail_failures", user)


def mail_failures(user_id: UUID) -> None:
    """One mail with everything a person was not told of yet. The server's refusal leaves it due: it is tried again."""
    with transaction.atomic():
        due = Notification.objects.select_for_update(of=("self",)).filter(user_id=user_id, mail_at__isnull=False)
        entries = list(due.filter(read_at=None).select_related("workflow", "user").order_by("-last_at"))
        due.update(mail_at=None)
        if entries:
            _send(entries[0].user, entries)


def _send(user: User, entries: Iterable[Notification]) -> None:
    entries = list(entries)
    names = ", ".join(dict.fromkeys(f"“{one.workflow.name}”" for one in entries))
    words = {"user": user, "entries": entries, "address": settings.PUBLIC_URL}
    subject = " ".join(f"Live runs failed: {names}".split())
    send_mail(subject[:200], render_to_string("mails/failures.txt", words), settings.MAIL_FROM, [user.email])
