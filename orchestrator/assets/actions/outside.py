"""Asking other systems what they offer, for people who want to take some of it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction

from orchestrator.api.errors import Invalid
from orchestrator.connectors.http import HttpClient, HttpReply
from orchestrator.engine.errors import StepFailed
from orchestrator.governance import audit
from orchestrator.governance.credentials import headers_for
from orchestrator.governance.models import AuditResult, Workspace
from orchestrator.governance.principal import Principal

if TYPE_CHECKING:
    from orchestrator.connectors.mcp import Offered

SECONDS = 20
Given = TypeVar("Given")


def read_document(principal: Principal, workspace: Workspace, address: str) -> bytes:
    """What stands at the address. Raises `Invalid`."""
    reply = _asked(principal, workspace, address, _read(workspace, address))
    if reply.status != 200:
        raise Invalid("document_missing", f"There is no document at this address (status {reply.status}).")
    return reply.body


def tools_of(principal: Principal, workspace: Workspace, url: str, credential: UUID | None) -> list[Offered]:
    """The tools of an MCP server, asked with this connection. Raises `Invalid`; `Denied` without the right to it."""
    from orchestrator.connectors.mcp import (
        Server,
        list_tools,
        program_of,
    )  # takes more than a second, and few ever need it
    from orchestrator.connectors.transport import Transport

    headers: dict[str, str] = {}
    if credential is not None:
        principal.require("credential:use", workspace.id, object_type="credential", object_id=credential)
        try:
            headers = headers_for(workspace.id, str(credential), url)
        except StepFailed as error:
            raise _refused(error) from error
    hosts, limits = list(workspace.allowed_hosts), workspace.limits
    try:
        program = program_of(url, settings.MCP_PROGRAMS)
    except StepFailed as error:
        raise _refused(error) from error
    server = Server(
        url=url,
        transport=lambda: Transport(hosts, limits=limits),
        headers=headers,
        program=program,
        seconds=SECONDS,
    )
    return _asked(principal, workspace, url, list_tools(server))


def _asked(principal: Principal, workspace: Workspace, address: str, asking: Coroutine[Any, Any, Given]) -> Given:
    async def ask() -> Given:
        return await asking

    try:
        given = async_to_sync(ask)()
    except StepFailed as error:
        _record(principal, workspace, address, AuditResult.FAILED)
        raise _refused(error) from error
    _record(principal, workspace, address, AuditResult.DONE)
    return given


def _record(principal: Principal, workspace: Workspace, address: str, result: str) -> None:
    with transaction.atomic():
        audit.record(
            principal,
            "address.asked",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=address,
            result=result,
        )


def _refused(error: StepFailed) -> Invalid:
    said = error.error
    told = {"code": said.code, "node": None, "field": None, "message": said.message, "hint": said.hint}
    return Invalid(said.code, said.message, [told])


async def _read(workspace: Workspace, address: str) -> HttpReply:
    client = HttpClient(allowed_hosts=workspace.allowed_hosts, limits=workspace.limits)
    try:
        return await client.send("GET", address, headers={"Accept": "application/json"}, timeout_s=SECONDS)
    finally:
        await client.close()
