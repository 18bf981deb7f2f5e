"""Who may do what with one thing that can be shared by itself.

Allowed is what a role allows in the workspace, and what a grant of this one thing adds. A restricted thing turns that
round: the roles count only for those it is shared with, for its owner and for administrators; an auditor sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import VERBS, verbs_of
from orchestrator.governance.principal import Principal


class Level(StrEnum):
    """What one is named for; a grant of the higher level holds what the lower one does."""

    USE = "use"
    EDIT = "edit"


OWNS: frozenset[str] = frozenset({"workflow:read", "workflow:share"})
"""What the owner may in any role."""
USES = frozenset({"workflow:read", "workflow:run", "run:read"})
GIVES: Mapping[Level, frozenset[str]] = {
    Level.USE: USES,
    Level.EDIT: USES | {"workflow:edit", "workflow:run_draft", "run:payload", "run:cancel"},
}
"""What a grant adds, whatever the roles are. Nobody publishes by a grant."""
AUTHORING = frozenset({"workflow:edit", "workflow:run_draft", "workflow:publish", "workflow:share"})
"""What roles do not bring along where somebody is named for use only."""


class Shareable(Protocol):
    @property
    def pk(self) -> UUID: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def owner_id(self) -> UUID | None: ...
    @property
    def restricted(self) -> bool: ...
    def level_of(self, principal: Principal) -> Level | None:
        """What the principal is named for now, by themselves or by a team. One query."""


def may(principal: Principal, verb: str, thing: Shareable) -> bool:
    """Whether the principal may do this with this one thing. Asks the database only where the roles do not say yes."""
    if principal.is_system or verb in _without_grants(principal, thing):
        return True
    return _member(principal, thing) and verb in verbs_with(principal, thing, thing.level_of(principal))


def require(principal: Principal, verb: str, thing: Shareable, *, object_type: str = "workflow") -> None:
    """Raises `Denied` unless the principal may."""
    if not may(principal, verb, thing):
        raise Denied(verb, workspace_id=thing.workspace_id, object_type=object_type, object_id=thing.pk)


def verbs_on(principal: Principal, thing: Shareable) -> frozenset[str]:
    """All that the principal may do with it."""
    return frozenset(VERBS) if principal.is_system else verbs_with(principal, thing, thing.level_of(principal))


def verbs_with(principal: Principal, thing: Shareable, level: Level | None) -> frozenset[str]:
    """The same for somebody who is named for `level`, without asking the database."""
    verbs = _without_grants(principal, thing)
    if level is None or not _member(principal, thing):
        return verbs
    held = principal.verbs(thing.workspace_id)
    return verbs | GIVES[level] | (held if level is Level.EDIT else held - AUTHORING)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One reason why somebody may: they own it, hold a role, or are named."""

    kind: str
    """owner | role | grant"""
    name: str
    """Of the role or of the level; empty for the owner."""


def explain(principal: Principal, verb: str, thing: Shareable, level: Level | None) -> list[Way]:
    """Every way by which the principal may do this with it; none where they may not."""
    counted = _roles(principal, thing)
    ways = [Way(kind="owner", name="")] if _owns(principal, thing) and verb in OWNS else []
    ways += [Way(kind="role", name=role) for role in sorted(counted & VERBS[verb])]
    if level is not None and verb in verbs_with(principal, thing, level) and (verb in GIVES[level] or not ways):
        ways.append(Way(kind="grant", name=level))
    return ways


def _without_grants(principal: Principal, thing: Shareable) -> frozenset[str]:
    verbs = verbs_of(_roles(principal, thing))
    return verbs | OWNS if _owns(principal, thing) else verbs


def _roles(principal: Principal, thing: Shareable) -> frozenset[str]:
    """The roles that count for this thing without anybody being named."""
    held = principal.roles.get(thing.workspace_id, frozenset())
    if not thing.restricted or _owns(principal, thing) or not held.isdisjoint(VERBS["workflow:share"]):
        return held
    return held & VERBS["workflow:read_restricted"]


def _member(principal: Principal, thing: Shareable) -> bool:
    return thing.workspace_id in principal.roles


def _owns(principal: Principal, thing: Shareable) -> bool:
    return _member(principal, thing) and thing.owner_id == principal.id
