"""Who belongs to a workspace, and in which roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import ask_instead
from orchestrator.governance.actions.leaving import Fate, belongings_of, end_tokens
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import Membership, Request, Workspace
from orchestrator.governance.principal import Principal


def change_roles(principal: Principal, member_id: UUID, roles: list[str], *, reason: str = "") -> Membership | Request:
    """Roles that are set by hand stay: groups of the identity provider change them no more.

    Where a second person is demanded, more roles are asked for, and the answer is the request.
    """
    with transaction.atomic():
        membership = _changeable(principal, member_id, roles)
        more = not set(roles) <= set(membership.roles)
        subject = Subject(type="member", id=membership.id, name=membership.user.name)
        wanted = {"what": "roles", "roles": roles, "before": membership.roles}
        asked = (
            ask_instead(principal, membership.workspace_id, subject, wanted, reason, gains=[membership.user_id])
            if more
            else None
        )
        if asked is not None:
            return asked
        return _set_roles(principal, membership, roles, reason, {"alone": True} if more else None)


def set_roles(
    principal: Principal, asker: Principal, member_id: UUID, roles: list[str], before: list[str], detail: dict[str, Any]
) -> None:
    """What the principal agreed to. Part of their transaction. Raises `Denied` and `Conflict` where the asker may not
    do it any more, or somebody changed the roles in between."""
    membership = _changeable(asker, member_id, roles)
    if sorted(membership.roles) != sorted(before):
        raise Conflict("request_outdated", "Somebody changed these roles in the meantime.")
    _set_roles(principal, membership, roles, "", detail)


def _set_roles(
    principal: Principal, membership: Membership, roles: list[str], reason: str, detail: dict[str, Any] | None
) -> Membership:
    before = _facts(membership)
    membership.roles, membership.by_groups = roles, False
    membership.save(update_fields=["roles", "by_groups"])
    told = {"before": before, "after": _facts(membership)}
    _record(principal, "member.roles_changed", membership, **told, reason=reason, detail=detail)
    return membership


def remove(principal: Principal, member_id: UUID, *, hand_over_to: UUID | None = None, decided: bool = False) -> None:
    """End a membership, and with it what was shared with the person. Their account and what they did stay.

    What they own goes to `hand_over_to`; with `decided` alone workflows go into the archive, and models and tools to
    whoever removes them. Raises `Conflict` where they own something and nobody decided.
    """
    with transaction.atomic():
        membership = _changeable(principal, member_id, [])
        removed_id = membership.id
        owned = [one for one in belongings_of(membership) if one.fate is Fate.HANDED_OVER]
        if owned and not decided:
            raise Conflict(
                "owns_something",
                f"They own {len(owned)} things here. Say who takes them over, or that nobody does.",
            )
        announce(
            "member.leaving",
            principal=principal,
            workspace_id=membership.workspace_id,
            user_id=membership.user_id,
            heir_id=_heir(membership, hand_over_to),
        )
        end_tokens(principal, membership)
        membership.delete()
        membership.id = removed_id
        _record(principal, "member.removed", membership, before={"roles": membership.roles})


def _heir(leaving: Membership, user: UUID | None) -> UUID | None:
    if user is None:
        return None
    if user == leaving.user_id:
        raise Conflict("same_person", "Choose somebody else: this person is the one who leaves.")
    people = Membership.objects.people()
    members = people.filter(workspace_id=leaving.workspace_id, user_id=user, user__is_active=True)
    if not members.exists():
        raise NotFound("nobody", "Whoever shall take over is not in this workspace. Choose somebody else.")
    return user


def require_may_grant(principal: Principal, workspace_id: UUID, *, before: Sequence[str], after: Sequence[str]) -> None:
    """Only an owner makes owners and unmakes them. Raises `Denied`."""
    touches_owners = (Role.OWNER in before) != (Role.OWNER in after)
    is_owner = principal.is_system or Role.OWNER in principal.roles.get(workspace_id, ())
    if touches_owners and not is_owner:
        raise Denied(
            "member:manage",
            workspace_id=workspace_id,
            object_type="member",
            message="Only an owner can make somebody an owner or take that role away.",
        )


def _changeable(principal: Principal, member_id: UUID, roles: Sequence[str]) -> Membership:
    membership = Membership.objects.people().select_related("user").find(principal, member_id)
    workspace_id = membership.workspace_id
    principal.require("member:manage", workspace_id, object_type="member", object_id=member_id)
    # One change of roles at a time in a workspace: two owners may be taking the role from each other.
    Workspace.objects.select_for_update().get(id=workspace_id)
    membership = Membership.objects.select_related("user").find(principal, member_id)
    others = Membership.objects.owners().filter(workspace_id=workspace_id).exclude(id=member_id)
    if membership.is_owner and Role.OWNER not in roles and not others.exists():
        raise Conflict("last_owner", "A workspace keeps at least one owner. Make somebody else an owner first.")
    if membership.user_id == principal.id:
        raise Denied(
            "member:manage",
            workspace_id=workspace_id,
            object_type="member",
            object_id=member_id,
            message="You cannot change your own roles. Ask another administrator.",
        )
    require_may_grant(principal, workspace_id, before=membership.roles, after=roles)
    return membership


def _facts(membership: Membership) -> dict[str, object]:
    return {"roles": membership.roles, **({"by_groups": True} if membership.by_groups else {})}


def _record(
    principal: Principal,
    action: str,
    membership: Membership,
    *,
    before: dict,
    after: dict | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=membership.workspace_id,
        object_type="member",
        object_id=membership.id,
        object_name=membership.user.name,
        about=membership.user_id,
        before=before,
        after=after,
        reason=reason,
        detail=detail,
    )
