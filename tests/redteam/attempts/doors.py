"""Sweeps over the whole register of routes: who gets in at all, and with what."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx

from orchestrator.api.routes import PUBLIC
from orchestrator.governance.matrix import SIGNED_IN, TOKEN_VERBS
from tests.redteam.attacker import UNSAFE, Attacker, problem_of
from tests.redteam.register import EVERY, MCP, OPEN_TO_ALL, attempt, routes, verbs
from tests.redteam.world import Tenant, World

DENIED = {401, 403, 404}
SWEPT = "workflow:read"
ALIKE = {"api/workflows/<uuid:id>/access-requests"}
"""Answered alike whatever the id is: nobody learns there what exists."""
OF_ONES_OWN = {"api/workspaces/<uuid:workspace>/help/<uuid:name>/stop"}
"""Ends what the same person asked for."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
TIMED, TIMES, SLOWER_BY_S = 4, 12, 0.025


def _application() -> set[str]:
    return {address for address, entry in routes().items() if entry.name == "application"}


def _addresses(world: World, tenant: Tenant | None) -> Iterator[tuple[str, str, str]]:
    """(route, verb, address) of everything but the browser application's pages."""
    verb_of = verbs()
    for route, entry in routes().items():
        if route not in _application():
            yield route, verb_of[route], world.filled(route, entry, tenant) or f"/{route}"


def _is_denied(answer: httpx.Response) -> None:
    assert answer.status_code in DENIED, (
        f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:200]}"
    )


@attempt("A18", "Sweep every route and method as somebody who is not signed in", EVERY, MCP)
def sweep(world: World) -> None:
    anonymous = world.stranger()
    anonymous.get("/api/session")
    public = {route for route, verb in verbs().items() if verb == PUBLIC} - _application()
    assert public == set(OPEN_TO_ALL), f"open to all without a reason: {sorted(public ^ set(OPEN_TO_ALL))}"
    for route, verb, address in _addresses(world, world.there):
        if verb == PUBLIC:
            anonymous.get(address)
            continue
        for method in METHODS:
            answer = anonymous.request(method, address, json={} if method in UNSAFE else None)
            # 415: what is no form is not read as one to look for its CSRF token.
            assert answer.status_code in {401, 403, 405, 415}, f"{method} /{route}: {answer.status_code}"
    assert anonymous.get("/").status_code == 200  # the application's page itself, without data
    assert anonymous.post(f"/{MCP}", json={}).status_code == 401
    for socket in ("runs", "workflows", "workspaces"):
        code, said = anonymous.hear(f"/ws/{socket}/{world.here.ids['run']}")
        assert (code, said) == (4401, ""), f"socket {socket}: {code} {said}"
    assert anonymous.post("/_allauth/browser/v1/auth/signup", json=_sign_up()).status_code in {401, 403}
    assert world.denials() > 0


def _sign_up() -> dict[str, str]:
    return {"email": "evil@example.com", "password": "a long enough password"}


@attempt("A19", "Protected addresses in disguise: beside /health, with ;x.css, //, %2e, other letters", "api/me")
def disguises(world: World) -> None:
    anonymous, workspace = world.stranger(), world.there.workspace
    protected = f"/api/workspaces/{workspace}/workflows"
    tricks = [
        f"/health/..{protected}",
        f"/health/live/..{protected}",
        f"/health/live/%2e%2e/%2e%2e{protected}",
        f"{protected};x.css",
        f"{protected}/.css",
        f"{protected}?x=/health/live",
        f"/{protected}",
        f"/api//workspaces/{workspace}/workflows",
        f"/api/./workspaces/{workspace}/workflows",
        f"/api/workspaces/{workspace}/workflows/",
        f"/API/workspaces/{workspace}/workflows",
        f"/api/workspaces/{workspace.upper()}/workflows",
        f"/static/..{protected}",
        f"/static/%2e%2e{protected}",
        f"/api/workspaces%2f{workspace}%2fworkflows",
    ]
    for trick in tricks:
        answer = anonymous.raw("GET", trick)
        data = answer.headers["Content-Type"].startswith("application/json") and answer.is_success
        assert not data, f"{trick}: {answer.status_code} {answer.text[:100]}"
    for header in (
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Forwarded-For",
        "X-Forwarded-User",
        "Remote-User",
        "X-Internal",
    ):
        _is_denied(anonymous.get("/api/me", headers={header: "/health/live"}))


@attempt(
    "A21", "Leave the workspace out, double it, blank it, or name it in a header", "api/workspaces/<uuid:workspace>"
)
def workspace_elsewhere(world: World) -> None:
    insider, foreign = world.insider, world.there.workspace
    for address in ("/api/workspaces//workflows", "/api/workspaces/workflows", "/api/workspaces/%20/workflows"):
        assert insider.raw("GET", address).status_code == 404
    for header in ("X-Workspace", "X-Tenant", "Workspace", "X-Workspace-Id"):
        told = insider.get(f"/api/workspaces/{world.here.workspace}", headers={header: foreign}).json()
        assert told["id"] == world.here.workspace
        assert insider.get(f"/api/workspaces/{foreign}", headers={header: world.here.workspace}).status_code == 404
    elsewhere = {"workspace": foreign, "workspace_id": foreign}
    listed = insider.get(f"/api/workspaces/{world.here.workspace}/workflows", params=elsewhere)
    assert listed.status_code == 400, listed.text
    assert world.there.ids["workflow"] not in listed.text


@attempt("A27", "Every route with a token that lacks its verb", EVERY)
def scopes(world: World) -> None:
    verb_of = verbs()
    one_a_verb = {verb: (route, verb, address) for route, verb, address in _addresses(world, world.here)}
    for scope in sorted(TOKEN_VERBS):
        program = world.by_token(scope)
        # Which verb a token lacks decides; one scope is tried at every route, to see that every route asks.
        for route, verb, address in _addresses(world, world.here) if scope == SWEPT else one_a_verb.values():
            if verb in (scope, PUBLIC):
                continue
            for method in world.bodies.methods(route) or ["get"]:
                _is_denied(program.request(method, address, json=world.bodies.of(route, method)))
    reader = world.by_token("workflow:read", "run:read", "asset:read")
    for route, verb, address in _addresses(world, world.here):
        for method in world.bodies.methods(route):
            if verb not in ("workflow:read", "run:read", "asset:read"):
                continue
            answer = reader.request(method, address, json=world.bodies.of(route, method))
            if method != "get" and route not in OF_ONES_OWN:
                _changes_nothing(answer)
    reader.get("/")
    for route in {route for route, verb in verb_of.items() if verb == PUBLIC} - _application():
        reader.get(world.filled(route, routes()[route], None) or f"/{route}")


def _changes_nothing(answer: httpx.Response) -> None:
    """Refused, or an answer that lists refusals only."""
    if answer.is_success and answer.status_code == 200 and answer.json().get("done") == []:
        return
    assert answer.status_code >= 400, f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"


@attempt("A30", "The other tenant's id in each place of each route", EVERY)
def foreign_ids(world: World) -> None:
    insider, told = world.insider, 0
    for route, verb, foreign in _addresses(world, world.there):
        entry = routes()[route]
        random = world.filled(route, entry, None)
        if verb == PUBLIC or random is None:
            insider.get(foreign)
            continue
        for method in world.bodies.methods(route) or ["get"]:
            body = world.bodies.of(route, method)
            one = insider.request(method, foreign, json=body)
            other = insider.request(method, random, json=body)
            same = (one.status_code, problem_of(one)) == (other.status_code, problem_of(other))
            assert same, (
                f"{method} /{route}: {one.status_code} {one.text[:200]} but {other.status_code} {other.text[:200]}"
            )
            assert one.status_code >= 400 or route in ALIKE, f"{method} /{route}: {one.status_code}"
            told += one.status_code == 404
    insider.get("/")
    assert told > 100, f"only {told} answers were 404: the sweep does not reach what it should"
    for socket in ("runs", "workflows", "workspaces"):
        name = socket.removesuffix("s") if socket != "workspaces" else ""
        foreign = world.there.ids[name] if name else world.there.workspace
        assert insider.hear(f"/ws/{socket}/{foreign}") == insider.hear(f"/ws/{socket}/{uuid4()}") == (4404, "")
    _takes_the_same_time(world, insider)


def _takes_the_same_time(world: World, insider: Attacker) -> None:
    """Medians of a few routes; a difference that a network would hide is none."""
    for collection in ("workflows", "runs", "assets", "tasks")[:TIMED]:
        foreign = f"/api/{collection}/{world.there.ids[collection.removesuffix('s')]}"
        taken: dict[str, list[float]] = {"foreign": [], "random": []}
        for _ in range(TIMES):
            for kind, address in (("foreign", foreign), ("random", f"/api/{collection}/{uuid4()}")):
                began = time.perf_counter()
                insider.get(address)
                taken[kind].append(time.perf_counter() - began)
        apart = abs(statistics.median(taken["foreign"]) - statistics.median(taken["random"]))
        assert apart < SLOWER_BY_S, f"{collection}: {apart * 1000:.0f} ms apart"


@attempt(
    "A34",
    "The other tenant's ids in filters, searches, counts, logs and audit queries",
    "api/workspaces/<uuid:workspace>/runs",
    "api/workspaces/<uuid:workspace>/workflows",
    "api/workspaces/<uuid:workspace>/audit-events",
    "api/workspaces/<uuid:workspace>/usage",
    "api/workspaces/<uuid:workspace>/runs/latest",
)
def foreign_filters(world: World) -> None:
    insider, place, there = world.insider, f"/api/workspaces/{world.here.workspace}", world.there
    filters = {
        "runs": [{"workflow": there.ids["workflow"]}],
        "runs/latest": [{"workflows": there.ids["workflow"]}],
        "workflows": [{"folder": there.ids["folder"]}, {"owner": str(there.people["everything"].id)}],
        "audit-events": [{"object": there.ids["workflow"]}, {"actor": str(there.people["everything"].id)}],
        "usage": [{"workflow": there.ids["workflow"]}],
    }
    theirs = [value for value in there.ids.values() if len(value) == 36]
    for collection, queries in filters.items():
        for query in queries:
            answer = insider.get(f"{place}/{collection}", params=query)
            asked = set(query.values())
            # The trail holds what the attackers of before have asked for.
            told = [one for one in theirs if one in answer.text and one not in asked and collection != "audit-events"]
            assert not told, f"{collection} {query}: {told}"
            listed = answer.json().get("results") if answer.is_success and isinstance(answer.json(), dict) else None
            assert not listed or collection == "audit-events", f"{collection} {query} lists {listed}"


@attempt(
    "A37",
    "Look and operate only, but create, update and publish",
    *(
        "api/workspaces/<uuid:workspace>/workflows",
        "api/workflows/<uuid:id>",
        "api/workflows/<uuid:id>/draft",
        "api/workflows/<uuid:id>/publish",
        "api/workflows/<uuid:id>/unpublish",
        "api/versions/<uuid:id>/restore",
        "api/workspaces/<uuid:workspace>/imports",
        "api/workspaces/<uuid:workspace>/folders",
    ),
)
def beyond_the_role(world: World) -> None:
    ids, place = world.here.ids, f"/api/workspaces/{world.here.workspace}"
    document = world.insider.get(f"/api/workflows/{ids['workflow']}/export").json()
    for role in ("viewer", "operator", "auditor", "approver"):
        person = world.as_role(role)
        _is_denied(person.post(f"{place}/workflows", json={"name": "Mine"}))
        _is_denied(person.patch(f"/api/workflows/{ids['workflow']}", json={"name": "Mine"}))
        _is_denied(world.save(person, ids["workflow"], {"schema": "graph@1", "nodes": [], "edges": [], "notes": []}))
        _is_denied(world.publish(person, ids["workflow"]))
        _is_denied(person.post(f"/api/workflows/{ids['workflow']}/unpublish", json={}))
        match = {"If-Match": f'"{uuid4()}"'}
        _is_denied(person.post(f"/api/versions/{ids['version']}/restore", json={}, headers=match))
        _is_denied(person.post(f"{place}/imports", json={"document": document}))
        _is_denied(person.post(f"{place}/folders", json={"name": "Mine"}))
    assert world.publish(world.as_role("builder"), ids["workflow"]).status_code == 403


FORMS = {
    "application/x-www-form-urlencoded": b"name=evil&roles=owner",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nevil\r\n--x--\r\n',
    "text/plain": b'{"name": "evil", "x": "="}',
}


@attempt("A78", "Forms of another site, sent with the cookies of a signed-in person", EVERY)
def forms_of_another_site(world: World) -> None:
    victim = world.sign_in(world.here.people["everything"], "T1.everything")
    evil = {"Origin": "https://evil.example", "X-CSRFToken": ""}
    for route, verb, address in _addresses(world, world.here):
        for method in world.bodies.methods(route) or ["get"]:
            if method == "get" or verb == PUBLIC:
                continue
            answer = victim.request(method, address, json=world.bodies.of(route, method), headers=evil)
            assert answer.status_code == 403, f"{method} /{route} without the CSRF token: {answer.status_code}"
        for media_type, body in FORMS.items():
            if verb != PUBLIC:
                _is_denied(victim.post(address, content=body, headers={**evil, "Content-Type": media_type}))
        if verb == PUBLIC:
            victim.get(address)
    victim.get("/")
    out = victim.post(
        "/_allauth/browser/v1/auth/login", content=FORMS["text/plain"], headers={**evil, "Content-Type": "text/plain"}
    )
    assert out.status_code == 403
    assert victim.get("/api/me").status_code in {200, 405}, "a form of another site signed somebody out"
    _reading_changes_nothing(world, victim)


def _reading_changes_nothing(world: World, victim: Attacker) -> None:
    ids = world.here.ids
    actions = (
        f"/api/runs/{ids['waiting_run']}/cancel",
        f"/api/tasks/{ids['task']}/decide",
        "/_allauth/browser/v1/auth/session",
    )
    for action in actions:
        victim.get(action, headers={"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"})
        victim.get(f"{action}?_method=POST")
    assert victim.get(f"/api/runs/{ids['waiting_run']}").json()["status"] == "waiting"


ORIGINS = ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://evil.127.0.0.1", "file://")


@attempt("A79", "Other origins with credentials, on API, sign-in and sockets", EVERY, "ws/runs/<uuid:id>", MCP)
def other_origins(world: World) -> None:
    insider = world.insider
    for _route, _verb, address in _addresses(world, world.here):
        for method in ("GET", "OPTIONS"):
            asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-csrftoken"}
            answer = insider.request(method, address, headers={"Origin": ORIGINS[0], **asked})
            _no_way_in(answer)
    for origin in ORIGINS:
        _no_way_in(insider.get("/", headers={"Origin": origin}))
        _no_way_in(insider.get("/_allauth/browser/v1/auth/session", headers={"Origin": origin}))
        _no_way_in(insider.request("OPTIONS", f"/{MCP}", headers={"Origin": origin}))
        code, said = insider.hear(f"/ws/runs/{world.here.ids['run']}", origin=origin)
        assert (code, said) == (403, ""), f"socket from {origin}: {code}"


def _no_way_in(answer: httpx.Response) -> None:
    allowed = [name for name in answer.headers if name.lower().startswith("access-control-allow")]
    assert not allowed, f"{answer.request.url.path} allows other origins: {allowed}"


ODD_QUERIES = (
    "page_size=abc&cursor=%00&search=%00&status=[]&since=x",
    "page_size=-1&cursor=%ff%fe&search=%ed%a0%80",
    "cursor=cD0lMDA%3D&page_size=99999999999999999999&number=1e999",
    "format=api&_method=DELETE&workflow=x&folder=x&owner=x&actor=x",
)
ODD_BODIES = (b"[]", b"null", b'"x"', b"1", b"{", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1, "a": 2}')
OUTSIDE = (
    "admin",
    "metrics",
    "debug",
    "__debug__",
    "api/docs",
    "flower",
    "silk",
    "server-status",
    ".env",
    ".git/config",
)


@attempt("A106", "Force an error on each route; look for debug pages, figures and monitors outside", EVERY)
def errors(world: World) -> None:
    insider = world.as_role("everything", world.yard)
    for route, verb, address in _addresses(world, world.yard):
        for query in ODD_QUERIES:
            insider.get(f"{address}?{query}")
        for method in world.bodies.methods(route):
            if method in ("get", "delete") or verb == PUBLIC:
                continue
            for body in ODD_BODIES:
                answer = insider.request(method, address, content=body, headers={"Content-Type": "application/json"})
                told = answer.headers.get("Content-Type", "")
                ok = answer.status_code < 400 or told == "application/problem+json"
                assert ok, f"{method} /{route} {body!r}: {answer.status_code} {told}"
    insider.get("/")
    for address in OUTSIDE:
        answer = world.stranger().get(f"/{address}")
        page = "<title>Tutti" in answer.text or answer.status_code == 404
        assert page, f"/{address}: {answer.status_code} {answer.text[:100]}"


@attempt(
    "A15",
    "Order and filter by names that are not for that",
    *(
        "api/workspaces/<uuid:workspace>/members",
        "api/workspaces/<uuid:workspace>/workflows",
        "api/workspaces/<uuid:workspace>/runs",
        "api/workspaces/<uuid:workspace>/assets",
        "api/workspaces/<uuid:workspace>/audit-events",
    ),
)
def ordering(world: World) -> None:
    insider = world.insider
    tricks = [
        {"ordering": "user__password"},
        {"user__password__startswith": "argon2"},
        {"memberships__user__password__startswith": "x"},
        {"_connector": "OR 1=1"},
        {"order_by": "password"},
        {"search": "x' OR 1=1 --"},
        {"id__in": "1"},
    ]
    for collection in ("members", "workflows", "runs", "assets", "audit-events"):
        place = f"/api/workspaces/{world.here.workspace}/{collection}"
        usual = [str(one.get("id", one.get("seq"))) for one in insider.get(place).json()["results"]]
        for trick in tricks:
            answer = insider.get(place, params=trick)
            if answer.status_code == 200 and "search" not in trick and collection != "audit-events":
                got = [str(one.get("id", one.get("seq"))) for one in answer.json()["results"]]
                assert got == usual, f"{collection} {trick} changes the list"


CLAIMED = {
    "workspace": "{there}",
    "workspace_id": "{there}",
    "id": "{other}",
    "owner": "{them}",
    "owner_id": "{them}",
    "role": "owner",
    "roles": ["owner"],
    "published": True,
    "live_version": "{version}",
    "run_as": "{them}",
    "approved_by": "{them}",
    "created_by": "{them}",
    "state": "approved",
    "is_staff": True,
    "is_superuser": True,
    "hash": "0" * 64,
    "content_hash": "0" * 64,
    "sealed": "x",
    "revoked_at": None,
    "deleted_at": None,
}
"""Fields that nobody writes from outside, wherever they are not named by the operation itself."""


@attempt("A33", "Fields that nobody may set, on every route that takes a body", EVERY)
def mass_assignment(world: World) -> None:
    insider = world.as_role("everything", world.yard)
    for route, verb, address in _addresses(world, world.yard):
        insider.get(address)
        if verb in (PUBLIC, SIGNED_IN) and route != "api/me":
            continue
        for method in {"post", "put", "patch"} & set(world.bodies.methods(route)):
            body = world.bodies.of(route, method)
            if not isinstance(body, dict) or _destroys(route):
                continue
            known = world.bodies.fields(route, method)
            claimed = {name: _meant(world, value) for name, value in CLAIMED.items() if name not in known}
            insider.request(method, address, json={**claimed, **body})
    insider.get("/")
    with world.database() as database:
        them = str(world.there.people["everything"].id)
        for table, column in (("builder_workflow", "owner_id"), ("assets_asset", "owner_id")):
            taken = database.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s AND workspace_id = %s',
                [them, world.yard.workspace],
            ).fetchone()
            assert taken == (0,), f"{table} was given to somebody of another workspace"
        members = database.execute(
            "SELECT count(*) FROM governance_membership WHERE workspace_id = %s AND user_id = %s",
            [world.yard.workspace, them],
        ).fetchone()
        assert members == (0,), "somebody of another workspace was made a member"
    assert insider.get(f"/api/workflows/{world.yard.ids['workflow']}").json()["workspace"] == world.yard.workspace


def _destroys(route: str) -> bool:
    """What would take the ground from under the attempts that follow."""
    return route.endswith(("/unpublish", "/archive", "/transfer", "/cancel", "/bulk", "members/<uuid:id>", "/draft"))


def _meant(world: World, value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.format(
        there=world.there.workspace,
        other=world.there.ids["workflow"],
        them=world.there.people["everything"].id,
        version=world.there.ids["version"],
    )
