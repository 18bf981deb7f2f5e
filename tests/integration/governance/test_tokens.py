"""Access tokens: a program acts as a person, within what it was given, for as long as it may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orchestrator.governance.audit import verify
from orchestrator.governance.matrix import TOKEN_VERBS
from orchestrator.governance.models import AccessToken, AuditEvent, Membership, Workspace
from tests.integration.governance.people import Browser, fresh_address

BrowserOf = Callable[..., Browser]


def wanted(*scopes: str, days: float = 30, name: str = "Nightly") -> dict[str, Any]:
    return {"name": name, "scopes": list(scopes), "expires_at": (timezone.now() + timedelta(days=days)).isoformat()}


def make(browser: Browser, workspace: Workspace, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = browser.post(f"workspaces/{workspace.id}/tokens", wanted(*scopes, **more))
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def program(secret: str) -> Browser:
    """No cookie, no CSRF token: only the header."""
    sending = Browser()
    sending.client = Client(REMOTE_ADDR=fresh_address(), enforce_csrf_checks=True)
    sending.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return sending


@pytest.mark.ux(148)
def test_a_token_is_shown_once_and_opens_what_it_names(browser_of: BrowserOf, workspace: Workspace) -> None:
    builder = browser_of("builder")
    made = make(builder, workspace, "workspace:read", "workflow:read")
    assert made["secret"].startswith(made["prefix"])
    listed = builder.get(f"workspaces/{workspace.id}/tokens")
    assert made["secret"] not in listed.content.decode()
    assert [one["prefix"] for one in listed.json()["results"]] == [made["prefix"]]
    script = program(made["secret"])
    assert script.get(f"workspaces/{workspace.id}/workflows").status_code == 200
    assert script.get("session").json()["user"]["id"] == str(builder.user.id)
    refused = script.post(f"workspaces/{workspace.id}/workflows", {"name": "Made by a program"})
    assert (refused.status_code, refused.json()["code"]) == (403, "denied")
    assert builder.get(f"workspaces/{workspace.id}/tokens").json()["results"][0]["last_used_at"] is not None


def test_a_token_can_do_no_more_than_its_person(browser_of: BrowserOf, workspace: Workspace) -> None:
    viewer = browser_of("viewer")
    script = program(make(viewer, workspace, *TOKEN_VERBS)["secret"])
    assert script.get(f"workspaces/{workspace.id}/workflows").status_code == 200
    assert script.post(f"workspaces/{workspace.id}/workflows", {"name": "Never"}).status_code == 403
    Membership.objects.filter(user=viewer.user).update(roles=["builder"])
    assert script.post(f"workspaces/{workspace.id}/workflows", {"name": "Now"}).status_code == 201
    Membership.objects.filter(user=viewer.user).delete()
    assert script.get(f"workspaces/{workspace.id}/workflows").status_code == 401


def test_a_token_is_good_for_one_workspace(
    browser_of: BrowserOf, workspace: Workspace, other_workspace: Workspace
) -> None:
    builder = browser_of("builder")
    Membership.objects.create(workspace=other_workspace, user=builder.user, roles=["builder"])
    script = program(make(builder, workspace, *TOKEN_VERBS)["secret"])
    assert builder.get(f"workspaces/{other_workspace.id}/workflows").status_code == 200
    assert script.get(f"workspaces/{other_workspace.id}/workflows").status_code in (403, 404)


@pytest.mark.ux(148)
def test_a_revoked_token_opens_nothing_from_the_next_request_on(browser_of: BrowserOf, workspace: Workspace) -> None:
    builder = browser_of("builder")
    made = make(builder, workspace, "workflow:read")
    script = program(made["secret"])
    assert script.get(f"workspaces/{workspace.id}/workflows").status_code == 200
    assert builder.delete(f"tokens/{made['id']}").status_code == 204
    refused = script.get(f"workspaces/{workspace.id}/workflows")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert builder.get(f"workspaces/{workspace.id}/tokens").json()["results"][0]["state"] == "revoked"
    actions = AuditEvent.objects.filter(workspace_id=workspace.id, object_id=made["id"])
    assert list(actions.values_list("action", flat=True).order_by("seq")) == ["token.created", "token.revoked"]


@pytest.mark.parametrize("change", [{"expires_at": timezone.now() - timedelta(1)}, {"user__is_active": False}])
def test_an_expired_token_and_one_of_nobody_open_nothing(
    browser_of: BrowserOf, workspace: Workspace, change: dict[str, Any]
) -> None:
    builder = browser_of("builder")
    script = program(make(builder, workspace, "workflow:read")["secret"])
    for name, value in change.items():
        rows: Any = (
            AccessToken.objects if name == "expires_at" else type(builder.user).objects.filter(id=builder.user.id)
        )
        rows.update(**{name.rpartition("__")[2]: value})
    assert script.get(f"workspaces/{workspace.id}/workflows").status_code == 401


def test_a_cookie_does_not_help_a_bad_token(browser_of: BrowserOf, workspace: Workspace) -> None:
    builder = browser_of("builder")
    address = f"/api/workspaces/{workspace.id}/workflows"
    answer = builder.client.get(address, headers={"Authorization": "Bearer tutti_made-up"})
    assert answer.status_code == 401
    assert builder.client.get(address, headers={"Authorization": "Bearer somebody-elses"}).status_code == 200


def test_what_a_token_does_stands_in_the_trail_with_the_token(browser_of: BrowserOf, workspace: Workspace) -> None:
    builder = browser_of("builder")
    made = make(builder, workspace, "workflow:read", "workflow:edit")
    program(made["secret"]).post(f"workspaces/{workspace.id}/workflows", {"name": "By a program"})
    event = AuditEvent.objects.get(workspace_id=workspace.id, action="workflow.created")
    assert (event.actor_id, str(event.token_id), event.auth) == (
        builder.user.id,
        made["id"],
        f"token {made['prefix']}",
    )
    assert verify(workspace.id).whole


@pytest.mark.parametrize("scope", ["workflow:publish", "task:decide", "member:manage", "asset:replace", "run:payload"])
def test_no_token_decides_publishes_or_manages(browser_of: BrowserOf, workspace: Workspace, scope: str) -> None:
    answer = browser_of("owner").post(f"workspaces/{workspace.id}/tokens", wanted(scope))
    assert answer.status_code == 422
    assert not AccessToken.objects.exists()


def test_a_token_makes_and_ends_no_tokens(browser_of: BrowserOf, workspace: Workspace) -> None:
    owner = browser_of("owner")
    made = make(owner, workspace, *TOKEN_VERBS)
    script = program(made["secret"])
    assert script.post(f"workspaces/{workspace.id}/tokens", wanted("workflow:read")).status_code == 403
    assert script.delete(f"tokens/{made['id']}").status_code == 403
    assert script.patch("me", {"name": "Somebody else"}).status_code == 403


def test_a_token_keeps_no_searches_in_the_name_of_its_person(browser_of: BrowserOf, workspace: Workspace) -> None:
    script = program(make(browser_of("builder"), workspace, "workflow:read")["secret"])
    search = {"page": "runs", "name": "Failed", "query": {"status": "failed"}}
    assert script.post(f"workspaces/{workspace.id}/saved-searches", search).status_code == 403


@pytest.mark.parametrize("days", [-1, 400])
def test_a_token_lives_for_a_year_at_most(browser_of: BrowserOf, workspace: Workspace, days: int) -> None:
    answer = browser_of("builder").post(f"workspaces/{workspace.id}/tokens", wanted("workflow:read", days=days))
    assert (answer.status_code, answer.json()["code"]) == (422, "token_life")


@pytest.mark.ux(148)
def test_administrators_see_and_revoke_everybodys(browser_of: BrowserOf, workspace: Workspace) -> None:
    builder, admin = browser_of("builder"), browser_of("admin")
    made = make(builder, workspace, "workflow:read")
    assert builder.get(f"workspaces/{workspace.id}/all-tokens").status_code == 403
    listed = admin.get(f"workspaces/{workspace.id}/all-tokens").json()["results"]
    assert [(one["id"], one["user"]["id"]) for one in listed] == [(made["id"], str(builder.user.id))]
    assert browser_of("publisher").delete(f"tokens/{made['id']}").status_code == 404
    assert admin.delete(f"tokens/{made['id']}").status_code == 204
    assert program(made["secret"]).get(f"workspaces/{workspace.id}/workflows").status_code == 401


def test_a_token_opens_only_from_the_networks_it_names(browser_of: BrowserOf, workspace: Workspace) -> None:
    builder = browser_of("builder")
    sent = {**wanted("workflow:read"), "networks": ["192.0.2.0/24", "2001:db8::7"]}
    made = builder.post(f"workspaces/{workspace.id}/tokens", sent).json()
    assert made["networks"] == ["192.0.2.0/24", "2001:db8::7/128"]
    script, address = program(made["secret"]), f"/api/workspaces/{workspace.id}/workflows"
    for at, status in (
        ("192.0.2.9", 200),
        ("::ffff:192.0.2.9", 200),
        ("2001:db8::7", 200),
        ("192.0.3.9", 401),
        ("::1", 401),
    ):
        answer = script.client.get(address, REMOTE_ADDR=at, HTTP_X_FORWARDED_FOR="192.0.2.9")
        assert answer.status_code == status, at
    shown = builder.get(f"workspaces/{workspace.id}/tokens").json()["results"][0]
    assert shown["last_used_ip"] == "2001:db8::7"
    told = AuditEvent.objects.filter(workspace_id=workspace.id, action="token.refused").order_by("seq")
    assert [one.ip for one in told] == ["192.0.3.9", "::1"]


@pytest.mark.parametrize("network", ["everywhere", "192.0.2.300", "192.0.2.0/99", ""])
def test_a_network_that_cannot_be_read_is_refused(browser_of: BrowserOf, workspace: Workspace, network: str) -> None:
    sent = {**wanted("workflow:read"), "networks": [network]}
    assert browser_of("builder").post(f"workspaces/{workspace.id}/tokens", sent).status_code == 422
