"""Every role at every door, by session and by token: the matrix decides, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

import orchestrator.urls  # noqa: F401  registers every route
from orchestrator.api.routes import ROUTES
from orchestrator.governance import audit
from orchestrator.governance.matrix import PUBLIC, SIGNED_IN, TOKEN_VERBS, VERBS, Role
from orchestrator.governance.models import AccessToken, AuditEvent, Membership, User, Workspace
from orchestrator.governance.one_time import hash_of
from orchestrator.governance.tokens import new_secret
from tests.integration.governance.doors import DOORS, FINE, NOBODYS, PUBLIC_DOORS, Door
from tests.integration.governance.people import fresh_address, fresh_email
from tests.integration.governance.world import build

REFUSALS = {"denied", "not_found", "not_yours", "answered"}
METHODS = {"get", "post", "put", "patch", "delete"}


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person with one role, who knocks with a session or with a token that names all a token can."""

    user: User
    session: Client
    token: Client


@dataclass(frozen=True, kw_only=True)
class World:
    things: dict[str, Any]
    people: dict[Role, Somebody]
    stranger: Somebody
    """Holds every role in another workspace."""


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database for the whole module: what is made for it is rolled back after its last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(db: None) -> World:
    """Made once; each knock is rolled back by itself."""
    place, elsewhere = (Workspace.objects.create(name=name) for name in ("Harbour", "Elsewhere"))
    return World(
        things=build(place),
        people={role: _somebody(place, role) for role in Role},
        stranger=_somebody(elsewhere, *Role),
    )


@pytest.fixture(autouse=True)
def every_refusal_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the first of a minute."""
    monkeypatch.setattr(audit, "first_in_a_minute", lambda *key: True)


def _somebody(workspace: Workspace, *roles: Role) -> Somebody:
    user = User.objects.create(name=" and ".join(roles), email=fresh_email())
    Membership.objects.create(workspace=workspace, user=user, roles=list(roles))
    secret = new_secret()
    AccessToken.objects.create(
        workspace=workspace,
        user=user,
        name="All",
        prefix=secret[:12],
        token_hash=hash_of(secret),
        scopes=sorted(TOKEN_VERBS),
        expires_at=timezone.now() + timedelta(days=1),
    )
    session = Client(REMOTE_ADDR=fresh_address())
    session.force_login(user)
    token = Client(REMOTE_ADDR=fresh_address(), enforce_csrf_checks=True)
    token.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return Somebody(user=user, session=session, token=token)


@contextmanager
def knocked(client: Client, door: Door, things: dict[str, Any]) -> Iterator[Any]:
    """The answer, and what it changed until the end of the block."""
    body = _filled(door.body, things)
    sent = {"data": body} if isinstance(body, dict) and "file" in body else {"data": body or {}, **JSON}
    headers = {name: value.format(**things) for name, value in door.headers.items()}
    with transaction.atomic():
        try:
            send = getattr(client, door.method)
            address = f"/api/{door.address.format(**things)}"
            yield send(address, headers=headers) if door.method == "get" else send(address, headers=headers, **sent)
        finally:
            transaction.set_rollback(True)


JSON = {"content_type": "application/json"}


def _filled(body: Any, things: dict[str, Any]) -> Any:
    if body == "$upload":
        return {"file": SimpleUploadedFile("note.txt", b"Good morning.", "text/plain")}
    if isinstance(body, str) and body.startswith("$"):
        thing = things[body[1:]]
        return str(thing) if isinstance(thing, UUID) else thing
    if isinstance(body, dict):
        return {key: _filled(value, things) for key, value in body.items()}
    return [_filled(value, things) for value in body] if isinstance(body, list) else body


def _shape(address: str) -> str:
    """An address of the registry, or of the table, without the names of what stands in it."""
    return re.sub(r"<[^>]+>|{[^}]*}", "{}", address.removeprefix("api/").partition("?")[0])


def _routes() -> dict[tuple[str, str], str]:
    """Every method of every route -> its verb."""
    found = {}
    for route in ROUTES:
        view = getattr(route.view, "cls", None)
        methods = {method for method in METHODS if hasattr(view, method)} if view else {"get"}
        name = "application" if route.path.startswith("^") else _shape(route.path)
        found |= {(method, name): route.verb for method in methods}
    return found


ROUTE_VERBS = _routes()


def _stands_for(part: str, given: str) -> bool:
    return part in (given, "{}")


def _route(door: Door) -> tuple[str, str]:
    """What stands for itself in the table, such as a step's key, is a name in the registry."""
    wanted = _shape(door.address).split("/")
    for method, address in ROUTE_VERBS:
        parts = address.split("/")
        alike = len(parts) == len(wanted) and all(map(_stands_for, parts, wanted))
        if method == door.method and alike:
            return method, address
    raise AssertionError(f"{door} is no route. Is it called something else now?")


def test_every_door_is_in_the_table() -> None:
    listed = {_route(door) for door in DOORS}
    public = {(method, address) for method, address in ROUTE_VERBS if address in PUBLIC_DOORS}
    unlisted = sorted(" ".join(one) for one in ROUTE_VERBS.keys() - listed - public)
    assert unlisted == [], "Say in tests/integration/governance/doors.py who may enter by these."


def test_only_what_is_said_to_be_is_public() -> None:
    public = {address for (_, address), verb in ROUTE_VERBS.items() if verb == PUBLIC}
    assert public == set(PUBLIC_DOORS)


def test_the_table_names_verbs_of_the_matrix() -> None:
    known = {*VERBS, SIGNED_IN, NOBODYS}
    assert {verb for door in DOORS for verb in door.verbs} <= known


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_session_opens_what_the_role_says(world: World, door: Door) -> None:
    wrong = []
    for role in _roles(door):
        with knocked(world.people[role].session, door, world.things) as answer:
            if not _fits(answer, door, opens=door.opens_for(role)):
                wrong.append(_told(role, answer))
            elif answer.status_code == 403 and not door.opens_for(role):
                _assert_noted(world, role)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_token_opens_what_it_names_and_its_person_may(world: World, door: Door) -> None:
    """A token that names all that a token can, and still neither decides nor publishes nor shares nor manages."""
    wrong = []
    named = ROUTE_VERBS[_route(door)] in TOKEN_VERBS and not door.people
    for role in _roles(door):
        opens = named and door.opens_for(role, TOKEN_VERBS)
        with knocked(world.people[role].token, door, world.things) as answer:
            if not (_fits(answer, door, opens=opens) if named else answer.status_code == 403):
                wrong.append(_told(role, answer))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("door", [door for door in DOORS if "{" in door.address], ids=str)
def test_another_workspace_is_like_none(world: World, door: Door) -> None:
    """With every role elsewhere, by session and by token: the same answer as for something that was made up."""
    made_up = world.things | {name: uuid4() for name, thing in world.things.items() if isinstance(thing, UUID)}
    for client in (world.stranger.session, world.stranger.token):
        with knocked(client, door, world.things) as foreign, knocked(client, door, made_up) as random:
            by_token = client is world.stranger.token and ROUTE_VERBS[_route(door)] not in TOKEN_VERBS
            if _answers_alike_to_all(door):
                assert foreign.status_code == random.status_code
                continue
            assert foreign.status_code == random.status_code == (403 if by_token else 404), _told("stranger", foreign)
            assert {**foreign.json(), "trace": ""} == {**random.json(), "trace": ""}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_nobody_enters_without_signing_in(world: World, door: Door) -> None:
    with knocked(Client(REMOTE_ADDR=fresh_address()), door, world.things) as answer:
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        assert answer.headers["WWW-Authenticate"] == "Session"


def _roles(door: Door) -> list[Role]:
    return [Role.VIEWER] if door.few else list(Role)


def _answers_alike_to_all(door: Door) -> bool:
    """Asking for access: whoever asks learns nothing, not even whether there is such a workflow."""
    return door.address.endswith("/access-requests") and door.method == "post"


def _fits(answer: Any, door: Door, *, opens: bool) -> bool:
    if opens:
        return answer.status_code in door.gives
    refused = {403, 404} if door.hidden else {403}
    return answer.status_code in refused and answer.json()["code"] in REFUSALS


def _told(who: str, answer: Any) -> str:
    said = answer.content.decode()[:300] if not answer.streaming else "a stream"
    return f"{who}: {answer.status_code} {said}"


def _assert_noted(world: World, role: Role) -> None:
    events = AuditEvent.objects.filter(workspace_id=world.things["workspace"], actor_id=world.people[role].user.id)
    assert events.order_by("seq").last().result == "denied"


def test_the_table_expects_no_failures_of_ours() -> None:
    assert all(door.gives == FINE or (door.why and max(door.gives) < 500) for door in DOORS)
