"""Every door is known, declares a verb, and the verb stands in the matrix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from orchestrator.api.routes import ROUTES, SOCKETS
from orchestrator.governance.matrix import ROUTE_VERBS
from orchestrator.governance.permissions import RoutePermission
from orchestrator.runs.routing import websocket_urlpatterns

LIBRARY_DOORS = ("_allauth/",)  # the reason stands in orchestrator/urls.py


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, address)
        else:
            yield address, entry


ALL = [(address, entry) for address, entry in patterns(get_resolver()) if not address.startswith(LIBRARY_DOORS)]


@pytest.mark.parametrize(("address", "entry"), ALL, ids=[address for address, _ in ALL])
def test_every_address_is_declared_with_its_verb(address: str, entry: URLPattern) -> None:
    declared = [route for route in ROUTES if route.view is entry.callback]
    assert declared, f"{address} is not declared by route(...)"
    assert {route.verb for route in declared} <= set(ROUTE_VERBS)


@pytest.mark.parametrize(("address", "entry"), ALL, ids=[address for address, _ in ALL])
def test_every_api_view_asks_for_the_verb(address: str, entry: URLPattern) -> None:
    view = getattr(entry.callback, "cls", None)
    if view is None:
        assert not address.startswith("api/")
        return
    assert RoutePermission in entry.callback.initkwargs.get("permission_classes", view.permission_classes)


def test_every_socket_is_declared_with_its_verb() -> None:
    assert {entry.callback for entry in websocket_urlpatterns} == {socket.view for socket in SOCKETS}
    assert {socket.verb for socket in SOCKETS} <= set(ROUTE_VERBS)


def test_no_address_ends_with_a_slash() -> None:
    assert [address for address, _ in ALL if address.endswith("/")] == []


@pytest.mark.parametrize("address", ["api", "api/nothing", "hooks/", "static/x.js", "_allauth/x", "ws/x", "health/x"])
def test_the_browser_application_leaves_the_other_addresses_alone(address: str) -> None:
    application = next(entry for _, entry in ALL if entry.name == "application")
    assert application.resolve(address) is None


@pytest.mark.parametrize("address", ["", "workflows", "apiary", "runs/1/steps", "welcome"])
def test_the_browser_application_answers_its_own_pages(address: str) -> None:
    application = next(entry for _, entry in ALL if entry.name == "application")
    assert application.resolve(address) is not None
