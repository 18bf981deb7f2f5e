"""Giving more than before where a second person is demanded: asked for, agreed to, and only then so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from orchestrator.governance.models import (
    AuditEvent,
    FourEyes,
    GroupRoles,
    Membership,
    Policy,
    Request,
    Team,
    User,
    Workspace,
)
from orchestrator.governance.sentences import TAKES_TWO
from tests.integration.governance.people import Browser, fresh_email

PersonOf = Callable[..., User]


@pytest.fixture
def strict(workspace: Workspace) -> Workspace:
    workspace.four_eyes = FourEyes.REQUIRED
    workspace.save()
    return workspace


@pytest.fixture
def ada(strict: Workspace, person: PersonOf) -> Browser:
    return Browser(person("admin", name="Ada"))


@pytest.fixture
def amir(strict: Workspace, person: PersonOf) -> Browser:
    return Browser(person("admin", name="Amir"))


@pytest.fixture
def finn(strict: Workspace, person: PersonOf) -> Membership:
    return Membership.objects.get(user=person("viewer", name="Finn"))


def decide(browser: Browser, request: str, *, approve: bool = True, reason: str = "") -> Any:
    seen = browser.get(f"requests/{request}").json().get("content_hash", "00")
    return browser.post(f"requests/{request}/decide", {"approve": approve, "reason": reason, "content_hash": seen})


def give(browser: Browser, member: Membership, *roles: str, **more: Any) -> Any:
    return browser.patch(f"members/{member.id}", {"roles": list(roles), **more})


def test_more_roles_are_asked_for_and_given_by_a_second_person(ada: Browser, amir: Browser, finn: Membership) -> None:
    silent = give(ada, finn, "viewer", "builder")
    assert (silent.status_code, silent.json()["code"]) == (422, "reason_missing")
    answer = give(ada, finn, "viewer", "builder", reason="Joins the team")
    assert answer.status_code == 202
    finn.refresh_from_db()
    assert finn.roles == ["viewer"]
    request = answer.json()["request"]
    assert decide(ada, request, reason="Sure").json()["code"] == "second_person"
    assert decide(amir, request).json()["state"] == "done"
    finn.refresh_from_db()
    assert finn.roles == ["viewer", "builder"]
    event = AuditEvent.objects.get(workspace_id=finn.workspace_id, action="member.roles_changed")
    assert (event.actor_name, event.detail) == ("Amir", {"request": request, "asked_by": "Ada"})


def test_fewer_roles_need_nobody(ada: Browser, finn: Membership) -> None:
    Membership.objects.filter(pk=finn.pk).update(roles=["viewer", "builder"])
    assert give(ada, finn, "viewer").status_code == 200
    assert not Request.objects.exists()


def test_whoever_gains_does_not_agree(strict: Workspace, ada: Browser, person: PersonOf) -> None:
    amy = person("admin", name="Amy")
    member = Membership.objects.get(user=amy)
    request = give(ada, member, "admin", "publisher", reason="Holiday cover").json()["request"]
    answer = decide(Browser(amy), request, reason="Thank you")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_person")


def test_whoever_joins_a_team_does_not_agree(strict: Workspace, ada: Browser, amir: Browser) -> None:
    team = Team.objects.create(workspace=strict, name="Finance")
    member = Membership.objects.get(user=amir.user)
    asked = ada.patch(f"teams/{team.id}", {"members": [str(member.id)], "reason": "Month end"}).json()["request"]
    answer = decide(amir, asked, reason="Thank you")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_person")
    assert not team.members.exists()


def test_what_was_agreed_to_does_not_overrule_what_happened_since(
    ada: Browser, amir: Browser, finn: Membership
) -> None:
    request = give(ada, finn, "viewer", "builder", reason="Joins the team").json()["request"]
    Membership.objects.filter(pk=finn.pk).update(roles=["operator"])
    answer = decide(amir, request)
    assert (answer.status_code, answer.json()["code"]) == (409, "request_outdated")
    assert Request.objects.get(pk=request).state == "open"


def test_an_asker_without_the_right_any_more_gives_nothing(ada: Browser, amir: Browser, finn: Membership) -> None:
    request = give(ada, finn, "viewer", "builder", reason="Joins the team").json()["request"]
    Membership.objects.filter(user=ada.user).update(roles=["viewer"])
    assert decide(amir, request).json()["code"] == "request_outdated"
    finn.refresh_from_db()
    assert finn.roles == ["viewer"]


def test_an_invitation_is_sent_after_somebody_agreed(strict: Workspace, ada: Browser, amir: Browser) -> None:
    wanted = {"email": fresh_email(), "roles": ["publisher"]}
    asked = ada.post(f"workspaces/{strict.id}/invitations", {**wanted, "reason": "New colleague"})
    assert asked.status_code == 202
    assert not strict.invitations.exists()
    assert decide(amir, asked.json()["request"]).json()["state"] == "approved"
    sent = ada.post(f"workspaces/{strict.id}/invitations", wanted)
    assert (sent.status_code, "/invitation#" in sent.json()["link"]) == (201, True)
    assert Request.objects.get().state == "done"
    other = ada.post(f"workspaces/{strict.id}/invitations", {**wanted, "email": fresh_email(), "reason": "Another"})
    assert other.status_code == 202  # what was agreed to is used up


def test_an_agreed_invitation_covers_these_roles_only(strict: Workspace, ada: Browser, amir: Browser) -> None:
    wanted = {"email": fresh_email(), "roles": ["viewer"], "reason": "New colleague"}
    asked = ada.post(f"workspaces/{strict.id}/invitations", wanted).json()["request"]
    decide(amir, asked)
    more = ada.post(f"workspaces/{strict.id}/invitations", {**wanted, "roles": ["viewer", "admin"]})
    assert more.status_code == 202
    assert amir.post(f"workspaces/{strict.id}/invitations", wanted).status_code == 202  # nor for somebody else


def test_who_joins_a_team_is_agreed_to(strict: Workspace, ada: Browser, amir: Browser, finn: Membership) -> None:
    team = Team.objects.create(workspace=strict, name="Finance")
    asked = ada.patch(f"teams/{team.id}", {"members": [str(finn.id)], "reason": "Month end"})
    assert asked.status_code == 202
    assert not team.members.exists()
    assert decide(amir, asked.json()["request"]).json()["state"] == "done"
    assert list(team.members.all()) == [finn]
    assert ada.patch(f"teams/{team.id}", {"members": []}).status_code == 200


BUYERS, BUILDING_BUYERS = {"group": "buyers", "roles": ["viewer"]}, {"group": "buyers", "roles": ["viewer", "builder"]}


def set_groups(browser: Browser, workspace: Workspace, *lines: dict[str, Any], **more: Any) -> Any:
    return browser.send("put", f"workspaces/{workspace.id}/group-roles", {"lines": lines, **more})


def test_more_roles_of_a_group_are_agreed_to(strict: Workspace, ada: Browser, amir: Browser) -> None:
    GroupRoles.objects.create(workspace=strict, **BUYERS)
    assert set_groups(ada, strict, BUILDING_BUYERS).json()["code"] == "reason_missing"
    asked = set_groups(ada, strict, BUILDING_BUYERS, reason="They build now")
    assert (asked.status_code, GroupRoles.objects.get().roles) == (202, ["viewer"])
    request = asked.json()["request"]
    assert amir.get(f"requests/{request}").json()["payload"] == {
        "what": "groups",
        "before": {"buyers": ["viewer"]},
        "groups": {"buyers": ["builder", "viewer"]},
    }
    assert decide(ada, request, reason="Sure").json()["code"] == "second_person"
    assert decide(amir, request).json()["state"] == "done"
    assert GroupRoles.objects.get().roles == ["builder", "viewer"]
    event = AuditEvent.objects.get(workspace_id=strict.id, action="group_roles.changed")
    assert (event.actor_name, event.detail) == ("Amir", {"request": request, "asked_by": "Ada"})
    assert set_groups(ada, strict, BUYERS).status_code == 200
    assert set_groups(ada, strict).status_code == 200
    assert set_groups(ada, strict, BUYERS, reason="A group of its own").status_code == 202


def test_groups_that_were_changed_since_stay_as_they_are(strict: Workspace, ada: Browser, amir: Browser) -> None:
    request = set_groups(ada, strict, BUILDING_BUYERS, reason="They build now").json()["request"]
    GroupRoles.objects.create(workspace=strict, **BUYERS)
    assert decide(amir, request).json()["code"] == "request_outdated"
    assert GroupRoles.objects.get().roles == ["viewer"]


def test_a_rule_is_lifted_by_two(strict: Workspace, ada: Browser, amir: Browser, finn: Membership) -> None:
    against = {"user": str(finn.user_id), "verbs": ["run:read"], "reason": "Until the review"}
    made = ada.post(f"workspaces/{strict.id}/policies", against).json()["id"]
    assert ada.delete(f"policies/{made}").json()["code"] == "reason_missing"
    asked = ada.send("delete", f"policies/{made}", {"reason": "It is over"})
    assert (asked.status_code, Policy.objects.count()) == (202, 1)
    request = asked.json()["request"]
    shown = amir.get(f"requests/{request}").json()
    assert shown["object"] == {"type": "policy", "id": made, "name": "Until the review"}
    assert shown["payload"] == {
        "what": "rule",
        "user": str(finn.user_id),
        "whom": "Finn",
        "role": "",
        "verbs": ["run:read"],
        "about": "",
    }
    assert Request.objects.get().authors == [finn.user_id]
    assert decide(ada, request, reason="Sure").json()["code"] == "second_person"
    assert decide(amir, request).json()["state"] == "done"
    assert not Policy.objects.exists()
    event = AuditEvent.objects.get(workspace_id=strict.id, action="policy.lifted")
    assert (event.actor_name, event.reason) == ("Amir", "Until the review")
    assert event.detail == {"person": "Finn", "request": request, "asked_by": "Ada"}


def test_a_rule_that_is_gone_is_not_lifted_again(strict: Workspace, ada: Browser, amir: Browser) -> None:
    made = ada.post(f"workspaces/{strict.id}/policies", {"role": "viewer", "verbs": ["run:read"], "reason": "Audit"})
    rule = f"policies/{made.json()['id']}"
    request = ada.send("delete", rule, {"reason": "It is over"}).json()["request"]
    assert ada.send("delete", rule, {"reason": "Again"}).json()["code"] == "request_open"
    Policy.objects.all().delete()
    assert decide(amir, request).json()["code"] == "request_outdated"


def settings(browser: Browser, workspace: Workspace, **changes: Any) -> Any:
    return browser.patch(f"workspaces/{workspace.id}", changes)


def test_a_rule_that_lets_through_more_waits_and_the_rest_is_saved(
    strict: Workspace, ada: Browser, amir: Browser
) -> None:
    answer = settings(ada, strict, name="Pier", allowed_hosts=["crm.local"], reason="New system").json()
    assert (answer["name"], answer["allowed_hosts"]) == ("Pier", [])
    [request] = answer["requests"]
    assert amir.get(f"requests/{request}").json()["payload"] == {
        "changes": {"allowed_hosts": {"before": [], "after": ["crm.local"]}}
    }
    again = settings(ada, strict, name="Pier", allowed_hosts=["crm.local"], reason="New system").json()
    assert again["requests"] == [request]
    assert decide(amir, request).json()["state"] == "done"
    strict.refresh_from_db()
    assert strict.allowed_hosts == ["crm.local"]
    assert settings(ada, strict, allowed_hosts=[]).json()["requests"] == []


LOOSER: dict[str, tuple[Any, Any]] = {
    "outside": ("listed", "open"),
    "listed_hosts": ([], ["*.example.com"]),
    "denied_hosts": (["evil.example.com"], []),
    "encrypt_data": (True, False),
    "keep_days": (None, 30),
    "data_hold": ("Case 4711", ""),
    "trail_months": (24, 12),
    "legal_hold": (True, False),
    "redact": (["email", "iban"], ["iban"]),
    "personal_fields": (["salary", "person.name"], ["salary"]),
    "second_factor_required": (True, False),
}
"""Field -> how it is, and what keeps out, keeps back or blacks out less than that."""


@pytest.mark.parametrize("field", LOOSER)
def test_what_keeps_less_takes_two_and_what_keeps_more_takes_one(
    strict: Workspace, ada: Browser, amir: Browser, field: str
) -> None:
    for one in (ada, amir):
        Authenticator.objects.create(user=one.user, type=Authenticator.Type.WEBAUTHN, data={})
    tight, loose = LOOSER[field]
    setattr(strict, field, tight)
    strict.save()
    waits = settings(ada, strict, **{field: loose}, reason="We agreed on it").json()
    assert waits[field] == tight
    decide(amir, waits["requests"][0])
    strict.refresh_from_db()
    assert getattr(strict, field) == loose
    back = settings(ada, strict, **{field: tight}).json()
    assert (back["requests"], back[field]) == ([], tight)


def test_nobody_does_without_the_second_person_alone(strict: Workspace, ada: Browser, amir: Browser) -> None:
    answer = settings(ada, strict, four_eyes="self_with_reason", reason="Only me left").json()
    assert answer["four_eyes"] == "required"
    assert decide(ada, answer["requests"][0], reason="Go").status_code == 403
    decide(amir, answer["requests"][0])
    strict.refresh_from_db()
    assert strict.four_eyes == FourEyes.SELF_WITH_REASON


def test_a_later_wish_takes_the_place_of_the_earlier_one(strict: Workspace, ada: Browser, amir: Browser) -> None:
    first = settings(ada, strict, allowed_hosts=["a.local"], reason="A").json()["requests"][0]
    second = settings(ada, strict, allowed_hosts=["a.local", "b.local"], reason="A and B").json()["requests"][0]
    assert (Request.objects.get(pk=first).state, Request.objects.get(pk=second).state) == ("void", "open")


def test_only_those_who_may_do_it_see_and_decide(
    strict: Workspace, other_workspace: Workspace, ada: Browser, amir: Browser, person: PersonOf, finn: Membership
) -> None:
    request = give(ada, finn, "viewer", "builder", reason="Joins").json()["request"]
    builder, auditor = Browser(person("builder")), Browser(person("auditor"))
    stranger = Browser(person("admin", at=other_workspace))
    assert builder.get(f"requests/{request}").status_code == 404
    assert stranger.get(f"requests/{request}").status_code == 404
    assert auditor.get(f"requests/{request}").json()["may"]["decide"] is False
    answer = decide(auditor, request)
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    counts = {
        who: [one.get(f"workspaces/{strict.id}/requests", show=show).json()["count"] for show in SHOWS]
        for who, one in {"ada": ada, "amir": amir, "builder": builder, "auditor": auditor}.items()
    }
    assert counts == {"ada": [0, 1, 1, 0], "amir": [1, 1, 0, 0], "builder": [0, 0, 0, 0], "auditor": [0, 1, 0, 0]}
    decide(amir, request)
    assert amir.get(f"workspaces/{strict.id}/requests", show="decided", kind="grant.change").json()["count"] == 1
    assert amir.get(f"workspaces/{strict.id}/requests", show="all").status_code == 422


SHOWS = ("waiting", "open", "mine", "decided")


def test_an_access_token_decides_nothing(strict: Workspace, ada: Browser, amir: Browser, finn: Membership) -> None:
    request = give(ada, finn, "viewer", "builder", reason="Joins").json()["request"]
    made = amir.post(
        f"workspaces/{strict.id}/tokens",
        {"name": "Robot", "scopes": ["workspace:read"], "expires_at": timezone.now() + timedelta(days=30)},
    ).json()
    robot = Browser()
    shown = amir.get(f"requests/{request}").json()
    answer = robot.send(
        "post",
        f"requests/{request}/decide",
        {"approve": True, "content_hash": shown["content_hash"]},
        headers={"Authorization": f"Bearer {made['secret']}"},
    )
    assert answer.status_code == 403
    assert Request.objects.get(pk=request).state == "open"


def test_where_one_is_enough_more_is_given_at_once_and_noted(workspace: Workspace, person: PersonOf) -> None:
    ada, finn = Browser(person("admin")), Membership.objects.get(user=person("viewer"))
    assert give(ada, finn, "viewer", "builder").status_code == 200
    event = AuditEvent.objects.get(workspace_id=workspace.id, action="member.roles_changed")
    assert event.detail == {"alone": True}


def test_where_one_is_enough_somebody_joins_a_team_at_once_and_it_is_noted(
    workspace: Workspace, person: PersonOf
) -> None:
    ada, finn = Browser(person("admin")), Membership.objects.get(user=person("viewer"))
    team = Team.objects.create(workspace=workspace, name="Finance")
    for members in ([str(finn.id)], []):
        assert ada.patch(f"teams/{team.id}", {"members": members, "reason": "Month end"}).status_code == 200
    joined, left = AuditEvent.objects.filter(workspace_id=workspace.id, action="team.changed").order_by("seq")
    assert (joined.reason, joined.detail) == ("Month end", {"alone": True})
    assert (left.reason, left.detail) == ("Month end", None)


def test_what_one_did_alone_with_groups_and_rules_is_noted(workspace: Workspace, person: PersonOf) -> None:
    ada = Browser(person("admin"))
    assert set_groups(ada, workspace, BUYERS).status_code == 200
    made = ada.post(f"workspaces/{workspace.id}/policies", {"role": "viewer", "verbs": ["run:read"], "reason": "Audit"})
    assert ada.delete(f"policies/{made.json()['id']}").status_code == 204
    alone = AuditEvent.objects.filter(workspace_id=workspace.id, action__in=TAKES_TWO, detail__alone=True)
    assert [event.action for event in alone.order_by("seq")] == ["group_roles.changed", "policy.lifted"]
