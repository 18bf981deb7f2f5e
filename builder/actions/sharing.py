"""Whom a workflow is shared with, who sees it at all, and who asks to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from builder.actions.locking import locked_row, record, require
from builder.models import Access, AccessRequest, Workflow, WorkflowGrant
from orchestrator.api.errors import Conflict
from orchestrator.governance.actions.granting import ask_instead, carry_out, told
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.actions.sharing import ask_to_share, wanted_grant, widens
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.models import Membership, Request
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import WORKFLOWS, Level, require_sharing, verbs_on


def grant(
    principal: Principal,
    workflow: Workflow,
    *,
    level: Level,
    user: UUID | None = None,
    team: UUID | None = None,
    expires_at: datetime | None = None,
    reason: str = "",
) -> WorkflowGrant | Request:
    """Share the workflow with a person or a team of its workspace. Raises `Conflict` where it is shared already.

    Where a second person is demanded, the answer is the request.
    """
    with transaction.atomic():
        locked = _shared_by(principal, workflow, level)
        member, group = member_of(locked.workspace_id, user), team_of(locked.workspace_id, team)
        if member is not None and member.user_id == locked.owner_id:
            raise Conflict("owns_it", f"{member.user.name} owns this workflow already.")
        if WorkflowGrant.objects.filter(workflow=locked, member=member, team=group).exists():
            raise Conflict("shared_already", "It is shared with them already. Change what they may do instead.")
        made = WorkflowGrant(
            workflow=locked, member=member, team=group, level=level, expires_at=expires_at, granted_by_id=principal.id
        )
        if (asked := ask_to_share(principal, locked.workspace_id, subject_of(locked), made, None, reason)) is not None:
            return asked
        _save_new(principal, locked, made, reason, {"alone": True})
    return made


def _save_new(
    principal: Principal, workflow: Workflow, made: WorkflowGrant, reason: str, detail: dict[str, Any]
) -> None:
    """Whoever asked to be let in has their answer. `workflow` is the locked row."""
    made.save(force_insert=True)
    AccessRequest.objects.filter(workflow=workflow, member=made.member).delete()
    record(principal, "workflow.shared", workflow, after=made.facts, reason=reason, detail={**made.whom, **detail})


def change_grant(
    principal: Principal, grant: WorkflowGrant, changes: dict[str, Any], *, reason: str = ""
) -> WorkflowGrant | Request:
    """`changes` holds level, expires_at, or both. Where a second person is demanded for more than before, the answer
    is the request."""
    with transaction.atomic():
        locked = _shared_by(principal, grant.workflow, None)
        grant.read_again()
        require_sharing(principal, locked, Level(changes.get("level", grant.level)))
        before, wider = grant.facts, widens(grant, changes)
        for field, value in changes.items():
            setattr(grant, field, value)
        if wider:
            asked = ask_to_share(principal, locked.workspace_id, subject_of(locked), grant, before, reason)
            if asked is not None:
                return asked
        if grant.facts != before:
            _save_changed(principal, locked, grant, before, reason, {"alone": True} if wider else {})
    return grant


def _save_changed(
    principal: Principal,
    workflow: Workflow,
    grant: WorkflowGrant,
    before: dict[str, Any],
    reason: str,
    detail: dict[str, Any],
) -> None:
    grant.save(update_fields=["level", "expires_at"])
    told = {**grant.whom, **detail}
    record(
        principal, "workflow.sharing_changed", workflow, before=before, after=grant.facts, reason=reason, detail=told
    )


def end_grant(principal: Principal, grant: WorkflowGrant) -> None:
    """Stop sharing with this person or team, at once."""
    with transaction.atomic():
        locked = _shared_by(principal, grant.workflow, None)
        grant.read_again()
        before, whom = grant.facts, grant.whom
        WorkflowGrant.objects.filter(pk=grant.pk).delete()
        record(principal, "workflow.unshared", locked, before=before, detail=whom)


def set_access(principal: Principal, workflow: Workflow, access: Access, *, reason: str = "") -> Workflow | Request:
    """Open it to everybody of the workspace, or keep it to those who are named. Where a second person is demanded for
    opening it, the answer is the request."""
    with transaction.atomic():
        locked = _shared_by(principal, workflow, None)
        wider = locked.access != access and access == Access.WORKSPACE
        if wider:
            payload = {"what": "access", "before": locked.access, "access": str(access)}
            asked = ask_instead(principal, locked.workspace_id, subject_of(locked), payload, reason)
            if asked is not None:
                return asked
        _set_access(principal, locked, access, reason, {"alone": True} if wider else None)
    return locked


def _set_access(
    principal: Principal, workflow: Workflow, access: str, reason: str, detail: dict[str, Any] | None
) -> None:
    before = workflow.access
    if before != access:
        workflow.access = access
        workflow.save(update_fields=["access"])
        told = {"before": {"access": before}, "after": {"access": access}}
        record(principal, "workflow.access_changed", workflow, **told, reason=reason, detail=detail)


def share_approved(request: UUID, principal: Principal) -> None:
    """Carry out what was agreed to about the sharing of a workflow. Subscribes to `request.approved`."""

    def share(agreed: Request, asker: Principal) -> None:
        payload, detail = agreed.payload, told(agreed)
        level = Level(payload["level"]) if payload["what"] == "share" else None
        locked = _shared_by(asker, Workflow.objects.get(pk=agreed.object_id), level)
        if payload["what"] == "access":
            _set_access(principal, locked, payload["access"], "", detail)
            return
        wanted = wanted_grant(WorkflowGrant.objects.filter(workflow=locked), locked.workspace_id, payload)
        if wanted.row is None:
            made = WorkflowGrant(workflow=locked, granted_by_id=asker.id, **wanted.fields)
            _save_new(principal, locked, made, "", detail)
        else:
            before = wanted.row.facts
            wanted.apply()
            _save_changed(principal, locked, wanted.row, before, "", detail)

    carry_out(request, "workflow", share)


def subject_of(workflow: Workflow) -> Subject:
    return Subject(type="workflow", id=workflow.pk, name=workflow.name)


def ask_for_access(principal: Principal, workflow_id: UUID, *, level: Level, note: str) -> None:
    """Tell owner and administrators that somebody wants in. What cannot be asked for is answered like the rest."""
    workflow = Workflow.objects.filter(pk=workflow_id, workspace__in=principal.workspaces()).first()
    if workflow is None or WORKFLOWS.gives[level] <= verbs_on(principal, workflow):
        return
    member = Membership.objects.get(workspace_id=workflow.workspace_id, user_id=principal.id)
    with transaction.atomic():
        AccessRequest.objects.update_or_create(
            workflow=workflow, member=member, defaults={"level": level, "note": note}
        )
        record(principal, "access.requested", workflow, detail={"level": str(level)}, reason=note)


def grant_request(
    principal: Principal,
    request: AccessRequest,
    *,
    level: Level,
    expires_at: datetime | None = None,
    reason: str = "",
) -> WorkflowGrant | Request:
    """Answer a request with yes; somebody who is named already gets the level asked for. Where a second person is
    demanded, the answer is the request to them, and whoever asked to be let in waits on."""
    with transaction.atomic():
        known = WorkflowGrant.objects.filter(workflow=request.workflow, member=request.member).first()
        wanted = {"level": level, "expires_at": expires_at}
        if known is not None:
            made = change_grant(principal, known, wanted, reason=reason)
        else:
            user = request.member.user_id
            made = grant(principal, request.workflow, user=user, reason=reason, **wanted)
        if isinstance(made, WorkflowGrant):
            AccessRequest.objects.filter(pk=request.pk).delete()
    return made


def decline_request(principal: Principal, request: AccessRequest) -> None:
    with transaction.atomic():
        locked = _shared_by(principal, request.workflow, None)
        AccessRequest.objects.filter(pk=request.pk).delete()
        whom = {"person": request.member.user.name}
        record(principal, "access.declined", locked, detail=whom)


def _shared_by(principal: Principal, workflow: Workflow, level: Level | None) -> Workflow:
    """The locked row, for somebody who may share it."""
    require(principal, "workflow:share", workflow)
    locked = locked_row(workflow)
    require_sharing(principal, locked, level)
    return locked
