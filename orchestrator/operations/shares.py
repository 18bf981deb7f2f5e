"""What was shared at a moment, and with whom: the trail read forward up to then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from orchestrator.governance.models import AuditEvent, AuditResult

THINGS = ("workflow", "folder", "asset")
SHARED = tuple(f"{thing}.{act}" for thing in THINGS for act in ("shared", "sharing_changed"))
UNSHARED = tuple(f"{thing}.unshared" for thing in THINGS)
GONE = ("workflow.deleted", "folder.deleted")
TEAMS = ("team.created", "team.changed", "team.deleted")
READ = (*SHARED, *UNSHARED, *GONE, *TEAMS, "member.removed")
Key = tuple[str, str, str, str]
"""Type and id of the thing, whether it is a person or a team, and their name."""


def shares_at(workspace_id: UUID, moment: datetime) -> list[dict[str, Any]]:
    """Oldest first; of a team with its members of that moment."""
    events = AuditEvent.objects.filter(
        workspace_id=workspace_id, result=AuditResult.DONE, at__lte=moment, action__in=READ
    )
    return Shares(events.order_by("seq")).in_force(moment)


class Shares:
    def __init__(self, events: Iterable[AuditEvent]) -> None:
        self._shares: dict[Key, dict[str, Any]] = {}
        self._teams: dict[str, dict[str, Any]] = {}
        """By id: {name, members}."""
        for event in events:
            self._read(event)

    def in_force(self, moment: datetime) -> list[dict[str, Any]]:
        members = {team["name"]: list(team["members"]) for team in self._teams.values()}
        open_then = [one for one in self._shares.values() if one["until"] is None or one["until"] > moment]
        return [{**one, "members": members.get(one["whom"], []) if one["kind"] == "team" else []} for one in open_then]

    def _read(self, event: AuditEvent) -> None:
        if event.action == "member.removed":
            self._leave(event.object_name)
        elif event.action in TEAMS:
            self._read_team(event)
        elif event.action in GONE:
            self._shares = {key: one for key, one in self._shares.items() if key[1] != event.object_id}
        elif event.action in UNSHARED:
            self._shares.pop(_key(event), None)
        else:
            self._shares[_key(event)] = _share(event)

    def _leave(self, name: str) -> None:
        """What was shared with somebody ends with their membership."""
        self._shares = {key: one for key, one in self._shares.items() if key[2:] != ("person", name)}
        for team in self._teams.values():
            team["members"] = [member for member in team["members"] if member != name]

    def _read_team(self, event: AuditEvent) -> None:
        old = (event.before or {}).get("name", event.object_name)
        if event.action == "team.deleted":
            self._teams.pop(event.object_id, None)
            self._shares = {key: one for key, one in self._shares.items() if key[2:] != ("team", old)}
            return
        told = {"name": event.object_name, "members": [], **(event.after or {})}
        self._teams[event.object_id] = told
        if told["name"] != old:
            self._rename(old, told["name"])

    def _rename(self, old: str, new: str) -> None:
        for key in [key for key in self._shares if key[2:] == ("team", old)]:
            self._shares[(*key[:3], new)] = {**self._shares.pop(key), "whom": new}


def _key(event: AuditEvent) -> Key:
    return (event.object_type, event.object_id, *_whom(event.detail or {}))


def _whom(detail: Mapping[str, Any]) -> tuple[str, str]:
    return ("team", str(detail["team"])) if "team" in detail else ("person", str(detail.get("person", "")))


def _share(event: AuditEvent) -> dict[str, Any]:
    after, (kind, whom) = event.after or {}, _whom(event.detail or {})
    until = after.get("expires_at")
    return {
        "object": {"type": event.object_type, "id": event.object_id, "name": event.object_name},
        "kind": kind,
        "whom": whom,
        "level": after.get("level", ""),
        "until": datetime.fromisoformat(until) if until else None,
        "since": event.at,
        "by": event.actor_name,
    }
