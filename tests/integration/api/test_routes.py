from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from orchestrator.api import routes
from orchestrator.api.routes import route, verb_of


@pytest.fixture(autouse=True)
def _leave_the_register_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "ROUTES", list(routes.ROUTES))
    monkeypatch.setattr(routes, "_VERBS", dict(routes._VERBS))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_the_verb_of_a_request_is_that_of_its_route() -> None:
    route("things", page, verb="workflow:read")
    request = HttpRequest()
    request.resolver_match = resolve("/health/live")
    assert verb_of(request) == "public"


def test_a_request_to_no_declared_route_has_no_verb() -> None:
    assert verb_of(HttpRequest()) is None


def test_one_view_cannot_stand_under_two_verbs() -> None:
    route("things", page, verb="workflow:read")
    with pytest.raises(ValueError, match="workflow:read"):
        route("things/edit", page, verb="workflow:edit")


def test_an_address_may_be_an_expression() -> None:
    pattern = route(r"^(?!api/)", page, verb="public", name="rest")
    assert pattern.resolve("anything/else") is not None
    assert pattern.resolve("api/workflows") is None
