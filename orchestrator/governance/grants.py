"""One thing shared with a person or a team of its workspace: what every kind of grant has in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.api.errors import Conflict, NotFound
from orchestrator.governance.models import Membership, Team
from orchestrator.governance.sharing import Level
from orchestrator.governance.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal

Row = TypeVar("Row", bound=models.Model, covariant=True)


NAMING = """
SELECT named.{column} FROM {grants} named JOIN governance_membership member ON member.id = named.member_id
WHERE member.user_id = %s AND (named.expires_at IS NULL OR named.expires_at > %s) AND named.{by} = ANY(%s)
UNION ALL
SELECT named.{column} FROM {grants} named JOIN governance_team_members team ON team.team_id = named.team_id
JOIN governance_membership member ON member.id = team.membership_id
WHERE member.user_id = %s AND (named.expires_at IS NULL OR named.expires_at > %s) AND named.{by} = ANY(%s)
"""
"""In SQL, because it is a part of nearly every request: composing it anew takes longer than answering it. Two halves,
because for people or teams in one condition PostgreSQL would read all grants there are."""


def named_for(grants: type[Grant], column: str, principal: Principal, *levels: Level) -> RawSQL:
    """A column of those grants that name the principal, by themselves or by a team, and have not ended: for `__in`."""
    statement = NAMING.format(column=column, grants=grants._meta.db_table, by="level")
    asked = [principal.id, timezone.now(), [str(level) for level in levels or Level]]
    return RawSQL(statement, [*asked, *asked])  # noqa: S611  the statement is ours, what it asks for is bound


def level_held(grants: type[Grant], by: str, things: list[UUID], principal: Principal) -> Level | None:
    """The highest of those grants of the things (their ids, in the column `by`) that name the principal."""
    statement = NAMING.format(column="level", grants=grants._meta.db_table, by=by)
    asked = [principal.id, timezone.now(), things]
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)  # Django's own cursors never prepare a statement
    rows = cursor.execute(statement, [*asked, *asked], prepare=True).fetchall()
    return highest(level for (level,) in rows)


class GrantQuerySet(TenantQuerySet[Row]):
    def in_force_for(self, principal: Principal) -> Self:
        """Those that name the principal, by themselves or by a team, and have not ended."""
        return self.filter(pk__in=named_for(self.model, "id", principal))


class Grant(models.Model):
    """It ends with the membership, so that nobody who comes back later finds the thing again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey("governance.Membership", models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey("governance.Team", models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    level: Any
    """Each kind has its own."""
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def name(self) -> str:
        """Whom it names."""
        if self.member is not None:
            return str(self.member.user.name)
        return str(self.team.name) if self.team else ""

    @property
    def whom(self) -> dict[str, str]:
        """For the trail."""
        return {"team" if self.team_id else "person": self.name}

    def read_again(self) -> None:
        """As it is now: what it shares is locked meanwhile. Raises `Conflict` where it has been ended."""
        try:
            self.refresh_from_db(fields=["level", "expires_at"])
        except ObjectDoesNotExist as error:
            raise Conflict("unshared", "Somebody ended this sharing in the meantime. Load the page again.") from error

    @property
    def through(self) -> str:
        """What it is a grant of, where that is not the thing itself."""
        return ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the trail says it allows, and until when."""
        expires = self.expires_at.isoformat() if self.expires_at else None
        return {"level": str(self.level), "expires_at": expires}


def highest(levels: Iterable[str]) -> Level | None:
    return max((Level(level) for level in levels), key=list(Level).index, default=None)


def member_of(workspace_id: UUID, user: UUID | None) -> Membership | None:
    """Raises `NotFound` for somebody who is not in the workspace."""
    if user is None:
        return None
    members = Membership.objects.select_related("user").filter(workspace_id=workspace_id, user_id=user)
    return _found(members.first())


def team_of(workspace_id: UUID, team: UUID | None) -> Team | None:
    """Raises `NotFound` for a team that is not of the workspace."""
    return None if team is None else _found(Team.objects.filter(workspace_id=workspace_id, pk=team).first())


def candidates(
    workspace_id: UUID, grants: models.QuerySet[Any], text: str, *, beside: UUID | None = None, most: int = 20
) -> tuple[list[Membership], list[Team]]:
    """Whom a thing could be shared with by a part of their name: not those that its `grants` name, nor this person."""
    everybody = Membership.objects.filter(workspace_id=workspace_id, user__is_active=True)
    members = everybody.named_like(text).exclude(user_id=beside)
    people = members.exclude(id__in=grants.exclude(member=None).values("member")).select_related("user")
    teams = Team.objects.filter(workspace_id=workspace_id, name__icontains=text)
    free = teams.exclude(id__in=grants.exclude(team=None).values("team"))
    return list(people.order_by("user__name", "id")[:most]), list(free.order_by("name")[:most])


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound("nobody", "They are not in this workspace any more. Choose somebody else.")
    return row
