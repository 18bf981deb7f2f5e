"""Operations of HTTP interfaces, taken from their descriptions as tools."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict, Invalid, ProblemError
from orchestrator.assets.actions.outside import read_document
from orchestrator.assets.actions.registering import register_asset
from orchestrator.assets.models import Asset, Kind
from orchestrator.assets.taken import source_of, taken_tools
from orchestrator.assets.tools.tool import from_openapi
from orchestrator.connectors.openapi import Described, DocumentRefused, Interface, read_openapi
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A document as it was read, and which of its operations are tools here already."""

    digest: str
    """SHA-256, hexadecimal: what is taken is what was looked at."""
    interface: Interface
    taken: dict[str, Asset]
    """By the name of the operation."""


def look_at_interface(principal: Principal, workspace_id: UUID, *, document: str = "", address: str = "") -> Looked:
    """What a document describes; without one, what stands at `address`. Raises `Invalid`."""
    workspace = enter(principal, workspace_id, "asset:modify")
    return _look(principal, workspace, document, address)


def take_operations(
    principal: Principal,
    workspace_id: UUID,
    *,
    digest: str,
    operations: list[dict[str, Any]],
    document: str = "",
    address: str = "",
    credential: UUID | None = None,
) -> list[Asset]:
    """Each of `operations`, {operation, title, effect, approval}, as a tool that is live at once: all of them or none.

    Raises `Conflict` where the document is no longer the one that was looked at.
    """
    workspace = enter(principal, workspace_id, "asset:modify")
    looked = _look(principal, workspace, document, address)
    if looked.digest != digest:
        raise Conflict("document_changed", "The document has changed since you looked at it. Read it again.")
    described = {one.name: one for one in looked.interface.operations}
    account = str(credential) if credential else None
    with transaction.atomic():
        return [
            _take(principal, workspace, described, account, looked.interface.title, index, one)
            for index, one in enumerate(operations)
        ]


def _look(principal: Principal, workspace: Workspace, document: str, address: str) -> Looked:
    data = document.encode() if document else read_document(principal, workspace, address)
    try:
        interface = read_openapi(data, address)
    except DocumentRefused as error:
        raise Invalid("document_refused", str(error)) from error
    known = taken_tools(workspace.id)
    found = {one.name: known.get(_source(one)) for one in interface.operations}
    return Looked(
        digest=hashlib.sha256(data).hexdigest(),
        interface=interface,
        taken={name: row[0] for name, row in found.items() if row is not None},
    )


def _source(described: Described) -> tuple[str, ...]:
    return source_of({"type": "http", "operation": described.operation.model_dump(mode="json")})


def _take(
    principal: Principal,
    workspace: Workspace,
    described: dict[str, Described],
    credential: str | None,
    origin: str,
    index: int,
    wanted: dict[str, Any],
) -> Asset:
    found = described.get(wanted["operation"])
    if found is None:
        raise Invalid("operation_unknown", f"The document has no operation {wanted['operation']!r}. Read it again.")
    tool = from_openapi(found, credential).model_dump(mode="json")
    config = {**tool, "effect": wanted["effect"], "approval": wanted["approval"]}
    try:
        return register_asset(
            principal,
            workspace.id,
            name=wanted["title"],
            title=wanted["title"],
            kind=Kind.TOOL,
            description=found.description.partition("\n")[0],
            version={"config": config, "note": origin[:500]},
        )
    except ProblemError as error:
        told = [{**one, "field": f"operations.{index}"} for one in error.problems]
        raise Invalid(error.code, f"{found.name}: {error.detail}", told) from error
