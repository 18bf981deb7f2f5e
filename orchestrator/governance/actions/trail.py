"""Reading the trail, which is itself written to the trail."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import AuditEvent
from orchestrator.governance.principal import Principal
from orchestrator.governance.tenancy import TenantQuerySet


def trail_of(principal: Principal, workspace_id: UUID) -> TenantQuerySet[AuditEvent]:
    workspace = enter(principal, workspace_id, "audit:read")
    return AuditEvent.objects.visible_to(principal).filter(workspace_id=workspace.id)


def note_reading(principal: Principal, workspace_id: UUID, filters: dict[str, str]) -> None:
    """Leave the mark of a reading, once a minute for the same person and filters."""
    if not audit.first_in_a_minute("read", principal.id, workspace_id, sorted(filters.items())):
        return
    with transaction.atomic():
        audit.record(
            principal,
            "audit.read",
            workspace_id=workspace_id,
            object_type="audit",
            object_id=None,
            detail={"filters": filters},
        )
