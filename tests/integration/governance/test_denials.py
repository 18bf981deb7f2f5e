from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.urls import ResolverMatch
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.routes import route
from orchestrator.governance import audit
from orchestrator.governance.models import AuditEvent
from tests.integration.governance.people import fresh_address


def ask(view, *, verb: str | None, user=None) -> Response:
    """Ask a view as if it stood under `verb` (None: in nobody's list)."""
    pattern = route(f"tests/{uuid4()}", view, verb=verb).callback if verb else view
    request: HttpRequest = RequestFactory(REMOTE_ADDR=fresh_address()).get("/")
    request.user = user
    request.resolver_match = ResolverMatch(pattern, (), {})
    return pattern(request)


def view(answer=None):
    class Door(APIView):
        def get(self, request):
            if isinstance(answer, Exception):
                raise answer
            return Response(answer)

    return Door.as_view()


def test_a_door_in_nobodys_list_opens_for_nobody(person):
    assert ask(view("secret"), verb=None, user=person("owner")).status_code == 403
    assert ask(view("secret"), verb=None).status_code == 403


def test_a_door_with_a_verb_that_does_not_exist_opens_for_nobody(person):
    assert ask(view("secret"), verb="workflow:destroy", user=person("owner")).status_code == 403


def test_a_public_door_opens(db):
    assert ask(view("open"), verb="public").data == "open"


def test_something_that_is_missing_gets_one_and_the_same_body(person):
    answer = ask(view(Http404("No Workflow matches the given query.")), verb="signed_in", user=person("viewer"))
    assert (answer.status_code, answer.data["detail"]) == (404, "There is nothing here that you can see.")


def test_an_unexpected_error_is_not_hidden(person):
    with pytest.raises(ZeroDivisionError):
        ask(view(ZeroDivisionError()), verb="signed_in", user=person("viewer"))


def test_what_was_sent_is_refused_field_by_field(browser_of, workspace):
    answer = browser_of("admin").post(f"workspaces/{workspace.id}/invitations", {"email": "x", "roles": ["root"]})
    assert answer.status_code == 422
    assert {problem["field"]: problem["code"] for problem in answer.json()["problems"]} == {
        "email": "invalid",
        "roles.0": "invalid_choice",
    }


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [("{", "application/json", 400), ("a=b", "text/plain", 415), ('["x"]', "application/json", 422)],
)
def test_what_cannot_be_read_is_refused(browser_of, workspace, body: str, content_type: str, status: int):
    client = browser_of("admin").client
    answer = client.post(f"/api/workspaces/{workspace.id}/invitations", body, content_type=content_type)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_method_that_is_not_offered(browser_of, workspace):
    assert browser_of("admin").delete(f"workspaces/{workspace.id}").json()["code"] == "method_not_allowed"


def test_the_same_refusal_is_written_once_a_minute_and_another_one_again(browser_of, person, workspace):
    viewer = browser_of("viewer")
    for _ in range(3):
        viewer.get(f"workspaces/{workspace.id}/audit-events")
    viewer.get(f"workspaces/{workspace.id}/members")
    verbs = AuditEvent.objects.filter(actor_id=viewer.user.id).values_list("detail__verb", flat=True)
    assert sorted(verbs) == ["audit:read", "member:read"]


def test_attempts_on_foreign_and_made_up_ids_leave_the_same_mark_with_their_actor(
    browser_of, workspace, other_workspace
):
    first, second = browser_of("admin", at=other_workspace), browser_of("admin", at=other_workspace)
    first.get(f"workspaces/{workspace.id}/members")
    second.get(f"workspaces/{uuid4()}/members")
    events = AuditEvent.objects.filter(result="denied")
    assert {event.workspace_id for event in events} == {other_workspace.id}
    assert len({(event.action, event.object_type, str(event.detail)) for event in events}) == 1
    assert {event.actor_id for event in events} == {first.user.id, second.user.id}


def test_attempts_without_signing_in_stand_in_the_installations_trail(browser_of, workspace):
    stranger = browser_of()
    stranger.get(f"workspaces/{workspace.id}/members")
    event = AuditEvent.objects.get(result="denied")
    assert (event.workspace_id, event.actor_kind) == (audit.INSTALLATION, "anonymous")
    assert event.ip == stranger.client.defaults["REMOTE_ADDR"]
