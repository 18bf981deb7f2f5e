"""Keeping and using the secrets of connections."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from orchestrator.connectors.egress import read_url
from orchestrator.connectors.secret import Secret
from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.governance import audit
from orchestrator.governance.errors import CredentialUnreadable, Unsealable
from orchestrator.governance.models import AuditResult, Credential, CredentialKind
from orchestrator.governance.principal import system

DEFAULT_PORTS = {"http": 80, "https": 443}

SECRET_FIELDS: dict[str, tuple[str, ...]] = {
    "bearer": ("token",),
    "basic": ("username", "password"),
    "header": ("name", "value"),
}
"""Kind of credential -> the fields of its secret."""


def seal(credential: Credential, secret: dict[str, str]) -> None:
    """Put `secret` into the row, unsaved. Only this row, in this workspace, can open it."""
    credential.close(json.dumps(secret).encode())


def reveal(credential: Credential) -> dict[str, str]:
    """The secret, for a run that uses it; never for an answer. Raises `CredentialUnreadable`."""
    try:
        return json.loads(credential.open())
    except Unsealable as error:
        raise _unreadable(credential, str(error)) from error


@dataclass(frozen=True, kw_only=True)
class Use:
    """What uses connections in this moment: a step of a workflow, itself or by way of a model, a tool or an agent."""

    node_type: str
    workflow: UUID | None


def headers_for(
    workspace_id: UUID, credential_id: str, url: str, use: Callable[[], Use | None] | None = None
) -> dict[str, str]:
    """The headers that sign a request of a run in: `Secret`s, which no answer brings back. Raises `NotSent`.

    Only for the kinds of steps and the workflows that the credential is for, and only towards its own hosts. `use` says
    who asks, where that matters; outside of every step (None) there are no limits but the hosts.
    """
    credential = Credential.objects.filter(workspace_id=workspace_id, id=_id(credential_id)).first()
    if credential is None:
        raise NotSent(
            ErrorCategory.CONFIG,
            "credential_missing",
            "The connection of this step is gone.",
            hint="Choose another one.",
        )
    if use is not None and (credential.node_types or credential.workflows):
        _refuse_use(credential, use())
    if _host(url).isdisjoint(credential.hosts):
        raise NotSent(
            ErrorCategory.CONFIG,
            "credential_host",
            f"The connection {credential.name!r} must not be sent to this address.",
            hint=f"It belongs to {', '.join(credential.hosts)}.",
        )
    try:
        return _headers(credential.kind, reveal(credential))
    except CredentialUnreadable as error:
        raise NotSent(ErrorCategory.CONFIG, "credential_unreadable", str(error)) from error


def _refuse_use(credential: Credential, use: Use | None) -> None:
    if use is None:
        return
    if credential.node_types and use.node_type not in credential.node_types:
        message = f"The connection {credential.name!r} is not meant for steps of this kind."
        code = "credential_step"
    elif credential.workflows and use.workflow not in credential.workflows:
        message, code = f"The connection {credential.name!r} is not meant for this workflow.", "credential_workflow"
    else:
        return
    hint = "Choose another one, or ask whoever looks after connections to allow it."
    raise NotSent(ErrorCategory.CONFIG, code, message, hint=hint)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _host(url: str) -> set[str]:
    """The forms under which a credential may list the host of `url`: with its port, and bare for the scheme's own."""
    target = read_url(url)  # the one reader of addresses: what is compared here is what will be called
    name = f"[{target.host}]" if ":" in target.host else target.host
    named = f"{name}:{target.port}"
    return {named, name} if target.port == DEFAULT_PORTS[target.scheme] else {named}


def _headers(kind: str, secret: dict[str, str]) -> dict[str, str]:
    if kind == CredentialKind.HEADER:
        return {secret["name"]: Secret(secret["value"])}
    if kind == CredentialKind.BASIC:
        pair = base64.b64encode(f"{secret['username']}:{secret['password']}".encode()).decode()
        return {"Authorization": Secret(f"Basic {pair}", pair, secret["password"])}
    return {"Authorization": Secret(f"Bearer {secret['token']}", secret["token"])}


def _unreadable(credential: Credential, why: str) -> CredentialUnreadable:
    with transaction.atomic():
        audit.record(
            system("credentials"),
            "credential.unreadable",
            workspace_id=credential.workspace_id,
            object_type="credential",
            object_id=credential.id,
            object_name=credential.name,
            result=AuditResult.FAILED,
            reason=why,
        )
    return CredentialUnreadable(f"Connection {credential.name!r} cannot be used: {why}. Delete it and add it again.")
