"""Sealing, opening and using secrets: AES-256-GCM, bound to the row they belong to."""

from __future__ import annotations

import base64
import json
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from orchestrator.connectors.egress import read_url
from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.governance import audit
from orchestrator.governance.errors import CredentialUnreadable
from orchestrator.governance.keys import ring, sealing_key
from orchestrator.governance.models import AuditResult, Credential, CredentialKind
from orchestrator.governance.principal import system

NONCE_BYTES = 12
DEFAULT_PORTS = {"http": 80, "https": 443}

SECRET_FIELDS: dict[str, tuple[str, ...]] = {
    "bearer": ("token",),
    "basic": ("username", "password"),
    "header": ("name", "value"),
}
"""Kind of credential -> the fields of its secret."""


def seal(credential: Credential, secret: dict[str, str]) -> None:
    """Put `secret` into the row, unsaved. Only this row, in this workspace, can open it."""
    name, key = sealing_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    credential.key = name
    credential.sealed = nonce + AESGCM(key).encrypt(nonce, json.dumps(secret).encode(), _bound_to(credential))


def reveal(credential: Credential) -> dict[str, str]:
    """The secret, for a run that uses it; never for an answer. Raises `CredentialUnreadable`."""
    key, sealed = ring().get(credential.key), bytes(credential.sealed)
    if key is None:
        raise _unreadable(credential, f"its key {credential.key!r} is not in the ring")
    try:
        secret = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(credential))
    except (InvalidTag, ValueError) as error:
        raise _unreadable(credential, "its secret was not sealed for this row") from error
    return json.loads(secret)


def headers_for(workspace_id: UUID, credential_id: str, url: str) -> dict[str, str]:
    """The headers that sign a request of a run in; only towards the credential's own hosts. Raises `NotSent`."""
    credential = Credential.objects.filter(workspace_id=workspace_id, id=_id(credential_id)).first()
    if credential is None:
        raise NotSent(
            ErrorCategory.CONFIG,
            "credential_missing",
            "The connection of this step is gone.",
            hint="Choose another one.",
        )
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
        return {secret["name"]: secret["value"]}
    if kind == CredentialKind.BASIC:
        pair = base64.b64encode(f"{secret['username']}:{secret['password']}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {"Authorization": f"Bearer {secret['token']}"}


def _bound_to(credential: Credential) -> bytes:
    return f"governance_credential,{credential.id},{credential.workspace_id}".encode()


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
