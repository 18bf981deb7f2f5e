"""Rules that take something away: made and lifted by whoever manages members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import ask_instead
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.models import Policy, Request, Workspace
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


def lift_policy(principal: Principal, policy_id: UUID, *, reason: str = "") -> Request | None:
    """Where a second person is demanded, it is asked for; then nothing changes, and the answer is the request."""
    with transaction.atomic():
        policy = _liftable(principal, policy_id)
        asked = _ask_to_lift(principal, policy, reason)
        if asked is None:
            _lift(principal, policy, {"alone": True})
    return asked


def lift_agreed(principal: Principal, asker: Principal, policy_id: UUID, detail: dict[str, Any]) -> None:
    """What the principal agreed to. Part of their transaction. Raises `Denied` where the asker may not do it any more,
    and `NotFound` where it was lifted since."""
    _lift(principal, _liftable(asker, policy_id), detail)


def _liftable(principal: Principal, policy_id: UUID) -> Policy:
    rows = Policy.objects.select_for_update(of=("self",)).select_related("member__user", "team")
    policy = rows.find(principal, policy_id)
    principal.require("member:manage", policy.workspace_id, object_type="policy", object_id=policy.id)
    return policy


def _ask_to_lift(principal: Principal, policy: Policy, reason: str) -> Request | None:
    member, team = policy.member, policy.team
    payload = {
        "what": "rule",
        "user": str(member.user_id) if member else None,
        "whom": "" if policy.role else next(iter(policy.against.values())),
        "role": policy.role,
        "verbs": sorted(policy.verbs),
        "about": policy.object_name,
    }
    gains = [member.user_id] if member else list(team.members.values_list("user_id", flat=True)) if team else []
    # By its reason: a name of whom it is against would stay in the trail.
    subject = Subject(type="policy", id=policy.id, name=policy.reason)
    return ask_instead(principal, policy.workspace_id, subject, payload, reason, gains=gains)


def _lift(principal: Principal, policy: Policy, detail: dict[str, Any]) -> None:
    before = facts(policy)
    Policy.objects.filter(pk=policy.pk).delete()
    _record(principal, "policy.lifted", policy, before=before, detail=detail)


def _record(
    principal: Principal,
    action: str,
    policy: Policy,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    detail: dict[str, Any] | None = None,
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
        detail={**policy.against, **(detail or {})},
    )
