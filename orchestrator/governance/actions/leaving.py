"""What belongs to a member, and what becomes of it when they leave. Each room tells of its own (`belongings.asked`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from orchestrator.api.announcements import announce
from orchestrator.governance import audit
from orchestrator.governance.models import AccessToken, Credential, Membership
from orchestrator.governance.principal import Principal
from orchestrator.governance.tenancy import TenantQuerySet


class Fate(StrEnum):
    HANDED_OVER = "handed_over"
    """Somebody else takes it over, or it is put away."""
    GIVEN_BACK = "given_back"
    """Somebody else of those who may can do it."""
    ENDS = "ends"
    STAYS = "stays"
    """With the workspace. Who made it may still know its secret."""


@dataclass(frozen=True, kw_only=True)
class Belonging:
    kind: str
    """workflow | run_as | asset | task | sharing | token | credential | service_account"""
    id: UUID
    name: str
    fate: Fate


def belongings(principal: Principal, member_id: UUID) -> list[Belonging]:
    """For somebody who may remove the member."""
    member = Membership.objects.find(principal, member_id)
    principal.require("member:manage", member.workspace_id, object_type="member", object_id=member_id)
    return belongings_of(member)


def belongings_of(member: Membership) -> list[Belonging]:
    found: list[Belonging] = []
    announce("belongings.asked", member=member, found=found)
    tokens = _tokens(member).filter(expires_at__gt=timezone.now())
    found += [Belonging(kind="token", id=one.id, name=one.name, fate=Fate.ENDS) for one in tokens.order_by("name")]
    made = Credential.objects.filter(workspace_id=member.workspace_id, created_by_id=member.user_id).order_by("name")
    found += [Belonging(kind="credential", id=one.id, name=one.name, fate=Fate.STAYS) for one in made]
    return found


def end_tokens(principal: Principal, member: Membership) -> None:
    """Not even if they come back one day do their old tokens open anything. Part of the verb that removes them."""
    for token in _tokens(member).select_for_update().order_by("id"):
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record(
            principal,
            "token.revoked",
            workspace_id=member.workspace_id,
            object_type="token",
            object_id=token.id,
            object_name=token.name,
            before={"prefix": token.prefix, "person": member.user.name},
        )


def _tokens(member: Membership) -> TenantQuerySet[AccessToken]:
    return AccessToken.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id, revoked_at=None)
