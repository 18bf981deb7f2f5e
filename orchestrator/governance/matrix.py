"""Who may do what: the whole permission matrix, one line a verb.

A cell that the design leaves to sharing an object with a person is held by the role where its work is impossible
without it (a builder uses connections, an operator sees the data of runs), and by nobody else. What sharing one
workflow adds stands in `sharing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """A person holds any number of them in a workspace."""

    OWNER = "owner"
    ADMIN = "admin"
    BUILDER = "builder"
    OPERATOR = "operator"
    VIEWER = "viewer"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    STEWARD = "steward"
    CONNECTION_MANAGER = "connection_manager"
    AUDITOR = "auditor"


COLUMNS = {
    "W": (Role.ADMIN, Role.OWNER),  # an owner is an admin whom only an owner can appoint, and the last one stays
    "E": (Role.BUILDER,),
    "O": (Role.OPERATOR,),
    "V": (Role.VIEWER,),
    "R": (Role.APPROVER,),
    "P": (Role.PUBLISHER,),
    "S": (Role.STEWARD,),
    "C": (Role.CONNECTION_MANAGER,),
    "A": (Role.AUDITOR,),
}

TABLE = {
    "workspace:read": "W E O V R P S C A",
    "workspace:manage": "W",
    "member:read": "W A",
    "member:manage": "W",
    "workflow:read": "W E O V R P S C A",
    "workflow:read_restricted": "W A",
    "workflow:edit": "E",
    "workflow:run": "E O P",
    "workflow:run_draft": "E",
    "workflow:publish": "W P",
    "workflow:share": "W",
    "run:read": "W E O V R P A",
    "run:payload": "E O R A",
    "run:cancel": "W E O P",
    "task:read": "E O R A",
    "task:decide": "R",
    "mail:read": "E O R A",
    "file:write": "E O P S",
    "asset:read": "W E O V R P S A",
    "asset:consume": "E O P S",
    "asset:modify": "S",
    "asset:replace": "W S",
    "asset:share": "W S",
    "usage:read": "W S A",
    "budget:manage": "W",
    "credential:read": "W E C A",
    "credential:use": "E",
    "credential:edit": "C",
    "request:read": "W E O V R P S C A",
    "request:decide": "W E O V R P S C",  # which ones, says the room that each request belongs to
    "audit:read": "A",
    "audit:export": "A",
    "installation:read": "W A",
}

VERBS: Mapping[str, frozenset[Role]] = {
    verb: frozenset(role for column in columns.split() for role in COLUMNS[column]) for verb, columns in TABLE.items()
}

TOKEN_VERBS = frozenset(
    {"workspace:read", "workflow:read", "workflow:edit", "workflow:run", "run:read", "run:cancel", "file:write"}
    | {"asset:read", "asset:consume", "asset:modify", "credential:read", "credential:use", "audit:read", "audit:export"}
)
"""What an access token can be given. Nobody decides, publishes, shares, replaces or manages with one, and the data of
runs stays behind the sign-in.
"""

PUBLIC = "public"
"""Declared by routes that anybody may call."""
SIGNED_IN = "signed_in"
"""Declared by routes that every signed-in person may call."""
ROUTE_VERBS = frozenset(VERBS) | {PUBLIC, SIGNED_IN}


def verbs_of(roles: Iterable[str]) -> frozenset[str]:
    held = set(roles)
    return frozenset(verb for verb, allowed in VERBS.items() if not held.isdisjoint(allowed))
