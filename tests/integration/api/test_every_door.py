"""Every route of the register at once: strangers, other tenants, odd bodies. `make redteam` does the same and more to a
product that runs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client

from orchestrator.api.routes import PUBLIC
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import User, Workspace
from tests.integration.governance.people import browser_of, fresh_address, other_workspace, person, workspace
from tests.redteam.bodies import Bodies
from tests.redteam.register import routes, verbs

__all__ = ["browser_of", "other_workspace", "person", "workspace"]

UNSAFE = ("post", "put", "patch", "delete")
RULED = ("workspaces/<uuid:workspace>", "workflows/<uuid:id>", "assets/<uuid:id>")
"""What rules can be about."""
ODD_BODIES = (
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b"{",
    b"\xff\xfe",
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b"[" * 5_000 + b"]" * 5_000,
)
ODD_QUERIES = (
    "page_size=abc&cursor=%00&search=%00&status=[]&since=x&workflow=x&actor=x",
    "page_size=-1&cursor=%ff%fe&search=%ed%a0%80&folder=x&owner=x&number=1e999",
    "cursor=cD0lMDA%3D&page_size=99999999999999999999&from=x&until=0000-00-00&by=x&format=x",
)
PLAIN = {
    "node": "hook",
    "step": "1",
    "seq": "1",
    "key": "document_intake",
    "slug": "x",
    "token": "x",
    "path": "x",
    "name": "live",
    "session": "1",
}


@pytest.fixture(scope="module")
def bodies() -> Bodies:
    return Bodies()


def doors(workspace: str | None = None) -> Iterator[tuple[str, str, str]]:
    """(route, verb, address); without a workspace one is made up, as every other id."""
    verb_of = verbs()
    for route, entry in routes().items():
        address = f"/{route}"
        for name in entry.pattern.converters:
            value = (workspace or str(uuid4())) if name == "workspace" else PLAIN.get(name, str(uuid4()))
            kind = "uuid" if f"<uuid:{name}>" in route else address.partition(f":{name}>")[0].rpartition("<")[2]
            address = address.replace(
                f"<{kind}:{name}>", str(uuid4()) if kind == "uuid" and name != "workspace" else value
            )
        if entry.name != "application":
            yield route, verb_of[route], address


@pytest.fixture
def everything(person: object, workspace: Workspace) -> Client:
    """Somebody who holds every role there is."""
    user: User = person(*Role)  # type: ignore[operator]
    client = Client(REMOTE_ADDR=fresh_address())
    client.force_login(user)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", *UNSAFE, "options"])
def test_nobody_gets_in_who_is_not_signed_in(workspace: Workspace, method: str) -> None:
    stranger = Client(REMOTE_ADDR=fresh_address())
    answers = {
        route: getattr(stranger, method)(address, **({"content_type": "application/json"} if method in UNSAFE else {}))
        for route, verb, address in doors(str(workspace.id))
        if verb != PUBLIC
    }
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 401} == {}


@pytest.mark.django_db
def test_another_tenants_workspace_answers_like_a_made_up_one(
    everything: Client, other_workspace: Workspace, bodies: Bodies
) -> None:
    told = 0
    for (route, verb, foreign), (_, _, random) in zip(doors(str(other_workspace.id)), doors(), strict=True):
        if verb == PUBLIC or "<uuid:workspace>" not in route:
            continue
        for method in bodies.methods(route):
            sent = (
                {"data": bodies.of(route, method) or {}, "content_type": "application/json"} if method != "get" else {}
            )
            one, other = (getattr(everything, method)(address, **sent) for address in (foreign, random))
            same = one.status_code == other.status_code and {**one.json(), "trace": ""} == {**other.json(), "trace": ""}
            assert same, f"{method} {route}: {one.content!r} but {other.content!r}"
            assert one.status_code >= 400, f"{method} {route}"
            told += one.status_code == 404
    assert told > 40


@pytest.mark.django_db
def test_odd_bodies_are_refused_and_break_nothing(everything: Client, workspace: Workspace, bodies: Bodies) -> None:
    """An error that nobody expected would be raised here, not answered."""
    for route, verb, address in doors(str(workspace.id)):
        for method in set(bodies.methods(route)) & set(UNSAFE):
            for body in ODD_BODIES:
                answer = getattr(everything, method)(address, body, content_type="application/json")
                plain = answer.status_code < 400 or answer.headers["Content-Type"] == "application/problem+json"
                assert plain, f"{method} {route} {body!r:.40}: {answer.status_code}"
                assert verb == PUBLIC or answer.status_code < 500


@pytest.mark.django_db
def test_odd_questions_are_refused_and_break_nothing(everything: Client, workspace: Workspace) -> None:
    everything.raise_request_exception = False
    broken = [
        f"{route}?{query}"
        for route, _, address in doors(str(workspace.id))
        for query in ODD_QUERIES
        if everything.get(f"{address}?{query}").status_code >= 500
    ]
    assert broken == []


@pytest.mark.django_db
def test_searching_for_what_nothing_can_hold_finds_what_is_left_of_it(everything: Client, workspace: Workspace) -> None:
    reply = {"name": "reply", "kind": "prompt", "title": "Reply"}
    kinds = {"workflows": {"name": "Invoices"}, "folders": {"name": "Finance"}, "assets": reply}
    made = {
        kind: everything.post(f"/api/workspaces/{workspace.id}/{kind}", body, content_type="application/json").json()[
            "id"
        ]
        for kind, body in kinds.items()
    }
    places = [f"/api/{kind}/{id}/grants/candidates" for kind, id in made.items()]
    for place in (*places, f"/api/workflows/{made['workflows']}/hearers"):
        assert everything.get(place, {"search": "\0"}).status_code == 200, place
    path = f"/api/workflows/{made['workflows']}/links/hook/path"
    assert everything.get(path, {"path": "a\0"}).json() == {"free": True}


@pytest.mark.django_db
def test_an_address_with_a_character_that_nothing_can_hold_names_nothing(everything: Client) -> None:
    places = ("/api/forms/{}", "/hooks/{}", "/hooks/test/{}", f"/api/workflows/{uuid4()}/links/{{}}/secret", "/{}")
    for place in places:
        for method in ("get", "post"):
            answer = getattr(everything, method)(place.format("%00"))
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_address"), place


@pytest.mark.django_db
@pytest.mark.parametrize(
    "claim", ["workspace", "id", "owner", "owner_id", "role", "published", "run_as", "approved_by", "hash"]
)
def test_fields_that_nobody_may_set_are_never_named_by_an_operation(bodies: Bodies, claim: str) -> None:
    # Who answers for an asset or a service account may be changed; the first workspace gets its name; a rule may be
    # about a role; as whom a workflow runs is asked of that person first.
    allowed = {
        ("api/assets/<uuid:id>", "owner"),
        ("api/service-accounts/<uuid:id>", "owner"),
        ("api/workspaces/<uuid:workspace>/service-accounts", "owner"),
        ("api/welcome", "workspace"),
        *((f"api/{place}/policies", "role") for place in RULED),
        ("api/workflows/<uuid:id>/publish", "run_as"),
        ("api/workflows/<uuid:id>/publishing-requests", "run_as"),
    }
    named = {
        (route, claim)
        for route in routes()
        for method in set(bodies.methods(route)) & set(UNSAFE)
        if claim in bodies.fields(route, method)
    }
    assert named <= allowed
