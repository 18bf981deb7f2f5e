"""Letting people in whom the identity provider vouches for, in the roles of their groups.

The rule: whoever has roles that were set by hand keeps them. Everybody else has, in each workspace, the roles of their
groups, anew at each sign-in. Groups never make an owner.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import ask_instead
from orchestrator.governance.actions.people import create_person
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.errors import GovernanceError
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import AuditResult, GroupRoles, Membership, Request, User, Workspace
from orchestrator.governance.principal import Principal, anonymous, system

LONGEST_NAME = 200


class TurnedAway(GovernanceError):
    """The provider knows the person, we do not let them in; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class GroupLine(TypedDict):
    group: str
    roles: list[str]


def let_in(user: User | None, *, name: str, email: str, verified: bool, groups: Set[str], ip: str) -> User:
    """The person whom the provider vouches for, with the roles of their groups; a new account for somebody unknown.

    `user` is who the provider's account belongs to, or whose verified address it has. Raises `TurnedAway`.
    """
    try:
        with transaction.atomic():
            wanted = _roles_of(groups)
            if user is None:
                user = _newcomer(name=name, email=email, verified=verified, wanted=wanted)
            elif not user.is_active:
                raise TurnedAway("account_closed", "This account is closed. Ask an administrator.")
            _apply(user, wanted)
    except TurnedAway as refused:
        _record_refusal(email or name, ip, refused)
        raise
    return user


def group_roles(principal: Principal, workspace_id: UUID) -> list[GroupRoles]:
    workspace = enter(principal, workspace_id, "member:manage")
    return list(workspace.group_roles.order_by("group"))


def set_group_roles(
    principal: Principal, workspace_id: UUID, lines: Sequence[GroupLine], *, reason: str = ""
) -> list[GroupRoles] | Request:
    """All lines of the workspace at once. They count from each person's next sign-in on.

    Where a second person is demanded, more roles of any group are asked for; then nothing changes, and the answer is
    the request.
    """
    with transaction.atomic():
        workspace = _changeable(principal, workspace_id)
        _refuse_wrong(lines)
        before = _told(workspace.group_roles.all())
        wanted = {line["group"]: sorted(line["roles"]) for line in lines}
        more = any(not set(roles) <= set(before.get(group, ())) for group, roles in wanted.items())
        if more:
            subject = Subject(type="group_roles", id=workspace.id, name=workspace.name)
            payload = {"what": "groups", "groups": wanted, "before": before}
            asked = ask_instead(principal, workspace.id, subject, payload, reason)
            if asked is not None:
                return asked
        return _set_groups(principal, workspace, wanted, reason, {"alone": True} if more else None)


def set_groups(
    principal: Principal,
    asker: Principal,
    workspace_id: UUID,
    groups: dict[str, list[str]],
    before: dict[str, list[str]],
    detail: dict[str, Any],
) -> None:
    """What the principal agreed to. Part of their transaction. Raises `Denied` and `Conflict` where the asker may not
    do it any more, or somebody changed the groups in between."""
    workspace = _changeable(asker, workspace_id)
    if _told(workspace.group_roles.all()) != before:
        raise Conflict("request_outdated", "Somebody changed these groups in the meantime.")
    _set_groups(principal, workspace, groups, "", detail)


def _changeable(principal: Principal, workspace_id: UUID) -> Workspace:
    workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
    principal.require("member:manage", workspace.id, object_type="workspace", object_id=workspace.id)
    return workspace


def _set_groups(
    principal: Principal, workspace: Workspace, groups: dict[str, list[str]], reason: str, detail: dict[str, Any] | None
) -> list[GroupRoles]:
    """By the name of the group."""
    before = _told(workspace.group_roles.all())
    workspace.group_roles.all().delete()
    kept = GroupRoles.objects.bulk_create(
        GroupRoles(workspace=workspace, group=group, roles=roles) for group, roles in sorted(groups.items())
    )
    if groups != before:
        audit.record(
            principal,
            "group_roles.changed",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=workspace.name,
            before=before,
            after=groups,
            reason=reason,
            detail=detail,
        )
    return kept


def _refuse_wrong(lines: Sequence[GroupLine]) -> None:
    names = [line["group"] for line in lines]
    if len(set(names)) != len(names):
        raise Invalid("group_twice", "A group stands here twice. Give it one line with all its roles.")
    if any(Role.OWNER in line["roles"] for line in lines):
        raise Invalid("group_of_owners", "A group cannot make owners. Appoint owners one by one among the people.")


def _told(lines: Any) -> dict[str, list[str]]:
    return {line.group: sorted(line.roles) for line in lines}


def _roles_of(groups: Set[str]) -> dict[UUID, list[str]]:
    """What these groups may do, by workspace, in the order of the roles."""
    held: dict[UUID, set[str]] = {}
    for line in GroupRoles.objects.filter(group__in=groups):
        held.setdefault(line.workspace_id, set()).update(line.roles)
    return {workspace: [role for role in Role if role in roles] for workspace, roles in held.items()}


def _newcomer(*, name: str, email: str, verified: bool, wanted: dict[UUID, list[str]]) -> User:
    if not email:
        raise TurnedAway("no_email", "The identity provider sent no e-mail address. Ask whoever runs it to release it.")
    if User.objects.filter(email=email.lower()).exists():
        raise TurnedAway("email_taken", "An account has this address. Sign in with its password and link it there.")
    if not wanted:
        raise TurnedAway("nobody_invited", "Nobody has given you access yet. Ask an administrator for an invitation.")
    if not verified:
        raise TurnedAway("email_unverified", "The identity provider has not verified your e-mail address.")
    return create_person(name=(name or email)[:LONGEST_NAME], email=email, password=None)


def _apply(user: User, wanted: dict[UUID, list[str]]) -> None:
    # One change of roles at a time in a workspace, in one order of locks.
    places = set(wanted) | set(user.memberships.filter(by_groups=True).values_list("workspace_id", flat=True))
    for workspace in Workspace.objects.select_for_update().filter(id__in=places).order_by("id"):
        roles = wanted.get(workspace.id, [])
        member = Membership.objects.filter(workspace=workspace, user=user).first()
        if member is None:
            member = Membership.objects.create(workspace=workspace, user=user, roles=roles, by_groups=True)
            _record("member.admitted", member, user, after={"roles": roles})
        elif member.by_groups and member.roles != roles:
            before, member.roles = member.roles, roles
            member.save(update_fields=["roles"])
            _record("member.roles_changed", member, user, before={"roles": before}, after={"roles": roles})


def _record(action: str, member: Membership, user: User, **facts: Any) -> None:
    audit.record(
        system("identity provider"),
        action,
        workspace_id=member.workspace_id,
        object_type="member",
        object_id=member.id,
        object_name=user.name,
        about=user.id,
        detail={"by": "groups"},
        **facts,
    )


def _record_refusal(name: str, ip: str, refused: TurnedAway) -> None:
    with transaction.atomic():
        audit.record(
            anonymous(ip),
            "company_account.refused",
            workspace_id=audit.INSTALLATION,
            object_type="person",
            object_id=None,
            object_name=name,
            reason=str(refused),
            result=AuditResult.FAILED,
        )
