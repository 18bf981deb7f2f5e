"""Settings of a workspace."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.governance import audit
from orchestrator.governance.data_keys import begin_sealing, forget
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal
from orchestrator.governance.second_factors import is_protected


def enter(principal: Principal, workspace_id: UUID, verb: str) -> Workspace:
    """The workspace, for somebody who holds `verb` there. Raises `NotFound` to strangers, `Denied` to members."""
    workspace = Workspace.objects.find(principal, workspace_id)
    principal.require(verb, workspace.id, object_type="workspace", object_id=workspace.id)
    return workspace


def change_settings(principal: Principal, workspace_id: UUID, changes: dict[str, Any]) -> Workspace:
    """`changes` holds any of the fields of `WorkspaceChangeSerializer`."""
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
        principal.require("workspace:manage", workspace.id, object_type="workspace", object_id=workspace.id)
        if changes.get("second_factor_required"):
            _refuse_shutting_oneself_out(principal)
        before = {field: getattr(workspace, field) for field in changes}
        for field, value in changes.items():
            setattr(workspace, field, value)
        workspace.save(update_fields=list(changes))
        if workspace.encrypt_data:
            begin_sealing(workspace)
        forget(workspace.id)
        audit.record(
            principal,
            "workspace.changed",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=workspace.name,
            before=before,
            after=changes,
        )
    return workspace


def _refuse_shutting_oneself_out(principal: Principal) -> None:
    if principal.id is not None and not is_protected(principal.id):
        raise Conflict(
            "second_factor_first", "Set up a second factor for yourself first: the workspace would shut you out."
        )
