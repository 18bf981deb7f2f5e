"""Who could do what at a moment: today's state with what was changed since taken back, and the trail of sharing read
forward up to then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from orchestrator.governance.matrix import VERBS
from orchestrator.governance.models import AccessToken, AuditEvent, AuditResult, Invitation, Membership
from orchestrator.operations.shares import shares_at

COLUMNS = ("kind", "who", "may", "on", "on_id", "by", "since", "until")


def access_at(workspace_id: UUID, moment: datetime, verb: str | None = None) -> dict[str, Any]:
    """The people with their roles, what was shared, and the tokens that worked; with `verb` only those who held it.

    The matrix is the one of today: what a role allows is part of the program, not of the trail.
    """
    people = list(_people(workspace_id, moment))
    if verb:
        people = [person for person in people if not VERBS[verb].isdisjoint(person["roles"])]
    return {
        "at": moment,
        "people": sorted(people, key=lambda one: (one["name"], str(one["member"]))),
        "shares": shares_at(workspace_id, moment),
        "tokens": _tokens(workspace_id, moment),
    }


def access_rows(told: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The same, a row for each person, share and token: `COLUMNS`."""
    for one in told["people"]:
        yield {"kind": "roles", "who": one["name"], "may": ", ".join(one["roles"]), **_given(one)}
    for one in told["shares"]:
        thing = one["object"]
        on = {"on": thing["name"], "on_id": thing["id"], "until": one["until"]}
        who = f"{one['whom']} ({', '.join(one['members'])})" if one["kind"] == "team" else one["whom"]
        yield {"kind": f"{thing['type']} shared", "who": who, "may": one["level"], **on, **_given(one)}
    for one in told["tokens"]:
        about = {"on": one["name"], "on_id": one["id"], "until": one["until"], "since": one["since"]}
        yield {"kind": "token", "who": one["person"], "may": ", ".join(one["scopes"]), **about}


def _given(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"by": one["by"], "since": one["since"]}


def _people(workspace_id: UUID, moment: datetime) -> Iterable[dict[str, Any]]:
    later = _events(workspace_id, at__gt=moment)
    changed_later = _first_before(later.filter(action="member.roles_changed"))
    given = {event.object_id: event for event in _events(workspace_id, at__lte=moment, action="member.roles_changed")}
    joined = _invited(workspace_id)
    members = Membership.objects.filter(workspace_id=workspace_id, created_at__lte=moment).select_related("user")
    for member in members:
        key = str(member.pk)
        yield {
            "member": member.pk,
            "user": member.user_id,
            "name": member.user.name,
            "email": member.user.email,
            "roles": changed_later.get(key, member.roles),
            **_giver(given.get(key), member.created_at, joined.get(member.user.email.lower(), "")),
        }
    for event in later.filter(action="member.removed"):
        born = _born(UUID(event.object_id))
        if born <= moment:
            roles = changed_later.get(event.object_id) or (event.before or {}).get("roles", [])
            yield {
                "member": UUID(event.object_id),
                "user": None,
                "name": event.object_name,
                "email": "",
                "roles": roles,
                **_giver(given.get(event.object_id), born, ""),
            }


def _events(workspace_id: UUID, **wanted: Any) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(workspace_id=workspace_id, result=AuditResult.DONE, **wanted).order_by("seq")


def _first_before(events: Iterable[AuditEvent]) -> dict[str, list[str]]:
    """By membership: the roles before the first of these changes."""
    roles: dict[str, list[str]] = {}
    for event in events:
        roles.setdefault(event.object_id, (event.before or {}).get("roles", []))
    return roles


def _giver(changed: AuditEvent | None, born: datetime, inviter: str) -> dict[str, Any]:
    return {"by": changed.actor_name, "since": changed.at} if changed else {"by": inviter, "since": born}


def _invited(workspace_id: UUID) -> dict[str, str]:
    """By address: who invited them last."""
    accepted = Invitation.objects.filter(workspace_id=workspace_id, accepted_at__isnull=False).order_by("accepted_at")
    return {email.lower(): name or "" for email, name in accepted.values_list("email", "created_by__name")}


def _born(id: UUID) -> datetime:
    """When a row was made: ids of version 7 begin with the time, in milliseconds."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def _tokens(workspace_id: UUID, moment: datetime) -> list[dict[str, Any]]:
    open_then = Q(revoked_at=None) | Q(revoked_at__gt=moment)
    tokens = AccessToken.objects.filter(
        open_then, workspace_id=workspace_id, created_at__lte=moment, expires_at__gt=moment
    )
    return [
        {
            "id": token.pk,
            "name": token.name,
            "person": token.user.name,
            "scopes": token.scopes,
            "since": token.created_at,
            "until": token.expires_at,
            "last_used_at": token.last_used_at,
        }
        for token in tokens.select_related("user").order_by("user__name", "name", "id")
    ]
