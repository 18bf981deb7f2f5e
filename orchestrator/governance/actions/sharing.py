"""Sharing one thing with somebody as something to agree to, whatever the thing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from orchestrator.api.errors import Conflict
from orchestrator.governance.actions.granting import OUTDATED, ask_instead
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.grants import Grant, member_of, team_of
from orchestrator.governance.models import Request
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import Level


def widens(grant: Grant, changes: Mapping[str, Any]) -> bool:
    """Whether a change of a grant gives more than it gave: a higher level, or longer."""
    before, after = Level(grant.facts["level"]), Level(changes.get("level", grant.facts["level"]))
    order = list(Level)
    if order.index(after) > order.index(before):
        return True
    until = changes.get("expires_at", grant.expires_at)
    return grant.expires_at is not None and (until is None or until > grant.expires_at)


def ask_to_share(
    principal: Principal,
    workspace_id: UUID,
    subject: Subject,
    grant: Grant,
    before: Mapping[str, Any] | None,
    reason: str,
) -> Request | None:
    """Ask for `grant`, which is not saved; `before` are the facts of the one that it changes."""
    user = grant.member.user_id if grant.member is not None else None
    payload = {
        "what": "share",
        "user": str(user) if user else None,
        "team": str(grant.team_id) if grant.team_id else None,
        "whom": grant.name,
        **grant.facts,
        "before": dict(before) if before is not None else None,
    }
    return ask_instead(principal, workspace_id, subject, payload, reason, gains=[user] if user else [])


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A grant as it was agreed to."""

    row: Any
    """The one to change; None: a new one."""
    fields: dict[str, Any]

    def apply(self) -> None:
        """To the row, unsaved."""
        for name in ("level", "expires_at"):
            setattr(self.row, name, self.fields[name])


def wanted_grant(grants: QuerySet[Any], workspace_id: UUID, payload: Mapping[str, Any]) -> Wanted:
    """What was asked for by `ask_to_share`; `grants` are those of the thing now.

    Raises `Conflict` where they have changed since, `NotFound` for people and teams that are gone.
    """
    member = member_of(workspace_id, UUID(payload["user"]) if payload["user"] else None)
    team = team_of(workspace_id, UUID(payload["team"]) if payload["team"] else None)
    row = grants.filter(member=member, team=team).first()
    if (None if row is None else row.facts) != payload["before"]:
        raise Conflict("request_outdated", OUTDATED)
    expires = datetime.fromisoformat(payload["expires_at"]) if payload["expires_at"] else None
    return Wanted(row=row, fields={"member": member, "team": team, "level": payload["level"], "expires_at": expires})
