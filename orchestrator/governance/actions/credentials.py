"""Accounts at other systems."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import IntegrityError, transaction
from django.utils import timezone

from orchestrator.api.errors import Conflict
from orchestrator.connectors.http import HttpClient
from orchestrator.engine.errors import StepFailed
from orchestrator.governance import audit
from orchestrator.governance.credentials import headers_for, seal
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import AuditResult, Credential, Workspace
from orchestrator.governance.principal import Principal
from orchestrator.governance.tenancy import TenantQuerySet

TRIAL_SECONDS = 10


def add_credential(
    principal: Principal,
    workspace_id: UUID,
    *,
    name: str,
    kind: str,
    secret: dict[str, str],
    hosts: list[str],
    node_types: Sequence[str] = (),
    workflows: Sequence[UUID] = (),
) -> Credential:
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
        principal.require("credential:edit", workspace.id, object_type="credential")
        _refuse_taken(Credential.objects.filter(workspace=workspace), name)
        credential = Credential(workspace=workspace, name=name, kind=kind, hosts=hosts, created_by_id=principal.id)
        credential.node_types, credential.workflows = list(node_types), list(workflows)
        seal(credential, secret)
        credential.save(force_insert=True)
        _record(principal, "credential.created", credential, after={"kind": kind, **_limits(credential)})
    return credential


def change_credential(principal: Principal, credential_id: UUID, changes: dict[str, Any]) -> Credential:
    """`changes` holds any of name, secret, hosts, node_types and workflows. A secret takes the place of the one before.

    Runs under way use what is there when they ask.
    """
    with transaction.atomic():
        credential = Credential.objects.select_for_update().find(principal, credential_id)
        principal.require("credential:edit", credential.workspace_id, object_type="credential", object_id=credential.id)
        before = {"name": credential.name, **_limits(credential)}
        plain = {field: value for field, value in changes.items() if field != "secret"}
        if plain.get("name", credential.name) != credential.name:
            _refuse_taken(Credential.objects.filter(workspace=credential.workspace_id), plain["name"])
        for field, value in plain.items():
            setattr(credential, field, value)
        if "secret" in changes:
            seal(credential, changes["secret"])
            credential.secret_set_at = timezone.now()
        try:
            with transaction.atomic():
                credential.save()
        except IntegrityError as error:  # somebody else chose the name a moment ago
            raise _taken(credential.name) from error
        after = {"name": credential.name, **_limits(credential)}
        changed = {field for field in after if after[field] != before[field]}
        _record(
            principal,
            "credential.changed",
            credential,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
            detail={"secret_replaced": "secret" in changes},
        )
    return credential


def _refuse_taken(among: TenantQuerySet[Credential], name: str) -> None:
    if among.filter(name=name).exists():
        raise _taken(name)


def _taken(name: str) -> Conflict:
    return Conflict("name_taken", f"There is a connection named {name!r} already. Choose another name.")


def _limits(credential: Credential) -> dict[str, list[str]]:
    return {
        "hosts": list(credential.hosts),
        "node_types": list(credential.node_types),
        "workflows": [str(workflow) for workflow in credential.workflows],
    }


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
    place = credential.workspace
    workspace = place.id
    # Who looks after connections need not be one who builds with them.
    if not principal.may("credential:edit", workspace) and not principal.may("credential:use", workspace):
        raise Denied("credential:use", workspace_id=workspace, object_type="credential", object_id=credential.id)
    begun = time.monotonic()
    try:
        headers = headers_for(workspace, str(credential.id), address)
        status = async_to_sync(_status)(place, address, headers)
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
        detail = {"address": _place(address), "outcome": trial.outcome, "status": trial.status}
        _record(principal, "credential.tried", credential, detail=detail, result=result)
    return trial


async def _status(workspace: Workspace, address: str, headers: dict[str, str]) -> int:
    client = HttpClient(allowed_hosts=workspace.allowed_hosts, limits=workspace.limits)
    try:
        return (await client.send("GET", address, headers=headers, timeout_s=TRIAL_SECONDS)).status
    finally:
        await client.close()


def _place(address: str) -> str:
    """The address without what may hold a secret or a name: its query, and whoever signs in by it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


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
        _record(principal, "credential.deleted", credential, before={"kind": credential.kind, **_limits(credential)})


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
