"""What somebody holds in each workspace, and the rules against them: read at once, since every request asks for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from orchestrator.governance.matrix import Role
from orchestrator.governance.models import Membership, Policy, Team, User
from orchestrator.governance.principal import Denial, Principal, acting

STANDING = f"""
SELECT coalesce(json_agg(json_build_array(m.user_id, m.workspace_id, m.roles, (
           SELECT json_agg(json_build_array(p.id, p.verbs, p.object_id, p.reason) ORDER BY p.id)
           FROM {Policy._meta.db_table} p
           WHERE p.workspace_id = m.workspace_id
             AND (p.member_id = m.id OR p.role = ANY(m.roles) OR p.team_id IN (
                  SELECT t.team_id FROM {Team.members.through._meta.db_table} t WHERE t.membership_id = m.id)))
       ) ORDER BY m.workspace_id), '[]')
FROM {Membership._meta.db_table} m
"""  # noqa: S608  names of tables, none of them from outside
"""Without its WHERE: the memberships that count."""
OF_SOMEBODY_ACTIVE = f"m.user_id = (SELECT u.id FROM {User._meta.db_table} u WHERE u.id = %s AND u.is_active)"  # noqa: S608
NOT_FOR_MACHINES = frozenset({Role.OWNER, Role.ADMIN, Role.APPROVER, Role.PUBLISHER})
"""Deciding, publishing and managing is for people."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    roles: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    denials: Mapping[UUID, tuple[Denial, ...]] = field(default_factory=dict)

    def without(self, shut: Collection[UUID]) -> Standing:
        """What is left while these workspaces are shut."""
        return replace(self, roles={key: roles for key, roles in self.roles.items() if key not in shut})


def standing_of(user: User) -> Standing:
    """Of a service account only what its owner holds, too, and nothing while the owner's account is closed."""
    own = read_standing(_asked("m.user_id = %s", user.id))
    if user.owner_id is None:
        return own
    return within(own, read_standing(_asked(OF_SOMEBODY_ACTIVE, user.owner_id)))


def principals_of(workspace_id: UUID, users: Sequence[User]) -> list[Principal]:
    """Members of one workspace as they would act there: two questions, however many they are."""
    owners = {user.owner_id for user in users if user.owner_id is not None}
    everybody = [
        *(user.id for user in users),
        *User.objects.filter(id__in=owners, is_active=True).values_list("id", flat=True),
    ]
    rows = _asked("m.workspace_id = %s AND m.user_id = ANY(%s)", workspace_id, everybody)
    known = {UUID(row[0]): read_standing([row]) for row in rows}
    nothing = Standing()
    return [
        acting(
            user,
            known.get(user.id, nothing)
            if user.owner_id is None
            else within(known.get(user.id, nothing), known.get(user.owner_id, nothing)),
        )
        for user in users
    ]


def within(own: Standing, owners: Standing) -> Standing:
    shared = own.roles.keys() & owners.roles.keys()
    return Standing(
        roles={workspace: own.roles[workspace] & owners.roles[workspace] - NOT_FOR_MACHINES for workspace in shared},
        denials={
            workspace: own.denials.get(workspace, ()) + owners.denials.get(workspace, ())
            for workspace in own.denials.keys() | owners.denials.keys()
        },
    )


def read_standing(rows: list[Any]) -> Standing:
    """What `STANDING` gave. Where a group left somebody without a role, the workspace is shut to them."""
    found = [(UUID(workspace), frozenset(roles), rules or []) for _, workspace, roles, rules in rows if roles]
    return Standing(
        roles={workspace: roles for workspace, roles, _ in found},
        denials={workspace: tuple(map(_denial, rules)) for workspace, _, rules in found if rules},
    )


def _denial(rule: list[Any]) -> Denial:
    policy, verbs, object_id, reason = rule
    about = UUID(object_id) if object_id else None
    return Denial(policy=UUID(policy), verbs=frozenset(verbs), object_id=about, reason=reason)


def _asked(which: str, *values: object) -> list[Any]:
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)  # Django's own cursors never prepare a statement
    row = cursor.execute(f"{STANDING} WHERE {which}", values, prepare=True).fetchone()
    return list(row[0])
