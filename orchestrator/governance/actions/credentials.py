"""Accounts at other systems."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.governance import audit
from orchestrator.governance.credentials import seal
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import Principal


def add_credential(
    principal: Principal, workspace_id: UUID, *, name: str, kind: str, secret: dict[str, str], hosts: list[str]
) -> Credential:
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
        principal.require("credential:edit", workspace.id, object_type="credential")
        if Credential.objects.filter(workspace=workspace, name=name).exists():
            raise Conflict("name_taken", f"There is a connection named {name!r} already. Choose another name.")
        credential = Credential(workspace=workspace, name=name, kind=kind, hosts=hosts, created_by_id=principal.id)
        seal(credential, secret)
        credential.save(force_insert=True)
        _record(principal, "credential.created", credential, after={"kind": kind, "hosts": hosts})
    return credential


def delete_credential(principal: Principal, credential_id: UUID) -> None:
    with transaction.atomic():
        credential = Credential.objects.select_for_update().find(principal, credential_id)
        principal.require("credential:edit", credential.workspace_id, object_type="credential", object_id=credential.id)
        Credential.objects.filter(id=credential.id).delete()
        _record(
            principal, "credential.deleted", credential, before={"kind": credential.kind, "hosts": credential.hosts}
        )


def _record(
    principal: Principal, action: str, credential: Credential, *, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=credential.workspace_id,
        object_type="credential",
        object_id=credential.id,
        object_name=credential.name,
        before=before,
        after=after,
    )
