"""Who may do what with one thing that can be shared by itself.

Allowed is what a role allows in the workspace, and what a grant of this one thing adds, minus what a rule takes away.
A restricted thing turns that round: the roles count only for those it is shared with, for its owner and for
administrators; an auditor sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from orchestrator.governance.errors import Denied
from orchestrator.governance.matrix import VERBS, verbs_of
from orchestrator.governance.principal import Principal


class Level(StrEnum):
    """What one is named for, from the least to the most; a grant of a higher level holds what a lower one does."""

    USE = "use"
    EDIT = "edit"
    REPLACE = "replace"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How things of one kind are shared."""

    object_type: str
    owns: frozenset[str]
    """What the owner may in any role."""
    gives: Mapping[Level, frozenset[str]]
    """What a grant adds, whatever the roles are."""
    authoring: frozenset[str]
    """What roles do not bring along where somebody is named for use only."""
    share: str
    """The verb of those whose roles count for restricted things, too."""
    read_restricted: str
    """The verb of those who see restricted things."""


_RUNS = frozenset({"workflow:read", "workflow:run", "run:read"})
WORKFLOWS = Rules(
    object_type="workflow",
    owns=frozenset({"workflow:read", "workflow:share"}),
    gives={
        Level.USE: _RUNS,
        # Nobody publishes by a grant.
        Level.EDIT: _RUNS | {"workflow:edit", "workflow:run_draft", "run:payload", "run:cancel"},
    },
    authoring=frozenset({"workflow:edit", "workflow:run_draft", "workflow:publish", "workflow:share"}),
    share="workflow:share",
    read_restricted="workflow:read_restricted",
)
_CONSUMES = frozenset({"asset:read", "asset:consume"})
ASSETS = Rules(
    object_type="asset",
    owns=frozenset({"asset:read", "asset:share"}),
    gives={
        Level.USE: _CONSUMES,
        Level.EDIT: _CONSUMES | {"asset:modify"},
        Level.REPLACE: _CONSUMES | {"asset:modify", "asset:replace"},
    },
    authoring=frozenset({"asset:modify", "asset:replace", "asset:share"}),
    share="asset:share",
    read_restricted="asset:share",
)


class Named(Protocol):
    """A grant, of the thing or of what holds it."""

    @property
    def level(self) -> str: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def team(self) -> Any: ...
    @property
    def through(self) -> str: ...


class Shareable(Protocol):
    @property
    def pk(self) -> UUID: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def owner_id(self) -> UUID | None: ...
    @property
    def restricted(self) -> bool: ...
    @property
    def sharing(self) -> Rules: ...
    def level_of(self, principal: Principal) -> Level | None:
        """What the principal is named for now, by themselves or by a team. One query, in a folder three."""

    def grants_for(self, principal: Principal) -> Sequence[Named]:
        """All in force that name the principal."""


def sees(principal: Principal, thing: Shareable) -> bool:
    """Whether it is there for the principal at all. Asks the database only where that depends on grants."""
    rules, workspace_id = thing.sharing, thing.workspace_id
    if principal.is_system:
        return True
    if not _member(principal, thing) or f"{rules.object_type}:read" in principal.denied(workspace_id, thing.pk):
        return False
    if not thing.restricted or _owns(principal, thing) or principal.may(rules.read_restricted, workspace_id):
        return True
    return thing.level_of(principal) is not None


def may(principal: Principal, verb: str, thing: Shareable) -> bool:
    """Whether the principal may do this with this one thing. Asks the database only where the roles do not say yes."""
    if principal.is_system or verb in _without_grants(principal, thing):
        return True
    return _member(principal, thing) and verb in verbs_with(principal, thing, thing.level_of(principal))


def require(principal: Principal, verb: str, thing: Shareable) -> None:
    """Raises `Denied` unless the principal may."""
    if not may(principal, verb, thing):
        raise principal.refusal(verb, thing.workspace_id, object_type=thing.sharing.object_type, object_id=thing.pk)


def require_sharing(principal: Principal, thing: Shareable, level: Level | None) -> None:
    """Raises `Denied` unless the principal may share it. An owner gives on only what they may themselves."""
    rules = thing.sharing
    require(principal, rules.share, thing)
    if level is None or principal.may(rules.share, thing.workspace_id):
        return
    if not rules.gives[level] <= verbs_on(principal, thing) | rules.gives[Level.USE]:
        raise Denied(
            rules.share,
            workspace_id=thing.workspace_id,
            object_type=rules.object_type,
            object_id=thing.pk,
            message=NOT_ONES_OWN[rules.object_type],
        )


NOT_ONES_OWN = {
    "workflow": "You cannot edit this workflow yourself, so you can share it as “Can use” only.",
    "asset": "You cannot do this with it yourself, so you cannot allow it to others.",
}


def verbs_on(principal: Principal, thing: Shareable) -> frozenset[str]:
    """All that the principal may do with it."""
    return frozenset(VERBS) if principal.is_system else verbs_with(principal, thing, thing.level_of(principal))


def verbs_with(principal: Principal, thing: Shareable, level: Level | None) -> frozenset[str]:
    """The same for somebody who is named for `level`, without asking the database."""
    verbs = _without_grants(principal, thing)
    if level is None or not _member(principal, thing):
        return verbs
    held, rules = principal.verbs(thing.workspace_id), thing.sharing
    given = verbs | rules.gives[level] | (held - rules.authoring if level is Level.USE else held)
    return principal.within(given) - principal.denied(thing.workspace_id, thing.pk)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One reason why somebody may: they own it, hold a role, or are named."""

    kind: str
    """owner | role | grant"""
    name: str
    """Of the role or of the level; empty for the owner."""
    via: str = ""
    """The team that is named; empty: they themselves."""
    folder: str = ""
    """The folder that is shared; empty: the thing itself."""
    until: datetime | None = None


def explain(principal: Principal, verb: str, thing: Shareable, level: Level | None) -> list[Way]:
    """Every way by which the principal may do this with it; none where they may not."""
    if verb in principal.denied(thing.workspace_id, thing.pk):
        return []
    counted, rules = roles_counted(principal, thing), thing.sharing
    ways = [Way(kind="owner", name="")] if _owns(principal, thing) and verb in rules.owns else []
    ways += [Way(kind="role", name=role) for role in sorted(counted & VERBS[verb])]
    if level is not None and verb in verbs_with(principal, thing, level) and (verb in rules.gives[level] or not ways):
        ways.append(Way(kind="grant", name=level))
    return ways


def _without_grants(principal: Principal, thing: Shareable) -> frozenset[str]:
    verbs = verbs_of(roles_counted(principal, thing))
    given = principal.within(verbs | thing.sharing.owns if _owns(principal, thing) else verbs)
    return given - principal.denied(thing.workspace_id, thing.pk)


def roles_counted(principal: Principal, thing: Shareable) -> frozenset[str]:
    """The roles that count for this thing without anybody being named."""
    held = principal.roles.get(thing.workspace_id, frozenset())
    if not thing.restricted or _owns(principal, thing) or not held.isdisjoint(VERBS[thing.sharing.share]):
        return held
    return held & VERBS[thing.sharing.read_restricted]


def _member(principal: Principal, thing: Shareable) -> bool:
    return thing.workspace_id in principal.roles


def _owns(principal: Principal, thing: Shareable) -> bool:
    return _member(principal, thing) and thing.owner_id == principal.id
