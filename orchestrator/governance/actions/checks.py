"""Having a trail verified. A worker does it; the result is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orchestrator.api.announcements import announce
from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import AuditCheck, AuditHead, AuditResult, CheckState, Workspace
from orchestrator.governance.principal import Principal, acting, system
from orchestrator.governance.standing import Standing
from orchestrator.governance.tenancy import TenantQuerySet

OPEN = (CheckState.ASKED, CheckState.RUNNING)
SILENCE = timedelta(seconds=60)
"""A worker that was not heard of for so long is gone."""


def checks_of(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AuditCheck]:
    workspace = enter(principal, workspace_id, "audit:read")
    checks = AuditCheck.objects.visible_to(principal).filter(workspace_id=workspace.id)
    return checks.select_related("asked_by")


def ask_check(principal: Principal, workspace_id: UUID) -> AuditCheck:
    """The verification that is under way, or else a new one. It tells of itself in the trail when it has ended."""
    workspace = enter(principal, workspace_id, "audit:read")
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(id=workspace.id)
        open_one = AuditCheck.objects.filter(workspace_id=workspace.id, state__in=OPEN).first()
        if open_one is not None:
            return open_one
        newest = AuditHead.objects.filter(workspace_id=workspace.id).values_list("seq", flat=True).first()
        check = AuditCheck.objects.create(workspace_id=workspace.id, asked_by_id=principal.id, of=newest or 0)
        announce("check.asked", check=check.id)
    return check


def begin_check(check_id: UUID) -> AuditCheck | None:
    """For the one worker that does it; None for every other."""
    free = Q(state=CheckState.ASKED) | Q(state=CheckState.RUNNING, beat_at__lt=timezone.now() - SILENCE)
    mine = AuditCheck.objects.filter(free, id=check_id).update(
        state=CheckState.RUNNING, beat_at=timezone.now(), events=0, logs=0
    )
    return AuditCheck.objects.select_related("asked_by").get(id=check_id) if mine else None


def forgotten_checks() -> list[UUID]:
    """Those that nobody works on, although they were asked for a while ago."""
    long_ago = timezone.now() - SILENCE
    silent = Q(state=CheckState.ASKED, asked_at__lt=long_ago) | Q(state=CheckState.RUNNING, beat_at__lt=long_ago)
    return list(AuditCheck.objects.filter(silent).values_list("id", flat=True)[:20])


def end_check(check: AuditCheck) -> None:
    """Keep what was found, and tell it."""
    check.state = CheckState.BROKEN if check.code else CheckState.WHOLE
    check.ended_at = timezone.now()
    who = acting(check.asked_by, Standing()) if check.asked_by else system("verification")
    with transaction.atomic():
        check.save()
        audit.record(
            who,
            "audit.verified",
            workspace_id=check.workspace_id,
            object_type="audit",
            object_id=None,
            result=AuditResult.FAILED if check.code else AuditResult.DONE,
            reason=check.finding,
            detail={
                "check": str(check.id),
                "events": check.events,
                "logs": check.logs,
                "checkpoints": check.checkpoints,
                "outside": check.outside,
                "bad_seq": check.bad_seq,
            },
        )
