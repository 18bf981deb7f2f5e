"""The register of AI systems as a file."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from orchestrator.assets.register import lines
from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import Principal


def export_register(principal: Principal, workspace_id: UUID) -> Iterator[str]:
    """The lines of the file. Its writing stands in the trail."""
    workspace = enter(principal, workspace_id, "asset:read")
    with transaction.atomic():
        audit.record(
            principal,
            "register.exported",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=workspace.name,
        )
    return lines(workspace.id)
