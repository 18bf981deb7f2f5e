"""Settings of a workspace."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orchestrator.api.errors import Conflict
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import OUTDATED, asker_of, told
from orchestrator.governance.actions.requests import Subject, ask, finish, second_person_required, void_requests
from orchestrator.governance.data_keys import begin_sealing, forget
from orchestrator.governance.guarded import GUARDED
from orchestrator.governance.models import Request, Workspace
from orchestrator.governance.principal import Principal
from orchestrator.governance.requests import RequestKind
from orchestrator.governance.second_factors import is_protected

KINDS = frozenset({guard.kind for guard in GUARDED.values()})


def enter(principal: Principal, workspace_id: UUID, verb: str) -> Workspace:
    """The workspace, for somebody who holds `verb` there. Raises `NotFound` to strangers, `Denied` to members."""
    workspace = Workspace.objects.find(principal, workspace_id)
    principal.require(verb, workspace.id, object_type="workspace", object_id=workspace.id)
    return workspace


def change_settings(
    principal: Principal, workspace_id: UUID, changes: dict[str, Any], *, reason: str = ""
) -> tuple[Workspace, list[Request]]:
    """`changes` holds any of the fields of `WorkspaceChangeSerializer`.

    Where the workspace demands a second person, what lets through more than before (`guarded.py`) is asked for, one
    request a kind; the rest happens at once.
    """
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
        principal.require("workspace:manage", workspace.id, object_type="workspace", object_id=workspace.id)
        if changes.get("second_factor_required"):
            _refuse_shutting_oneself_out(principal)
        guarded = _guarded(workspace, changes)
        required = bool(guarded) and second_person_required(workspace.id)
        now = {field: value for field, value in changes.items() if not (required and field in guarded)}
        requests = _ask(principal, workspace, {field: changes[field] for field in guarded}, reason) if required else []
        if now or not requests:
            _change(principal, workspace, now, reason, {"alone": True} if guarded and not required else None)
    return workspace, requests


def apply_approved(request: UUID, principal: Principal) -> None:
    """Change what somebody agreed to. Subscribes to `request.approved`."""
    agreed = Request.objects.select_related("requester").get(id=request)
    if agreed.kind not in KINDS:
        return
    workspace = Workspace.objects.select_for_update().get(id=agreed.workspace_id)
    fields = agreed.payload["changes"]
    changed_since = any(getattr(workspace, field) != one["before"] for field, one in fields.items())
    if changed_since or not asker_of(agreed).may("workspace:manage", workspace.id):
        raise Conflict("request_outdated", OUTDATED)
    finish(agreed.id)
    changes = {field: one["after"] for field, one in fields.items()}
    _change(principal, workspace, changes, agreed.reason, dict(told(agreed)))


def _refuse_shutting_oneself_out(principal: Principal) -> None:
    if principal.id is not None and not is_protected(principal.id):
        raise Conflict(
            "second_factor_first", "Set up a second factor for yourself first: the workspace would shut you out."
        )


def _guarded(workspace: Workspace, changes: dict[str, Any]) -> list[str]:
    """Those of the changes that let through more than before."""
    return [
        field
        for field, value in changes.items()
        if field in GUARDED
        and value != getattr(workspace, field)
        and GUARDED[field].widens(getattr(workspace, field), value)
    ]


def _ask(principal: Principal, workspace: Workspace, changes: dict[str, Any], reason: str) -> list[Request]:
    by_kind: dict[str, dict[str, Any]] = defaultdict(dict)
    for field, value in changes.items():
        by_kind[GUARDED[field].kind][field] = {"before": getattr(workspace, field), "after": value}
    return [_ask_one(principal, workspace, kind, {"changes": fields}, reason) for kind, fields in by_kind.items()]


def _ask_one(principal: Principal, workspace: Workspace, kind: str, payload: dict[str, Any], reason: str) -> Request:
    """The same is asked for once; something else takes the place of what was asked for before."""
    known = Request.objects.open().filter(workspace=workspace, kind=kind, payload=payload).first()
    if known is not None:
        return known
    void_requests(principal, workspace.id, [kind], workspace.id)
    subject = Subject(type="workspace", id=workspace.id, name=workspace.name)
    return ask(principal, workspace.id, kind=kind, subject=subject, payload=payload, reason=reason)


def _change(
    principal: Principal, workspace: Workspace, changes: dict[str, Any], reason: str, detail: dict[str, Any] | None
) -> None:
    """`workspace` is the locked row."""
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
        reason=reason,
        detail=detail,
    )


def _seen(principal: Principal, workspace_id: UUID) -> Q:
    overseers = principal.may("workspace:manage", workspace_id) or principal.may("audit:read", workspace_id)
    return Q() if overseers else Q(pk__in=[])


def _decides(principal: Principal, request: Request) -> bool:
    return principal.may("workspace:manage", request.workspace_id)


RULES = RequestKind(verb="workspace:manage", seen=_seen, decides=_decides)
