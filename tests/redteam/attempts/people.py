"""Sign-in, memberships, tokens, second persons, and rights that were there a moment ago."""

from __future__ import annotations

import secrets
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from orchestrator.governance.actions.tokens import MOST
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import AccessToken, AuditEvent, Invitation, Membership, Team, User, Workspace
from orchestrator.runs.models import Run
from tests.integration.runs.graphs import graph, line, node
from tests.redteam.attacker import Attacker
from tests.redteam.register import LIBRARY, attempt
from tests.redteam.world import World

LOGIN = f"{LIBRARY}browser/v1/auth/login"
RESET = f"{LIBRARY}browser/v1/auth/password/reset"
REQUEST_RESET = f"{LIBRARY}browser/v1/auth/password/request"
MEMBER = "api/members/<uuid:id>"
INVITATIONS = "api/workspaces/<uuid:workspace>/invitations"
TOKENS = "api/workspaces/<uuid:workspace>/tokens"
START = "api/workflows/<uuid:id>/runs"
GUESSES = 1_000
FORGED = 40
"""More than the thirty that one place may try in a minute."""
TIMED = 8
SLOWER_BY = 1.6
GRACE_S = 0.5


@attempt(
    "A22", "Password reset with odd bodies, used twice, somebody else's, under a forged host", RESET, REQUEST_RESET
)
def reset(world: World) -> None:
    anonymous = world.stranger()
    anonymous.get("/_allauth/browser/v1/auth/session")
    for email in (
        None,
        "",
        [],
        {},
        1,
        "x",
        ["a@example.com", "evil@example.com"],
        "a@example.com\r\nBcc: evil@example.com",
    ):
        answer = anonymous.post(f"/{REQUEST_RESET}", json={"email": email})
        assert answer.status_code in {400, 429}, f"{email!r}: {answer.status_code}"
    victim = world.person(world.here, "forgetful", Role.VIEWER)
    open_session = world.sign_in(victim, "T1.forgetful")
    asking = world.stranger()
    asking.get("/_allauth/browser/v1/auth/session")
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    assert asking.post(f"/{REQUEST_RESET}", json={"email": victim.email}, headers=forged).status_code in {200, 401}
    assert (
        world.stranger()
        .post(f"/{REQUEST_RESET}", json={"email": victim.email}, headers={"Host": "evil.example"})
        .is_error
    )
    letter = next(letter for letter in world.mail.letters if victim.email in letter.to)
    joined = letter.text.replace("=\n", "").replace("=3D", "=")
    assert f"{world.product.address}/reset#" in joined, joined
    assert "evil" not in joined
    key = joined.partition("/reset#")[2].split()[0]
    for wrong in (None, "", [], key[:-2], f"1-{key}", "x" * 3_000):
        sent = {"key": wrong, "password": "another quiet harbour"}
        assert asking.post(f"/{RESET}", json=sent).status_code in {400, 409}, wrong
    for password in (None, "", [], "short", victim.email):
        assert asking.post(f"/{RESET}", json={"key": key, "password": password}).status_code == 400, password
    sent = {"key": key, "password": "another quiet harbour"}
    assert asking.post(f"/{RESET}", json=sent).status_code in {200, 401}
    assert world.stranger().post(f"/{RESET}", json=sent).is_error, "a reset works twice"
    assert open_session.get("/api/node-types").status_code == 401, "old sessions outlive a new password"


@attempt("A23", "1,000 sign-ins; words and time for people who exist and who do not", LOGIN)
def guesses(world: World) -> None:
    known = world.person(world.here, "known", Role.VIEWER)
    told, taken = {}, {}
    for kind, email in (("known", known.email), ("unknown", f"{secrets.token_hex(6)}@example.com")):
        told[kind], taken[kind] = set(), []
        for _ in range(TIMED // 2):
            one = world.stranger()
            one.get("/_allauth/browser/v1/auth/session")
            began = time.perf_counter()
            answer = one.post(f"/{LOGIN}", json={"email": email, "password": "not the password"})
            taken[kind].append(time.perf_counter() - began)
            told[kind].add((answer.status_code, answer.text))
    assert told["known"] == told["unknown"], told
    slow, quick = (statistics.median(taken[kind]) for kind in ("known", "unknown"))
    assert max(slow, quick) / min(slow, quick) < SLOWER_BY, f"known {slow:.3f} s, unknown {quick:.3f} s"
    _forged_senders(world)
    one = world.stranger()
    one.get("/_allauth/browser/v1/auth/session")
    statuses = []
    for _ in range(GUESSES):
        statuses.append(
            one.post(f"/{LOGIN}", json={"email": known.email, "password": secrets.token_hex(4)}).status_code
        )
        if statuses[-20:] == [429] * 20:
            break
    assert 429 in statuses, f"{len(statuses)} guesses were answered"
    world.notes.facts.append(f"throttled after {statuses.index(429)} guesses")


def _forged_senders(world: World) -> None:
    """Each guess for somebody else, and from somewhere else as its header says; the machine's own word counts."""
    one = Attacker(world.product.address, world.notes, "anonymous")
    one.get("/_allauth/browser/v1/auth/session")
    statuses = set()
    for number in range(FORGED):
        email, said = f"{secrets.token_hex(6)}@example.com", {"X-Forwarded-For": f"198.51.100.{number}"}
        statuses.add(one.post(f"/{LOGIN}", json={"email": email, "password": "x" * 12}, headers=said).status_code)
    assert 429 in statuses, "a header says from where one comes, and so how often one may guess"


@attempt(
    "A29",
    "Tokens that were revoked, expired, or whose person is gone",
    "api/node-types",
    "api/workspaces/<uuid:workspace>/workflows",
    TOKENS,
)
def dead_tokens(world: World) -> None:
    place = f"/api/workspaces/{world.here.workspace}/workflows"
    person = world.person(world.here, "leaver", Role.BUILDER)
    leaver = world.sign_in(person, "T1.leaver")

    def fresh() -> tuple[dict[str, Any], Attacker]:
        made = world.new_token("workflow:read", owner=leaver)
        program = world.stranger("token", token=made["secret"])
        assert program.get(place).status_code == 200
        return made, program

    made, program = fresh()
    leaver.delete(f"/api/tokens/{made['id']}").raise_for_status()
    assert program.get(place).status_code == 401
    made, program = fresh()
    AccessToken.objects.filter(id=made["id"]).update(expires_at=timezone.now())
    assert program.get(place).status_code == 401
    made, program = fresh()
    Membership.objects.filter(user=person).delete()
    assert program.get(place).status_code == 401
    Membership.objects.create(workspace_id=world.there.workspace, user=person, roles=["viewer"])
    assert program.get(f"/api/workspaces/{world.there.workspace}/workflows").status_code == 401
    Membership.objects.filter(user=person).delete()
    User.objects.filter(id=person.id).update(is_active=False)
    assert leaver.get("/api/node-types").status_code == 401
    token = world.by_token("workflow:read", "audit:read")
    assert token.post(f"/api/workspaces/{world.here.workspace}/tokens", json={}).status_code == 403
    answer = world.insider.post(
        f"/api/workspaces/{world.here.workspace}/tokens",
        json={"name": "x", "scopes": ["member:manage"], "expires_at": "2030-01-01T00:00:00Z"},
    )
    assert answer.status_code == 422


@attempt(
    "A41",
    "Give oneself a role, invite above one's own, remove the last owner, change one's own team",
    MEMBER,
    INVITATIONS,
    *(
        "api/teams/<uuid:id>",
        "api/workspaces/<uuid:workspace>/teams",
    ),
)
def climbing(world: World) -> None:
    place = f"/api/workspaces/{world.here.workspace}"

    def member(role: str) -> str:
        return str(Membership.objects.get(user=world.here.people[role]).id)

    for role in ("viewer", "builder", "auditor", "publisher"):
        person = world.as_role(role)
        assert person.patch(f"/api/members/{member(role)}", json={"roles": ["admin"]}).status_code == 403
        assert (
            person.post(f"{place}/invitations", json={"email": "x@example.com", "roles": ["owner"]}).status_code == 403
        )
        assert person.post(f"{place}/teams", json={"name": "Mine", "members": [member(role)]}).status_code == 403
        assert person.patch(f"/api/teams/{world.here.ids['team']}", json={"members": [member(role)]}).status_code == 403
        assert person.delete(f"/api/members/{member('owner')}").status_code == 403
    _another_address(world)
    admin = world.as_role("admin")
    assert admin.patch(f"/api/members/{member('admin')}", json={"roles": ["owner"]}).status_code == 403
    assert admin.patch(f"/api/members/{member('viewer')}", json={"roles": ["owner"]}).status_code == 403
    assert admin.patch(f"/api/members/{member('owner')}", json={"roles": ["viewer"]}).status_code == 403
    assert admin.delete(f"/api/members/{member('owner')}").status_code == 403
    evil = {"email": "x@example.com", "roles": ["owner"]}
    assert admin.post(f"{place}/invitations", json=evil).status_code == 403
    for roles in (["root"], [], "owner", [["owner"]], None):
        assert admin.patch(f"/api/members/{member('viewer')}", json={"roles": roles}).status_code == 422
    foreign = {"name": "Both", "members": [world.there.ids["member"]]}
    assert admin.post(f"{place}/teams", json=foreign).status_code in {404, 422}
    yard = world.as_role("owner", world.yard)
    owners = Membership.objects.owners().filter(workspace_id=world.yard.workspace)
    for one in list(owners):
        yard.delete(f"/api/members/{one.id}", params={})
        yard.patch(f"/api/members/{one.id}", json={"roles": ["viewer"]})
    assert owners.exists(), "a workspace was left without an owner"
    Membership.objects.filter(user=world.yard.people["everything"]).update(roles=[str(role) for role in Role])


def _another_address(world: World) -> None:
    """Nobody takes over what somebody else is known by."""
    viewer, victim = world.as_role("viewer"), world.there.people["everything"]
    mine = world.here.people["viewer"]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for email in (victim.email, "evil@example.com", mine.email):
            viewer.request(method, "/_allauth/browser/v1/account/email", json={"email": email, "primary": True})
    assert User.objects.get(id=mine.id).email == mine.email, "an address was changed without a word from its owner"
    assert EmailAddress.objects.filter(user=mine, email=mine.email).exists(), "somebody was locked out"


@attempt(
    "A42",
    "Approve one's own: by a second session, an own token, after an edit",
    *(
        "api/replacements/<uuid:id>/decide",
        "api/assets/<uuid:id>/replacements",
        "api/workflows/<uuid:id>/publish",
    ),
)
def own_work(world: World) -> None:
    person = world.insider
    Workspace.objects.filter(id=world.here.workspace).update(four_eyes="required")
    try:
        asset = world.here.ids["asset"]
        sent = {"version": 2, "plan": {"how": "at_once"}, "reason": "It is better"}
        asked = person.post(f"/api/assets/{asset}/replacements", json=sent)
        if asked.status_code == 409:  # the furnished one is open still
            asked = person.get(f"/api/replacements/{world.here.ids['replacement']}")
        told = asked.json()
        decision = {"approve": True, "reason": "Sure", "content_hash": told["request"]["content_hash"]}
        address = f"/api/replacements/{told['id']}/decide"
        again = world.sign_in(world.here.people["everything"], "T1.everything (2)")
        for one in (person, again):
            assert one.post(address, json=decision).status_code == 403
        program = world.by_token("asset:modify", "asset:read")
        assert program.post(address, json=decision).status_code == 403
        steward = world.as_role("admin")
        edited = {**decision, "content_hash": "0" * 64}
        assert steward.post(address, json=edited).status_code in {409, 422}
        alias = person.put(f"/api/assets/{asset}/aliases/live", json={"version": 2})
        assert alias.status_code == 409, alias.text
        document = graph([node("start", "start_manual"), node("mark", "set_fields")], [line("start", "mark")])
        workflow = world.make(person, world.here.workspace, document, live=False)
        assert world.publish(person, workflow).status_code == 403
        assert world.publish(again, workflow).status_code == 403
    finally:
        Workspace.objects.filter(id=world.here.workspace).update(four_eyes="self_with_reason")


@attempt(
    "A45",
    "Delete and make anew under the same name: groups, people, objects",
    *(
        "api/teams/<uuid:id>",
        "api/workflows/<uuid:id>/grants",
        "api/workspaces/<uuid:workspace>/teams",
    ),
)
def reborn(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    person = world.person(world.here, "guest", Role.VIEWER)
    guest, member = world.sign_in(person, "T1.guest"), str(Membership.objects.get(user=person).id)
    document = graph([node("start", "start_manual"), node("mark", "set_fields")], [line("start", "mark")])
    workflow = world.make(insider, world.here.workspace, document)
    insider.put(f"/api/workflows/{workflow}/access", json={"access": "restricted"}).raise_for_status()
    assert guest.get(f"/api/workflows/{workflow}").status_code == 404
    team = insider.post(f"{place}/teams", json={"name": "Reborn", "members": [member]}).raise_for_status().json()["id"]
    named = {"team": team, "level": "edit"}
    insider.post(f"/api/workflows/{workflow}/grants", json=named).raise_for_status()
    assert guest.get(f"/api/workflows/{workflow}").status_code == 200
    insider.delete(f"/api/teams/{team}").raise_for_status()
    assert guest.get(f"/api/workflows/{workflow}").status_code == 404
    insider.post(f"{place}/teams", json={"name": "Reborn", "members": [member]}).raise_for_status()
    assert guest.get(f"/api/workflows/{workflow}").status_code == 404, "a team inherits what another of its name had"
    direct = {"user": str(person.id), "level": "edit"}
    insider.post(f"/api/workflows/{workflow}/grants", json=direct).raise_for_status()
    assert guest.get(f"/api/workflows/{workflow}").status_code == 200
    insider.delete(f"/api/members/{member}").raise_for_status()
    Membership.objects.create(workspace_id=world.here.workspace, user=person, roles=["viewer"])
    assert guest.get(f"/api/workflows/{workflow}").status_code == 404, "who comes back has what was shared before"
    Team.objects.filter(workspace_id=world.here.workspace, name="Reborn").delete()


@attempt("A46", "Take a right away while 100 starts of that person are under way", START, MEMBER)
def revoked_in_flight(world: World) -> None:
    person = world.person(world.here, "runner", Role.OPERATOR)
    runner, member = world.sign_in(person, "T1.runner"), Membership.objects.get(user=person)
    program = world.new_token("workflow:run", owner=runner)
    by_token = world.stranger("token", token=program["secret"])
    workflow = world.here.ids["workflow"]
    body = {"start": "start", "input": {"n": 1}}

    def start(number: int) -> int:
        sender = runner if number % 2 else by_token
        return sender.post(f"/api/workflows/{workflow}/runs", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        starts = [pool.submit(start, number) for number in range(100)]
        while not any(one.done() for one in starts):
            time.sleep(0.001)
        world.insider.delete(f"/api/members/{member.id}").raise_for_status()
        gone = timezone.now()
        statuses = [one.result() for one in starts]
    # 409: the rights changed between the look at them and the start, which the start itself notices.
    assert set(statuses) <= {202, 401, 403, 404, 409, 429}, set(statuses)
    assert start(1) == 404
    assert start(2) == 401
    # The membership is read with the request: one that was let in a moment before may still be written a moment after.
    late = Run.objects.filter(started_by=person, created_at__gt=gone + timedelta(seconds=GRACE_S)).count()
    assert late == 0, f"{late} runs began after the right was gone"


@attempt(
    "A101",
    "Line breaks, ANSI, 1 MB and look-alike letters in names",
    "api/me",
    "api/workspaces/<uuid:workspace>/workflows",
    "api/workspaces/<uuid:workspace>/teams",
)
def odd_names(world: World) -> None:
    person = world.as_role("everything", world.yard)
    place = f"/api/workspaces/{world.yard.workspace}"
    names = ["a\r\nERROR root: all is lost", "\x1b[2J\x1b[31mred", "x" * 1_000_000, "a\x00b", "\u202egnp.exe", "аdmin"]
    doors = (
        ("patch", "/api/me"),
        ("post", f"{place}/workflows"),
        ("post", f"{place}/teams"),
        ("post", f"{place}/folders"),
    )
    for name in names:
        for method, address in doors:
            assert person.request(method, address, json={"name": name}).status_code < 500
    evil = "/api/x%0d%0aERROR%20root:%20all%20is%20lost%1b[31m"
    person.raw("GET", evil)
    person.raw("GET", "/hooks/%1b[31m%0d%0aERROR")
    printed = "\n".join(world.product.lines[-400:])
    assert "\x1b" not in printed.replace("\x1b[0m", ""), "an escape sequence reached the log"
    assert not [line_ for line_ in world.product.lines if line_.startswith("ERROR root: all is lost")]
    person.patch("/api/me", json={"name": "Everything"}).raise_for_status()


@attempt(
    "A102",
    "The same change by page, by token and by a list of many; who is written down",
    *(
        "api/workflows/<uuid:id>",
        "api/workspaces/<uuid:workspace>/workflows/bulk",
    ),
)
def same_trail(world: World) -> None:
    insider, ids = world.insider, world.here.ids
    who = world.here.people["everything"].id
    program = world.by_token("workflow:read", "workflow:edit")
    document = graph([node("start", "start_manual"), node("mark", "set_fields")], [line("start", "mark")])
    first, second, third = (world.make(insider, world.here.workspace, document, live=False) for _ in range(3))
    insider.post(f"/api/workflows/{first}/archive", json={}).raise_for_status()
    program.post(f"/api/workflows/{second}/archive", json={}).raise_for_status()
    bulk = {"action": "archive", "ids": [third]}
    insider.post(f"/api/workspaces/{world.here.workspace}/workflows/bulk", json=bulk).raise_for_status()
    program.patch(f"/api/workflows/{ids['workflow']}", json={"description": "By a program"}).raise_for_status()
    told = AuditEvent.objects.filter(workspace_id=world.here.workspace, action="workflow.archived")
    events = {event.object_id: event for event in told.filter(object_id__in=[first, second, third])}
    assert set(events) == {first, second, third}, "an archived workflow has no entry"
    assert {event.actor_id for event in events.values()} == {who}
    assert events[first].token_id is None
    assert events[second].token_id is not None, "what a token did reads as if a page had done it"


@attempt(
    "A107", "Races at a limit: 20 tokens at once with one left, 20 invitations of one address", TOKENS, INVITATIONS
)
def races(world: World) -> None:
    user = world.person(world.here, "racer", Role.ADMIN)
    person, place = world.sign_in(user, "T1.racer"), f"/api/workspaces/{world.here.workspace}"
    until = timezone.now() + timedelta(days=1)
    AccessToken.objects.bulk_create(
        AccessToken(
            workspace_id=world.here.workspace,
            user=user,
            name=str(number),
            prefix="tutti_x",
            token_hash=secrets.token_bytes(32),
            scopes=["workflow:read"],
            expires_at=until,
        )
        for number in range(MOST - 1)
    )
    sent = {"name": "One more", "scopes": ["workflow:read"], "expires_at": until.isoformat()}
    guest = {"email": f"{secrets.token_hex(4)}@example.com", "roles": ["viewer"]}
    with ThreadPoolExecutor(10) as pool:
        tokens = list(pool.map(lambda _: person.post(f"{place}/tokens", json=sent).status_code, range(20)))
        invited = list(pool.map(lambda _: person.post(f"{place}/invitations", json=guest).status_code, range(20)))
    assert sorted(set(tokens)) == [201, 409], tokens
    assert tokens.count(201) == 1, f"{tokens.count(201)} tokens beyond the limit"
    assert invited.count(201) == 1, f"{invited.count(201)} invitations of one address"
    assert Invitation.objects.filter(email=guest["email"]).count() == 1
