"""Reading the trail, which is itself written to the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import AuditEvent, AuditResult
from orchestrator.governance.principal import Principal
from orchestrator.governance.sentences import TECHNICAL
from orchestrator.governance.tenancy import TenantQuerySet


def trail_of(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AuditEvent]:
    workspace = enter(principal, workspace_id, "audit:read")
    return AuditEvent.objects.visible_to(principal).filter(workspace_id=workspace.id)


def history_of(
    principal: Principal, workspace_id: UUID, objects: Mapping[str, Iterable[UUID]]
) -> TenantQuerySet[AuditEvent]:
    """What was done to some objects (by type), for somebody who may see them. Refused attempts are for auditors."""
    about = Q()
    for object_type, ids in objects.items():
        about |= Q(object_type=object_type, object_id__in=[str(id) for id in ids])
    events = AuditEvent.objects.visible_to(principal).filter(about, workspace_id=workspace_id)
    if principal.may("audit:read", workspace_id):
        return events
    return events.exclude(result=AuditResult.DENIED).exclude(action__in=TECHNICAL)


def note_reading(principal: Principal, workspace_id: UUID, filters: dict[str, str]) -> None:
    """Leave the mark of a reading, once a minute for the same person and filters."""
    if not audit.first_in_a_minute("read", principal.id, workspace_id, sorted(filters.items())):
        return
    with transaction.atomic():
        _record(principal, "audit.read", workspace_id, {"filters": filters})


def export(
    principal: Principal, workspace_id: UUID, filters: dict[str, str], format: str
) -> TenantQuerySet[AuditEvent]:
    """What there is to write out, as it is now. The export is told before its first line leaves the house."""
    workspace = enter(principal, workspace_id, "audit:export")
    events = AuditEvent.objects.visible_to(principal).filter(workspace_id=workspace.id)
    with transaction.atomic():
        told = _record(principal, "audit.exported", workspace.id, {"filters": filters, "format": format})
    return events.filter(seq__lt=told.seq)


def export_evidence(principal: Principal, workspace_id: UUID) -> tuple[str, int]:
    """The name of the workspace, and the number of the last event of the evidence: the one that tells of the export."""
    workspace = enter(principal, workspace_id, "audit:export")
    with transaction.atomic():
        told = _record(principal, "audit.exported", workspace.id, {"filters": {}, "format": "evidence"})
    return workspace.name, told.seq


def _record(principal: Principal, action: str, workspace_id: UUID, detail: dict[str, object]) -> AuditEvent:
    return audit.record(
        principal, action, workspace_id=workspace_id, object_type="audit", object_id=None, detail=detail
    )
