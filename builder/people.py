"""Everybody who may do something with a workflow, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from builder.models import Workflow
from orchestrator.governance.grants import Grant, highest
from orchestrator.governance.models import Membership
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import Level, Way, explain
from orchestrator.governance.standing import principals_of

MOST = 200
DEGREES = (("edit", "workflow:edit"), ("use", "workflow:run"), ("look", "workflow:read"))
"""From the most to the least; what decides which."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """What one person can do with a workflow, and the ways by which they can."""

    member: Membership
    degree: str
    """edit | use | look"""
    ways: list[Way]


@dataclass(frozen=True, kw_only=True)
class Everybody:
    shown: list[Access]
    more: int
    """How many members were not looked at."""


def everybody_with(workflow: Workflow) -> Everybody:
    """The members of the workspace who can do something with it: those named first, then by name."""
    members = Membership.objects.filter(workspace_id=workflow.workspace_id, user__is_active=True)
    rows = members.select_related("user").prefetch_related("teams").order_by("user__name", "id")
    looked_at = list(rows[:MOST])
    grants = [*workflow.grants.all(), *workflow.folder_grants()]
    everybody = principals_of(workflow.workspace_id, [member.user for member in looked_at])
    found = [_access(workflow, *one, grants) for one in zip(looked_at, everybody, strict=True)]
    shown = [access for access in found if access is not None]
    return Everybody(shown=shown, more=max(0, members.count() - len(looked_at)))


def _access(workflow: Workflow, member: Membership, somebody: Principal, grants: Iterable[Grant]) -> Access | None:
    level = _level(member, grants)
    for degree, verb in DEGREES:
        if ways := explain(somebody, verb, workflow, level):
            return Access(member=member, degree=degree, ways=ways)
    return None


def _level(member: Membership, grants: Iterable[Grant]) -> Level | None:
    teams: set[UUID] = {team.id for team in member.teams.all()}
    return highest(one.level for one in grants if not one.expired and _names(one, member, teams))


def _names(grant: Grant, member: Membership, teams: set[UUID]) -> bool:
    return grant.member_id == member.id or grant.team_id in teams


def hearers_for(workflow: Workflow, text: str, most: int = 20) -> list[Membership]:
    """Who could be told of its failed runs: members of its workspace by a part of their name."""
    people = Membership.objects.people().filter(workspace_id=workflow.workspace_id, user__is_active=True)
    members = people.named_like(text)
    return list(members.exclude(user_id=workflow.owner_id).select_related("user").order_by("user__name", "id")[:most])
