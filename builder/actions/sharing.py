"""Whom a workflow is shared with, who sees it at all, and who asks to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from builder.actions.locking import locked_row, record, require
from builder.models import Access, AccessRequest, Workflow, WorkflowGrant
from orchestrator.api.errors import Conflict
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.models import Membership
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
) -> WorkflowGrant:
    """Share the workflow with a person or a team of its workspace. Raises `Conflict` where it is shared already."""
    with transaction.atomic():
        locked = _shared_by(principal, workflow, level)
        member, group = member_of(locked.workspace_id, user), team_of(locked.workspace_id, team)
        if member is not None and member.user_id == locked.owner_id:
            raise Conflict("owns_it", f"{member.user.name} owns this workflow already.")
        if WorkflowGrant.objects.filter(workflow=locked, member=member, team=group).exists():
            raise Conflict("shared_already", "It is shared with them already. Change what they may do instead.")
        made = WorkflowGrant.objects.create(
            workflow=locked,
            member=member,
            team=group,
            level=level,
            expires_at=expires_at,
            granted_by_id=principal.id,
        )
        AccessRequest.objects.filter(workflow=locked, member=member).delete()
        record(principal, "workflow.shared", locked, after=made.facts, detail=made.whom)
    return made


def change_grant(principal: Principal, grant: WorkflowGrant, changes: dict[str, Any]) -> WorkflowGrant:
    """`changes` holds level, expires_at, or both."""
    with transaction.atomic():
        locked = _shared_by(principal, grant.workflow, Level(changes.get("level", grant.level)))
        before = grant.facts
        for field, value in changes.items():
            setattr(grant, field, value)
        if grant.facts != before:
            grant.save(update_fields=list(changes))
            record(principal, "workflow.sharing_changed", locked, before=before, after=grant.facts, detail=grant.whom)
    return grant


def end_grant(principal: Principal, grant: WorkflowGrant) -> None:
    """Stop sharing with this person or team, at once."""
    with transaction.atomic():
        locked = _shared_by(principal, grant.workflow, None)
        before, whom = grant.facts, grant.whom
        WorkflowGrant.objects.filter(pk=grant.pk).delete()
        record(principal, "workflow.unshared", locked, before=before, detail=whom)


def set_access(principal: Principal, workflow: Workflow, access: Access) -> Workflow:
    """Open it to everybody of the workspace, or keep it to those who are named."""
    with transaction.atomic():
        locked = _shared_by(principal, workflow, None)
        before = locked.access
        if before != access:
            locked.access = access
            locked.save(update_fields=["access"])
            record(principal, "workflow.access_changed", locked, before={"access": before}, after={"access": access})
    return locked


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
    principal: Principal, request: AccessRequest, *, level: Level, expires_at: datetime | None = None
) -> WorkflowGrant:
    """Answer a request with yes; somebody who is named already gets the level asked for."""
    with transaction.atomic():
        known = WorkflowGrant.objects.filter(workflow=request.workflow, member=request.member).first()
        if known is not None:
            made = change_grant(principal, known, {"level": level, "expires_at": expires_at})
        else:
            made = grant(principal, request.workflow, level=level, user=request.member.user_id, expires_at=expires_at)
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
