"""What people do in operations that leaves a mark."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import Principal
from orchestrator.operations.usage import Asked, lines


def export_usage(principal: Principal, workspace_id: UUID, asked: Asked, by: str) -> Iterator[str]:
    """The figures as a file. Its writing stands in the trail."""
    workspace = enter(principal, workspace_id, "usage:read")
    with transaction.atomic():
        audit.record(
            principal,
            "usage.exported",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=workspace.name,
            detail={"by": by, "since": asked.since, "until": asked.until},
        )
    return lines(principal, workspace, asked, by)
