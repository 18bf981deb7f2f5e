"""The list of attempts. Each is bound to the doors that it knocks at, and fails if one of them is not there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from orchestrator.api.routes import ROUTES

if TYPE_CHECKING:
    from tests.redteam.world import World

EVERY = "every route"
"""An attempt on the whole register: it has to knock at each of its routes."""
MCP = "mcp"
COMMAND = "manage.py "
CODE = "orchestrator."
LIBRARY = "_allauth/"
STORE = "table "
"""A table of the database, a key of the broker or a file of the store, for those who got in there."""


OPEN_TO_ALL = {
    "health/live": "a probe of the machine",
    "health/ready": "a probe of the machine",
    "api/sign-in/company": "the way to the identity provider",
    "api/session": "says who is signed in, also that nobody is",
    "api/welcome": "the one-time link of the first owner",
    "api/invitations/look": "whoever holds an invitation",
    "api/invitations/accept": "whoever holds an invitation",
    "api/forms/<str:slug>": "whoever has the address of a form",
    "hooks/test/<str:token>": "other systems, by an address nobody guesses",
    "hooks/calls/<str:token>": "other systems, by an address nobody guesses",
    "hooks/in/<uuid:workspace>/<path:path>": "other systems that sign what they send",
    "hooks/<str:token>": "other systems, by an address nobody guesses",
}
"""A new route that anybody may call is a decision: it has to be added here."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    number: str
    what: str
    doors: tuple[str, ...]
    run: Callable[[World], None] | None = None
    """Raises AssertionError if the product fell."""
    lacks: Callable[[], list[str]] | None = None
    """Of an attempt without a target: what there is of a target after all."""
    because: str = ""


ATTEMPTS: dict[str, Attempt] = {}


def attempt(number: str, what: str, *doors: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    def registered(run: Callable[[World], None]) -> Callable[[World], None]:
        _add(Attempt(number=number, what=what, doors=doors, run=run))
        return run

    return registered


def absent(number: str, what: str, because: str) -> Callable[[Callable[[], list[str]]], Callable[[], list[str]]]:
    """What the attempt is aimed at is not part of the product. The guard names what would be a target."""

    def registered(lacks: Callable[[], list[str]]) -> Callable[[], list[str]]:
        _add(Attempt(number=number, what=what, doors=(), lacks=lacks, because=because))
        return lacks

    return registered


def _add(one: Attempt) -> None:
    if one.number in ATTEMPTS:
        raise ValueError(f"{one.number} is registered twice.")
    ATTEMPTS[one.number] = one


def routes() -> dict[str, URLPattern]:
    """Every route of ours by its whole address, as `ResolverMatch.route` names it."""
    return {address: entry for address, entry in _patterns(get_resolver()) if not address.startswith(LIBRARY)}


def verbs() -> dict[str, str]:
    """Of every route, by its whole address."""
    entries = routes()  # first: reading them is what fills the register
    by_view = {route.view: route.verb for route in ROUTES}
    return {address: by_view[entry.callback] for address, entry in entries.items()}


def library_routes() -> set[str]:
    return {address for address, _ in _patterns(get_resolver()) if address.startswith(LIBRARY)}


def sockets() -> set[str]:
    from orchestrator.runs.routing import websocket_urlpatterns

    return {str(one.pattern) for one in websocket_urlpatterns}


def unknown_doors(one: Attempt) -> list[str]:
    """Those that the product does not have."""
    known = set(routes()) | library_routes() | sockets() | {MCP, EVERY}
    return [door for door in one.doors if door not in known and not _stands(door)]


def _stands(door: str) -> bool:
    if door.startswith(COMMAND):
        return door.removeprefix(COMMAND).split()[0] in get_commands()
    if door.startswith(CODE):
        return importlib.util.find_spec(door) is not None
    return door.startswith(STORE)


def to_be_knocked_at(one: Attempt) -> set[str]:
    """The doors whose knocks are written down: those that answer over HTTP or a socket."""
    if EVERY in one.doors:
        return set(routes())
    return set(one.doors) & (set(routes()) | library_routes() | sockets() | {MCP})


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, address)
        else:
            yield address, entry
