"""How the trail of a workspace is kept: from which event to which, signed up to where, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.guards import missing_guards
from orchestrator.governance.models import AuditCheckpoint, AuditHead, AuditLink
from orchestrator.governance.principal import Principal
from orchestrator.governance.signing import public_keys


@dataclass(frozen=True, kw_only=True)
class Integrity:
    first_seq: int
    """Of the oldest event there is; 0: there is none."""
    last_seq: int
    newest: AuditCheckpoint | None
    """The newest checkpoint."""
    checkpoints: int
    not_kept: int
    """So many wait for the place outside."""
    outside: bool
    """Whether that place is apart from the data folder."""
    missing_guards: list[str]
    public_keys: dict[str, str]
    """Name of a key -> the public half, in hex."""
    months: int
    legal_hold: bool


def integrity_of(principal: Principal, workspace_id: UUID) -> Integrity:
    workspace = enter(principal, workspace_id, "audit:read")
    links = AuditLink.objects.filter(workspace_id=workspace.id).order_by("seq")
    rows = AuditCheckpoint.objects.filter(workspace_id=workspace.id)
    return Integrity(
        first_seq=links.values_list("seq", flat=True).first() or 0,
        last_seq=AuditHead.objects.filter(workspace_id=workspace.id).values_list("seq", flat=True).first() or 0,
        newest=rows.order_by("-seq").first(),
        checkpoints=rows.count(),
        not_kept=rows.filter(kept_at=None).count(),
        outside=bool(settings.CHECKPOINTS_URL),
        missing_guards=missing_guards(),
        public_keys={name: key.hex() for name, key in public_keys().items()},
        months=workspace.trail_months,
        legal_hold=workspace.legal_hold,
    )
