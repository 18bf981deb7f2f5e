"""Accounts at other systems."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import StepFailed
from orchestrator.governance import audit
from orchestrator.governance.credentials import headers_for, seal
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import AuditResult, Credential, Workspace
from orchestrator.governance.principal import Principal

TRIAL_SECONDS = 10


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


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What the other system said to one request with the connection. It proves no more than that."""

    outcome: str
    """`accepted` (2xx), `refused` (401, 403), `answered` (any other status), `unreachable`."""
    address: str
    status: int | None
    milliseconds: int
    code: str = ""
    """Why it could not be reached."""
    message: str = ""
    hint: str = ""


def try_credential(principal: Principal, credential_id: UUID, address: str) -> Trial:
    """Read `address` once with the connection, through the same door as steps; nothing of the answer is handed on."""
    credential = Credential.objects.find(principal, credential_id)
    workspace = credential.workspace_id
    # Who looks after connections need not be one who builds with them.
    if not principal.may("credential:edit", workspace) and not principal.may("credential:use", workspace):
        raise Denied("credential:use", workspace_id=workspace, object_type="credential", object_id=credential.id)
    hosts = Workspace.objects.values_list("allowed_hosts", flat=True).get(id=workspace)
    begun = time.monotonic()
    try:
        headers = headers_for(workspace, str(credential.id), address)
        status = async_to_sync(_status)(hosts, address, headers)
        trial = Trial(outcome=_outcome(status), address=address, status=status, milliseconds=_since(begun))
    except StepFailed as failed:
        trial = Trial(
            outcome="unreachable",
            address=address,
            status=None,
            milliseconds=_since(begun),
            code=failed.error.code,
            message=failed.error.message,
            hint=failed.error.hint,
        )
    with transaction.atomic():
        result = AuditResult.DONE if trial.outcome in ("accepted", "answered") else AuditResult.FAILED
        detail = {"address": address, "outcome": trial.outcome, "status": trial.status}
        _record(principal, "credential.tried", credential, detail=detail, result=result)
    return trial


async def _status(hosts: list[str], address: str, headers: dict[str, str]) -> int:
    client = HttpClient(allowed_hosts=hosts)
    try:
        return (await client.send("GET", address, headers=headers, timeout_s=TRIAL_SECONDS)).status
    finally:
        await client.close()


def _outcome(status: int) -> str:
    if status in (401, 403):
        return "refused"
    return "accepted" if 200 <= status < 300 else "answered"


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def delete_credential(principal: Principal, credential_id: UUID) -> None:
    with transaction.atomic():
        credential = Credential.objects.select_for_update().find(principal, credential_id)
        principal.require("credential:edit", credential.workspace_id, object_type="credential", object_id=credential.id)
        Credential.objects.filter(id=credential.id).delete()
        _record(
            principal, "credential.deleted", credential, before={"kind": credential.kind, "hosts": credential.hosts}
        )


def _record(
    principal: Principal,
    action: str,
    credential: Credential,
    *,
    before: dict | None = None,
    after: dict | None = None,
    detail: dict | None = None,
    result: str = AuditResult.DONE,
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
        detail=detail,
        result=result,
    )
