"""Whom a workflow is shared with, who sees it at all, and who asks to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from builder.actions.locking import locked_row, record, require
from builder.models import Access, AccessRequest, Workflow, WorkflowGrant
from orchestrator.api.errors import Conflict, NotFound
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import Membership, Team
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import GIVES, Level, verbs_on


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
        member, group = _member(locked, user), _team(locked, team)
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
        record(principal, "workflow.shared", locked, after=_facts(made), detail=_whom(made))
    return made


def change_grant(principal: Principal, grant: WorkflowGrant, changes: dict[str, Any]) -> WorkflowGrant:
    """`changes` holds level, expires_at, or both."""
    with transaction.atomic():
        locked = _shared_by(principal, grant.workflow, Level(changes.get("level", grant.level)))
        before = _facts(grant)
        for field, value in changes.items():
            setattr(grant, field, value)
        if _facts(grant) != before:
            grant.save(update_fields=list(changes))
            record(
                principal, "workflow.sharing_changed", locked, before=before, after=_facts(grant), detail=_whom(grant)
            )
    return grant


def end_grant(principal: Principal, grant: WorkflowGrant) -> None:
    """Stop sharing with this person or team, at once."""
    with transaction.atomic():
        locked = _shared_by(principal, grant.workflow, None)
        before, whom = _facts(grant), _whom(grant)
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
    if workflow is None or GIVES[level] <= verbs_on(principal, workflow):
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
    """The locked row, for somebody who may share it. An owner gives on only what they may themselves."""
    require(principal, "workflow:share", workflow)
    locked = locked_row(workflow)
    by_role = principal.may("workflow:share", locked.workspace_id)
    if level is not None and not by_role and not GIVES[level] <= verbs_on(principal, locked) | GIVES[Level.USE]:
        raise Denied(
            "workflow:share",
            workspace_id=locked.workspace_id,
            object_type="workflow",
            object_id=locked.pk,
            message="You cannot edit this workflow yourself, so you can share it as “Can use” only.",
        )
    return locked


def _member(workflow: Workflow, user: UUID | None) -> Membership | None:
    if user is None:
        return None
    members = Membership.objects.select_related("user").filter(workspace_id=workflow.workspace_id, user_id=user)
    return _found(members.first())


def _team(workflow: Workflow, team: UUID | None) -> Team | None:
    return None if team is None else _found(Team.objects.filter(workspace_id=workflow.workspace_id, pk=team).first())


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound("nobody", "They are not in this workspace any more. Choose somebody else.")
    return row


def _facts(grant: WorkflowGrant) -> dict[str, Any]:
    return {"level": str(grant.level), "expires_at": grant.expires_at.isoformat() if grant.expires_at else None}


def _whom(grant: WorkflowGrant) -> dict[str, str]:
    return {"team" if grant.team_id else "person": grant.name}
