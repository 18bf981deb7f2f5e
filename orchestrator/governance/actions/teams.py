"""Teams: members with whom things are shared together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import ask_instead
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.models import Membership, Request, Team, Workspace
from orchestrator.governance.principal import Principal


def create_team(
    principal: Principal, workspace_id: UUID, *, name: str, members: Sequence[UUID] = (), reason: str = ""
) -> Team:
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update(no_key=True).find(principal, workspace_id)
        principal.require("member:manage", workspace.id, object_type="team")
        _refuse_taken(workspace.id, name)
        team = Team.objects.create(workspace=workspace, name=name)
        team.members.set(_members(workspace.id, members))
        _record(principal, "team.created", team, after=_facts(team), reason=reason)
    return team


def change_team(
    principal: Principal,
    team_id: UUID,
    *,
    name: str | None = None,
    members: Sequence[UUID] | None = None,
    reason: str = "",
) -> Team | Request:
    """A new name, other members (all of them), or both. Where a second person is demanded, further members are asked
    for, since things are shared with the team; then nothing changes, and the answer is the request."""
    with transaction.atomic():
        team = Team.objects.select_for_update().find(principal, team_id)
        principal.require("member:manage", team.workspace_id, object_type="team", object_id=team.id)
        before, known = _facts(team), set(team.members.values_list("id", flat=True))
        wanted = None if members is None else _members(team.workspace_id, members)
        added = [one for one in wanted or () if one.id not in known]
        if wanted and added and (asked := _ask_instead(principal, team, known, wanted, added, reason)) is not None:
            return asked
        if name is not None and name != team.name:
            _refuse_taken(team.workspace_id, name)
            team.name = name
            try:
                with transaction.atomic():
                    team.save(update_fields=["name"])
            except IntegrityError as error:  # somebody else chose it a moment ago
                raise _taken(name) from error
        if wanted is not None:
            team.members.set(wanted)
        if _facts(team) != before:
            detail = {"alone": True} if added else None
            _record(principal, "team.changed", team, before=before, after=_facts(team), reason=reason, detail=detail)
    return team


def _ask_instead(
    principal: Principal,
    team: Team,
    known: Iterable[UUID],
    wanted: Iterable[Membership],
    added: Sequence[Membership],
    reason: str,
) -> Request | None:
    payload = {
        "what": "team",
        "members": sorted(str(one.id) for one in wanted),
        "before": sorted(str(id) for id in known),
        "added": sorted(one.user.name for one in added),
    }
    subject = Subject(type="team", id=team.id, name=team.name)
    gains = [one.user_id for one in added]
    return ask_instead(principal, team.workspace_id, subject, payload, reason, gains=gains)


def set_members(
    principal: Principal, asker: Principal, team_id: UUID, members: list[str], before: list[str], detail: dict[str, Any]
) -> None:
    """What the principal agreed to. Part of their transaction. Raises `Denied` and `Conflict` where the asker may not
    do it any more, or somebody changed the team in between."""
    team = Team.objects.select_for_update().find(asker, team_id)
    asker.require("member:manage", team.workspace_id, object_type="team", object_id=team.id)
    if sorted(str(id) for id in team.members.values_list("id", flat=True)) != before:
        raise Conflict("request_outdated", "Somebody changed this team in the meantime.")
    known = _facts(team)
    team.members.set(_members(team.workspace_id, [UUID(id) for id in members]))
    _record(principal, "team.changed", team, before=known, after=_facts(team), detail=detail)


def delete_team(principal: Principal, team_id: UUID) -> None:
    """What was shared with the team is shared with nobody through it any more."""
    with transaction.atomic():
        team = Team.objects.select_for_update().find(principal, team_id)
        principal.require("member:manage", team.workspace_id, object_type="team", object_id=team.id)
        before, deleted = _facts(team), team.id
        team.delete()
        team.id = deleted
        _record(principal, "team.deleted", team, before=before)


def _refuse_taken(workspace_id: UUID, name: str) -> None:
    if Team.objects.filter(workspace_id=workspace_id, name=name).exists():
        raise _taken(name)


def _taken(name: str) -> Conflict:
    return Conflict("name_taken", f"There is a team named {name!r} already. Choose another name.")


def _members(workspace_id: UUID, ids: Sequence[UUID]) -> list[Membership]:
    found = list(Membership.objects.select_related("user").filter(workspace_id=workspace_id, id__in=ids))
    if len(found) != len(set(ids)):
        raise Invalid("nobody", "Somebody of the team is not in this workspace any more. Load the page again.")
    return found


def _facts(team: Team) -> dict[str, object]:
    names = team.members.order_by("user__name").values_list("user__name", flat=True)
    return {"name": team.name, "members": list(names)}


def _record(
    principal: Principal,
    action: str,
    team: Team,
    *,
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=team.workspace_id,
        object_type="team",
        object_id=team.id,
        object_name=team.name,
        before=before,
        after=after,
        reason=reason,
        detail=detail,
    )
