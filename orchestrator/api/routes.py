"""The register of doors. A door that is not registered here does not open: see `governance.permissions`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, re_path

PUBLIC = "public"


@dataclass(frozen=True, kw_only=True)
class Route:
    path: str
    view: Callable[..., Any]
    verb: str
    """A verb of `governance.matrix`; `public` needs nobody signed in."""


ROUTES: list[Route] = []
SOCKETS: list[Route] = []
_VERBS: dict[Callable[..., Any], str] = {}


def route(address: str, view: Callable[..., Any], *, verb: str, name: str | None = None) -> URLPattern:
    """A URL pattern that declares what one must be allowed to do. An address starting with `^` is an expression."""
    if _VERBS.setdefault(view, verb) != verb:
        raise ValueError(f"{view} already stands under the verb {_VERBS[view]!r}; give {address!r} a view of its own.")
    ROUTES.append(Route(path=address, view=view, verb=verb))
    match = re_path if address.startswith("^") else path
    return match(address, view, name=name)


def socket(address: str, consumer: Callable[..., Any], *, verb: str) -> URLPattern:
    """The same for a WebSocket: `consumer` is what `Consumer.as_asgi()` gives."""
    SOCKETS.append(Route(path=address, view=consumer, verb=verb))
    return path(address, consumer)


def verb_of(request: HttpRequest) -> str | None:
    """The verb that the door of this request declares; None for a door that is not registered."""
    match = request.resolver_match
    return _VERBS.get(match.func) if match else None
