"""Erasing a former member: names and addresses go, what was done stays, and the chain is whole."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from orchestrator.governance import audit
from orchestrator.governance.models import (
    AccessToken,
    AuditEvent,
    AuditLink,
    AuditValue,
    Membership,
    Request,
    Team,
    User,
    Workspace,
)
from orchestrator.governance.principal import person as principal_of
from tests.integration.governance.people import PASSWORD, Browser


@pytest.fixture
def admin(browser_of) -> Browser:
    return browser_of("admin", "owner", name="Maria")


@pytest.fixture
def finn(admin: Browser, person, workspace: Workspace) -> User:
    """Was invited, was refused something, was made a builder, signed in with a password, and left."""
    finn = person("viewer", name="Finn", password=PASSWORD)
    admin.post(f"workspaces/{workspace.id}/teams", {"name": "Buying", "members": [str(finn.memberships.get().id)]})
    Browser(finn).get(f"workspaces/{workspace.id}/members")
    member = finn.memberships.get()
    admin.patch(f"members/{member.id}", {"roles": ["builder"]})
    assert admin.delete(f"members/{member.id}").status_code == 204
    return finn


def erase(admin: Browser, workspace: Workspace, user: User, reason: str = "Their wish"):
    return admin.post(f"workspaces/{workspace.id}/erasures", {"person": str(user.id), "reason": reason})


def everything(workspace: Workspace) -> str:
    rows = [vars(event) for event in AuditEvent.objects.filter(workspace_id=workspace.id)]
    return str(rows + [vars(value) for value in AuditValue.objects.filter(workspace_id=workspace.id)])


def test_former_members_whom_the_trail_names_are_listed(admin: Browser, finn: User, workspace: Workspace) -> None:
    (listed,) = admin.get(f"workspaces/{workspace.id}/former-people").json()
    assert (listed["id"], listed["name"]) == (str(finn.id), "Finn")
    assert listed["last_at"]


def test_a_program_that_was_ended_is_no_former_member(admin: Browser, person, workspace: Workspace) -> None:
    program = person("viewer", name="Nightly")
    User.objects.filter(id=program.id).update(owner=admin.user)
    program.refresh_from_db()
    with transaction.atomic():
        told = {"workspace_id": workspace.id, "object_type": "workflow", "object_id": None}
        audit.record(principal_of(program), "workflow.changed", **told)
    Membership.objects.filter(user=program).delete()
    assert AuditValue.objects.filter(about=program.id).exists()
    assert admin.get(f"workspaces/{workspace.id}/former-people").json() == []


def test_nothing_names_an_erased_person_and_the_chain_is_whole(
    admin: Browser, finn: User, workspace: Workspace
) -> None:
    count, email = AuditEvent.objects.filter(workspace_id=workspace.id).count(), finn.email
    assert "Finn" in everything(workspace)
    answer = erase(admin, workspace, finn)
    assert (answer.status_code, answer.json()) == (200, {"account_closed": True})
    assert "Finn" not in everything(workspace)
    assert email not in everything(workspace)
    assert "Maria" in everything(workspace)
    verdict = audit.verify(workspace.id)
    assert (verdict.finding, verdict.events) == ("", count + 1)
    assert admin.get(f"workspaces/{workspace.id}/former-people").json() == []


def test_the_trail_reads_on_without_the_name(admin: Browser, browser_of, finn: User, workspace: Workspace) -> None:
    erase(admin, workspace, finn)
    answer = browser_of("auditor").get(f"workspaces/{workspace.id}/audit-events").json()
    sentences = [event["sentence"] for event in answer["results"]]
    assert sentences == [
        "Maria erased the name and addresses of a former member",
        "Maria removed somebody who was erased from the workspace",
        "Maria changed the roles of somebody who was erased",
        "somebody who was erased was refused: See who works here",
        "Maria made the team “Buying”",
    ]
    facets = browser_of("auditor").get(f"workspaces/{workspace.id}/audit-facets").json()
    assert "[erased]" not in {actor["name"] for actor in facets["actors"]}
    made = next(event for event in answer["results"] if event["action"] == "team.created")
    assert made["after"]["members"] == ["[erased]"]


def test_the_erasure_itself_is_told_without_the_name(admin: Browser, finn: User, workspace: Workspace) -> None:
    erase(admin, workspace, finn, reason="Asked for on paper")
    event = AuditEvent.objects.get(action="person.erased")
    assert (event.object_id, event.object_name, event.reason) == (str(finn.id), "", "Asked for on paper")
    assert event.detail["account"] is True
    told = {link.actor_name for link in AuditLink.objects.filter(workspace_id=workspace.id, actor_id=finn.id)}
    assert {f"committed:{digest}" for digest in event.detail["commitments"]} >= told


def test_the_account_is_closed_and_signs_in_no_more(admin: Browser, finn: User, workspace: Workspace) -> None:
    email = finn.email
    erase(admin, workspace, finn)
    finn.refresh_from_db()
    assert (finn.name, finn.is_active, finn.has_usable_password()) == ("[erased]", False, False)
    assert finn.email == f"{finn.id}@erased.invalid"
    assert not User.objects.filter(email=email).exists()
    assert not finn.emailaddress_set.exists()


def test_nothing_that_let_the_person_in_is_left(admin: Browser, finn: User, workspace: Workspace) -> None:
    """The organisation may take them on again: they come in as somebody new."""
    SocialAccount.objects.create(user=finn, provider="company", uid="finn.miller")
    key = Browser(finn).client.session.session_key
    UserSession.objects.create(user=finn, session_key=key, ip="192.0.2.7", user_agent="Firefox")
    erase(admin, workspace, finn)
    assert not SocialAccount.objects.exists()
    assert not UserSession.objects.filter(user=finn).exists()
    assert not Session.objects.filter(session_key=key).exists()


def test_an_account_that_belongs_elsewhere_stays(
    admin: Browser, finn: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    Membership.objects.create(workspace=other_workspace, user=finn, roles=["viewer"])
    assert erase(admin, workspace, finn).json() == {"account_closed": False}
    assert "Finn" not in everything(workspace)
    finn.refresh_from_db()
    assert (finn.name, finn.is_active) == ("Finn", True)


def test_a_namesake_whose_name_is_known_to_be_theirs_is_not_touched(
    admin: Browser, finn: User, person, workspace: Workspace
) -> None:
    other = person("viewer", name="Finn")
    Browser(other).get(f"workspaces/{workspace.id}/members")
    erase(admin, workspace, finn)
    assert AuditEvent.objects.get(workspace_id=workspace.id, actor_id=other.id).actor_name == "Finn"


def test_a_member_is_not_erased(admin: Browser, person, workspace: Workspace) -> None:
    vera = person("viewer", name="Vera")
    Browser(vera).get(f"workspaces/{workspace.id}/members")
    answer = erase(admin, workspace, vera)
    assert (answer.status_code, answer.json()["code"]) == (409, "still_member")
    assert "Vera" in everything(workspace)


def test_nobody_is_erased_under_a_legal_hold(admin: Browser, finn: User, workspace: Workspace) -> None:
    Workspace.objects.filter(id=workspace.id).update(legal_hold=True)
    answer = erase(admin, workspace, finn)
    assert (answer.status_code, answer.json()["code"]) == (409, "legal_hold")
    assert "Finn" in everything(workspace)


def test_whom_the_trail_does_not_name_is_not_found(
    admin: Browser, person, workspace: Workspace, other_workspace: Workspace
) -> None:
    stranger = person("viewer", at=other_workspace, name="Stan")
    assert erase(admin, workspace, stranger).status_code == 404
    stranger.refresh_from_db()
    assert (stranger.name, stranger.is_active) == ("Stan", True)


def test_a_stranger_is_not_found_by_the_name_of_somebody_here(
    admin: Browser, finn: User, person, workspace: Workspace, other_workspace: Workspace
) -> None:
    """Members of a team are told by their names alone."""
    stranger = person("viewer", at=other_workspace, name="Finn")
    stranger.memberships.get().delete()
    assert erase(admin, workspace, stranger).status_code == 404
    stranger.refresh_from_db()
    assert (stranger.name, stranger.is_active) == ("Finn", True)
    assert AuditEvent.objects.get(action="team.created").after["members"] == ["Finn"]


def test_whoever_asked_for_roles_of_somebody_is_not_erased_with_them(
    admin: Browser, browser_of, person, workspace: Workspace
) -> None:
    """Two people agreed to it; the event is about a third."""
    Workspace.objects.filter(id=workspace.id).update(four_eyes="required")
    vera, finn = browser_of("admin", name="Vera"), person("viewer", name="Finn")
    member = finn.memberships.get()
    asked = vera.patch(f"members/{member.id}", {"roles": ["builder"], "reason": "They build"}).json()["request"]
    hash = admin.get(f"requests/{asked}").json()["content_hash"]
    assert admin.post(f"requests/{asked}/decide", {"approve": True, "content_hash": hash}).status_code == 200
    assert admin.delete(f"members/{member.id}").status_code == 204
    vera.post(f"workspaces/{workspace.id}/teams", {"name": "Buying", "members": [str(vera.user.memberships.get().id)]})
    assert erase(admin, workspace, finn).status_code == 200
    assert AuditEvent.objects.get(action="member.roles_changed").detail["asked_by"] == "Vera"
    assert AuditEvent.objects.get(action="team.created").after["members"] == ["Vera"]

    assert admin.delete(f"members/{vera.user.memberships.get().id}").status_code == 204
    assert erase(admin, workspace, vera.user).status_code == 200
    assert "Vera" not in everything(workspace)


def test_no_request_shows_the_name_any_more(admin: Browser, browser_of, person, workspace: Workspace) -> None:
    Workspace.objects.filter(id=workspace.id).update(four_eyes="required")
    vera, finn, other = browser_of("admin", name="Vera"), person("viewer", name="Finn"), person("viewer", name="Finn")
    member, team = finn.memberships.get(), Team.objects.create(workspace=workspace, name="Finn")
    roles = {"roles": ["builder"], "reason": "They build"}
    for method, path, sent in (
        ("patch", f"members/{member.id}", roles),
        ("post", f"workspaces/{workspace.id}/invitations", {**roles, "email": finn.email.replace("@", "+1@")}),
        ("patch", f"teams/{team.id}", {"members": [str(member.id)], "reason": "They buy"}),
    ):
        asked = vera.send(method, path, sent).json()["request"]
        hash = admin.get(f"requests/{asked}").json()["content_hash"]
        assert decline(admin, asked, hash).status_code == 200
    Request.objects.filter(payload__what="invitation").update(
        object_name=finn.email, payload={"what": "invitation", "email": finn.email, "roles": ["builder"]}
    )
    open_one = vera.patch(f"teams/{team.id}", {"members": [str(member.id)], "reason": "Again"}).json()["request"]
    vera.patch(f"members/{other.memberships.get().id}", roles)
    workflow = {"object_type": "workflow", "object_id": team.id, "object_name": "Orders", "expires_at": timezone.now()}
    for told in ({"author": "Finn"}, {"person": {"id": str(finn.id), "name": "Finn"}}, {"user": str(finn.id)}):
        payload = {"whom": "Finn", **told} if "user" in told else told
        Request.objects.create(workspace=workspace, kind="workflow.run_as", payload=payload, state="done", **workflow)
    assert admin.delete(f"members/{member.id}").status_code == 204
    assert erase(admin, workspace, finn).status_code == 200
    kept = [(one.object_type, one.object_name, str(one.payload)) for one in Request.objects.order_by("id")]
    assert finn.email not in str(kept)
    assert [(type, name) for type, name, _ in kept] == [
        ("member", "[erased]"),
        ("workspace", "[erased]"),
        ("team", "Finn"),
        ("team", "Finn"),
        ("member", "Finn"),
        *[("workflow", "Orders")] * 3,
    ]
    assert "Finn" not in str([payload for _, _, payload in kept])
    shown = admin.get(f"requests/{open_one}").json()
    assert shown["payload"]["added"] == ["[erased]"]
    assert decline(admin, open_one, shown["content_hash"]).status_code == 200


def decline(admin: Browser, request: str, hash: str):
    return admin.post(f"requests/{request}/decide", {"approve": False, "reason": "No", "content_hash": hash})


def test_no_token_tells_any_more_where_it_was_used_from(admin: Browser, finn: User, workspace: Workspace) -> None:
    token = AccessToken.objects.create(
        workspace=workspace,
        user=finn,
        name="Robot",
        token_hash=b"x",
        scopes=[],
        expires_at=timezone.now(),
        last_used_ip="192.0.2.7",
    )
    erase(admin, workspace, finn)
    token.refresh_from_db()
    assert token.last_used_ip is None


@pytest.mark.parametrize("role", ["auditor", "builder", "approver"])
def test_only_admins_erase(browser_of, finn: User, workspace: Workspace, role: str) -> None:
    assert erase(browser_of(role), workspace, finn).status_code == 403
    assert "Finn" in everything(workspace)
