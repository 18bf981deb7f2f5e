"""Service accounts: programs act as them, no further than whoever answers for them, and not without that person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.actions.checks import begin_check, end_check
from orchestrator.governance.models import AccessToken, AuditEvent, Membership, ServiceAccount, User, Workspace
from orchestrator.governance.principal import Kind, person
from tests.integration.governance.people import Browser
from tests.integration.governance.test_tokens import program, wanted

BrowserOf = Callable[..., Browser]


def values(owner: Browser, *roles: str, **more: Any) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    return {
        "name": "Nightly import",
        "purpose": "Brings orders in",
        "roles": list(roles),
        "owner": str(owner.user.id),
        "review_on": day,
        **more,
    }


def add(admin: Browser, workspace: Workspace, owner: Browser, *roles: str, **more: Any) -> dict[str, Any]:
    answer = admin.post(f"workspaces/{workspace.id}/service-accounts", values(owner, *roles, **more))
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def token_of(owner: Browser, account: dict[str, Any], *scopes: str) -> Browser:
    made = owner.post(f"service-accounts/{account['id']}/tokens", wanted(*scopes))
    assert made.status_code == 201, made.json()
    return program(made.json()["secret"])


def test_a_program_acts_as_the_account_and_the_trail_says_so(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    account = add(admin, workspace, finn, "builder")
    script = token_of(finn, account, "workflow:edit", "workflow:read")
    assert script.post(f"workspaces/{workspace.id}/workflows", {"name": "By a program"}).status_code == 201
    event = AuditEvent.objects.get(workspace_id=workspace.id, action="workflow.created")
    assert (event.actor_kind, event.actor_name, str(event.actor_id)) == ("service", "Nightly import", account["user"])
    user = User.objects.get(id=account["user"])
    acting = person(user)
    assert (acting.kind, acting.natural_person) == (Kind.SERVICE, finn.user.id)
    listed = admin.get(f"workspaces/{workspace.id}/service-accounts").json()["results"]
    assert [(one["name"], one["owner"]["name"], one["tokens"]) for one in listed] == [("Nightly import", "Finn", 1)]
    people = admin.get(f"workspaces/{workspace.id}/members").json()["results"]
    assert account["user"] not in [one["user"]["id"] for one in people]


def test_an_account_may_no_more_than_who_answers_for_it(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", "operator", name="Finn")
    address = f"workspaces/{workspace.id}/workflows"
    script = token_of(finn, add(admin, workspace, finn, "builder", "operator"), "workflow:edit", "workflow:read")
    assert script.post(address, {"name": "Still"}).status_code == 201
    Membership.objects.filter(user=finn.user).update(roles=["operator"])
    assert script.post(address, {"name": "Not any more"}).status_code == 403
    assert script.get(address).status_code == 200
    rule = {"user": str(finn.user.id), "verbs": ["workflow:read"], "reason": "Left the project"}
    assert admin.post(f"workspaces/{workspace.id}/policies", rule).status_code == 201
    assert script.get(address).status_code == 403
    User.objects.filter(id=finn.user.id).update(is_active=False)
    assert script.get(address).status_code == 401


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        (["steward"], "role_not_held"),
        (["owner"], "role_for_people"),
        (["admin"], "role_for_people"),
        (["approver"], "role_for_people"),
        (["publisher"], "role_for_people"),
    ],
)
def test_roles_for_people_and_roles_the_owner_lacks_are_refused(
    browser_of: BrowserOf, workspace: Workspace, roles: list[str], code: str
) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", "publisher", "approver", "admin", "owner", name="Finn")
    answer = admin.post(f"workspaces/{workspace.id}/service-accounts", values(finn, *roles))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not ServiceAccount.objects.exists()


def test_only_who_answers_for_it_makes_its_tokens(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn, other = browser_of("admin"), browser_of("builder", name="Finn"), browser_of("builder")
    account = add(admin, workspace, finn, "builder")
    address = f"service-accounts/{account['id']}/tokens"
    assert admin.post(address, wanted("workflow:read")).status_code == 403
    assert other.post(address, wanted("workflow:read")).status_code == 404
    assert finn.post(address, wanted("workflow:read")).status_code == 201
    [token] = admin.get(address).json()["results"]
    assert admin.delete(f"tokens/{token['id']}").status_code == 204


def test_an_account_cannot_sign_in(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    user = User.objects.get(id=add(admin, workspace, finn, "builder")["user"])
    assert not user.has_usable_password()
    window = Browser(user)  # as if somebody had come by a session of it all the same
    assert window.get("session").json()["user"] is None
    assert window.get(f"workspaces/{workspace.id}/workflows").status_code == 401


@pytest.mark.parametrize("heir", [True, False])
def test_it_ends_with_its_owner_unless_somebody_takes_it_over(
    browser_of: BrowserOf, workspace: Workspace, heir: bool
) -> None:
    admin, finn, next_one = browser_of("admin"), browser_of("builder", name="Finn"), browser_of("builder", name="Gil")
    account = add(admin, workspace, finn, "builder")
    script = token_of(finn, account, "workflow:read")
    member = Membership.objects.get(user=finn.user)
    sent = {"hand_over_to": str(next_one.user.id) if heir else None}
    assert admin.send("delete", f"members/{member.id}", sent).status_code == 204
    found = script.get(f"workspaces/{workspace.id}/workflows").status_code
    actions = AuditEvent.objects.filter(workspace_id=workspace.id, object_type="service_account").order_by("seq")
    said = [one.action for one in actions]
    if heir:
        assert (found, said[-1]) == (200, "service_account.changed")
        assert ServiceAccount.objects.get().user.owner == next_one.user
    else:
        assert (found, said[-1]) == (401, "service_account.ended")
        assert not ServiceAccount.objects.exists()


def test_an_ended_account_opens_nothing_and_its_name_is_free(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    account = add(admin, workspace, finn, "builder")
    script = token_of(finn, account, "workflow:read")
    taken = admin.post(f"workspaces/{workspace.id}/service-accounts", values(finn, "builder"))
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert admin.delete(f"service-accounts/{account['id']}").status_code == 204
    assert script.get(f"workspaces/{workspace.id}/workflows").status_code == 401
    assert AccessToken.objects.get().state == "revoked"
    assert add(admin, workspace, finn, "builder")["user"] != account["user"]


def made_by(account: dict[str, Any], owner: Browser, workspace: Workspace) -> Workflow:
    script = token_of(owner, account, "workflow:edit", "workflow:read")
    answer = script.post(f"workspaces/{workspace.id}/workflows", {"name": "By a program"})
    return Workflow.objects.get(id=answer.json()["id"])


def test_what_an_account_made_goes_to_who_answers_for_it(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    account = add(admin, workspace, finn, "builder")
    workflow = made_by(account, finn, workspace)
    assert admin.delete(f"service-accounts/{account['id']}").status_code == 204
    workflow.refresh_from_db()
    assert (workflow.owner, workflow.archived_at) == (finn.user, None)


@pytest.mark.parametrize("heir", [True, False])
def test_what_an_account_made_is_put_away_when_nobody_takes_it_over(
    browser_of: BrowserOf, workspace: Workspace, heir: bool
) -> None:
    admin, finn, gil = browser_of("admin"), browser_of("builder", name="Finn"), browser_of("builder", name="Gil")
    account = add(admin, workspace, finn, "builder")
    workflow, member = made_by(account, finn, workspace), Membership.objects.get(user=finn.user)
    sent = {"hand_over_to": str(gil.user.id) if heir else None}
    assert admin.send("delete", f"members/{member.id}", sent).status_code == 204
    workflow.refresh_from_db()
    assert (workflow.owner.name, workflow.archived_at is None) == ("Nightly import", heir)


def test_it_is_changed_and_its_review_put_off(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn, gil = browser_of("admin"), browser_of("builder", name="Finn"), browser_of("operator", name="Gil")
    account = add(admin, workspace, finn, "builder")
    ServiceAccount.objects.update(review_on=timezone.localdate())
    shown = finn.get(f"workspaces/{workspace.id}/service-accounts").json()["results"][0]
    assert shown["overdue"]
    later = (timezone.localdate() + timedelta(days=200)).isoformat()
    changed = admin.patch(f"service-accounts/{account['id']}", {"review_on": later})
    assert (changed.status_code, changed.json()["overdue"]) == (200, False)
    refused = admin.patch(f"service-accounts/{account['id']}", {"owner": str(gil.user.id)})
    assert (refused.status_code, refused.json()["code"]) == (422, "role_not_held")
    handed = admin.patch(f"service-accounts/{account['id']}", {"owner": str(gil.user.id), "roles": ["operator"]})
    assert (handed.status_code, handed.json()["owner"]["name"]) == (200, "Gil")
    assert finn.get(f"workspaces/{workspace.id}/service-accounts").json()["results"] == []
    past = admin.patch(f"service-accounts/{account['id']}", {"review_on": "2020-01-01"})
    assert (past.status_code, past.json()["code"]) == (422, "review_date")


def test_a_verification_that_a_program_asked_for_tells_who_answers_for_it(
    browser_of: BrowserOf, workspace: Workspace
) -> None:
    admin, otto = browser_of("admin"), browser_of("auditor", name="Otto")
    account = add(admin, workspace, otto, "auditor")
    asked = token_of(otto, account, "audit:read").post(f"workspaces/{workspace.id}/audit/checks")
    assert asked.status_code == 202
    end_check(begin_check(asked.json()["id"]))
    told = AuditEvent.objects.get(action="audit.verified")
    assert (told.actor_kind, str(told.actor_id), told.on_behalf_of) == ("service", account["user"], otto.user.id)


def test_nobody_is_a_second_person_beside_their_own_account(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    user = User.objects.get(id=add(admin, workspace, finn, "builder")["user"])
    assert person(user).natural_person == person(finn.user).natural_person
    assert person(user).natural_person != person(admin.user).natural_person


def test_an_account_that_ends_meanwhile_gets_no_token(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    account = add(admin, workspace, finn, "builder")
    Membership.objects.filter(user_id=account["user"]).delete()
    answer = finn.post(f"service-accounts/{account['id']}/tokens", wanted("workflow:read"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not AccessToken.objects.exists()
