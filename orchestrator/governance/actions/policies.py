"""Rules that take something away: made and lifted by whoever manages members."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.governance import audit
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.models import Policy, Workspace
from orchestrator.governance.policies import DENIABLE, DENIABLE_ON, facts
from orchestrator.governance.principal import Principal
from orchestrator.governance.tenancy import TenantQuerySet

MOST = 200
"""Every request reads those against whoever sends it."""


def policies_of(principal: Principal, workspace_id: UUID) -> TenantQuerySet[Policy]:
    workspace = enter(principal, workspace_id, "member:read")
    return Policy.objects.filter(workspace=workspace).select_related("member__user", "team", "created_by")


def create_policy(
    principal: Principal,
    workspace_id: UUID,
    *,
    verbs: Sequence[str],
    reason: str,
    user: UUID | None = None,
    team: UUID | None = None,
    role: str = "",
    about: Subject | None = None,
) -> Policy:
    """From now on they may not, whatever roles and sharing give. Against a member, a team or a role; `about` one thing
    that the caller has found in the workspace, or everything."""
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update(no_key=True).find(principal, workspace_id)
        principal.require("member:manage", workspace.id, object_type="policy")
        if Policy.objects.filter(workspace=workspace).count() >= MOST:
            raise Conflict("too_many_policies", f"A workspace has at most {MOST} rules. Lift one that is not needed.")
        if free := sorted(set(verbs) - (DENIABLE_ON[about.type] if about else DENIABLE)):
            raise Invalid("not_deniable", "No rule can take this away: it would lock people out.", verbs=free)
        policy = Policy.objects.create(
            workspace=workspace,
            member=member_of(workspace.id, user),
            team=team_of(workspace.id, team),
            role=role,
            verbs=sorted(set(verbs)),
            object_type=about.type if about else "",
            object_id=about.id if about else None,
            object_name=about.name[:200] if about else "",
            reason=reason,
            created_by_id=principal.id,
        )
        _record(principal, "policy.created", policy, after=facts(policy))
    return policy


def lift_policy(principal: Principal, policy_id: UUID) -> None:
    with transaction.atomic():
        rows = Policy.objects.select_for_update(of=("self",)).select_related("member__user", "team")
        policy = rows.find(principal, policy_id)
        principal.require("member:manage", policy.workspace_id, object_type="policy", object_id=policy.id)
        before = facts(policy)
        Policy.objects.filter(pk=policy.pk).delete()
        _record(principal, "policy.lifted", policy, before=before)


def _record(
    principal: Principal,
    action: str,
    policy: Policy,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=policy.workspace_id,
        object_type="policy",
        object_id=policy.id,
        before=before,
        after=after,
        reason=policy.reason,
        detail=policy.against,
    )
