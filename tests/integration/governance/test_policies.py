"""Rules take away what roles and sharing give: at every door, in every list, at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Workflow, WorkflowGrant
from orchestrator.assets.models import Asset
from orchestrator.governance import explaining
from orchestrator.governance.models import AuditEvent, Membership, Policy, Team, Workspace
from tests.integration.governance.people import Browser

BrowserOf = Callable[..., Browser]
REASON = "Until the review is over"


@pytest.fixture
def workflow(browser_of: BrowserOf, workspace: Workspace) -> Workflow:
    answer = browser_of("builder", name="Berta").post(f"workspaces/{workspace.id}/workflows", {"name": "Invoices"})
    return Workflow.objects.get(id=answer.json()["id"])


@pytest.fixture
def asset(workspace: Workspace) -> Asset:
    return Asset.objects.create(workspace=workspace, name="greeter", kind="prompt", title="Greeter")


def rule(admin: Browser, where: str, *verbs: str, **against: Any) -> dict[str, Any]:
    answer = admin.post(f"{where}/policies", {"verbs": list(verbs), "reason": REASON, **against})
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def names(browser: Browser, workspace: Workspace, what: str) -> list[str]:
    answer = browser.get(f"workspaces/{workspace.id}/{what}")
    assert answer.status_code == 200, answer.json()
    return [one["name"] for one in answer.json()["results"]]


def member(browser: Browser) -> Membership:
    return Membership.objects.get(user=browser.user)


def test_a_rule_against_a_person_counts_from_the_next_request_on(browser_of: BrowserOf, workspace: Workspace) -> None:
    admin, finn, other = browser_of("admin"), browser_of("builder", name="Finn"), browser_of("builder")
    address = f"workspaces/{workspace.id}/workflows"
    assert finn.post(address, {"name": "Before"}).status_code == 201
    made = rule(admin, f"workspaces/{workspace.id}", "workflow:edit", user=str(finn.user.id))
    refused = finn.post(address, {"name": "After"})
    assert (refused.status_code, refused.json()["code"]) == (403, "denied")
    assert REASON in refused.json()["detail"]
    assert other.post(address, {"name": "Others may"}).status_code == 201
    assert "workflow:edit" not in finn.get("session").json()["workspaces"][0]["verbs"]
    assert admin.delete(f"policies/{made['id']}").status_code == 204
    assert finn.post(address, {"name": "Again"}).status_code == 201
    told = AuditEvent.objects.filter(workspace_id=workspace.id, object_type="policy").order_by("seq")
    assert [(one.action, one.reason, one.detail) for one in told] == [
        ("policy.created", REASON, {"person": "Finn"}),
        ("policy.lifted", REASON, {"person": "Finn", "alone": True}),
    ]


def test_a_rule_beats_ownership_and_sharing(browser_of: BrowserOf, workspace: Workspace, workflow: Workflow) -> None:
    admin, vera = browser_of("admin"), browser_of("viewer", name="Vera")
    owner = Browser(workflow.owner)
    WorkflowGrant.objects.create(workflow=workflow, member=member(vera), level="edit")
    rename = {"name": "Renamed"}
    assert vera.patch(f"workflows/{workflow.id}", rename).status_code == 200
    rule(admin, f"workflows/{workflow.id}", "workflow:edit", role="viewer")
    rule(admin, f"workflows/{workflow.id}", "workflow:share", role="builder")
    assert vera.patch(f"workflows/{workflow.id}", rename).status_code == 403
    assert owner.get(f"workflows/{workflow.id}/grants").status_code == 403
    assert owner.patch(f"workflows/{workflow.id}", rename).status_code == 200


def test_what_a_rule_takes_out_of_sight_is_in_no_list(
    browser_of: BrowserOf, workspace: Workspace, workflow: Workflow, asset: Asset
) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    team = Team.objects.create(workspace=workspace, name="Finance")
    team.members.add(member(finn))
    assert names(finn, workspace, "workflows") == ["Invoices"]
    assert names(finn, workspace, "assets") == ["greeter"]
    rule(admin, f"workflows/{workflow.id}", "workflow:read", team=str(team.id))
    rule(admin, f"assets/{asset.id}", "asset:read", team=str(team.id))
    assert names(finn, workspace, "workflows") == names(finn, workspace, "assets") == []
    assert finn.get(f"workflows/{workflow.id}").status_code == 404
    assert finn.get(f"assets/{asset.id}").status_code == 404
    assert names(admin, workspace, "workflows") == ["Invoices"]
    team.members.clear()
    assert names(finn, workspace, "workflows") == ["Invoices"]


def test_runs_of_a_workflow_are_out_of_sight_by_a_rule_about_it(
    browser_of: BrowserOf, workspace: Workspace, workflow: Workflow
) -> None:
    admin, viewer = browser_of("admin"), browser_of("viewer")
    listed = f"workspaces/{workspace.id}/runs?workflow={workflow.id}"
    assert viewer.send("get", listed).status_code == 200
    rule(admin, f"workflows/{workflow.id}", "run:read", role="viewer")
    shown = viewer.send("get", f"workspaces/{workspace.id}/runs").json()
    assert shown["results"] == []
    rule(admin, f"workspaces/{workspace.id}", "run:read", role="viewer")
    assert viewer.send("get", listed).status_code == 403


def test_an_asset_that_a_rule_forbids_cannot_be_used(browser_of: BrowserOf, workspace: Workspace, asset: Asset) -> None:
    admin, builder = browser_of("admin"), browser_of("builder")
    from orchestrator.assets.where_used import not_allowed
    from orchestrator.governance.principal import person

    assert not_allowed(["greeter"], workspace.id, person(builder.user)) is None
    rule(admin, f"assets/{asset.id}", "asset:consume", role="builder")
    assert not_allowed(["greeter"], workspace.id, person(builder.user)) == asset


@pytest.mark.parametrize("verb", ["member:manage", "audit:read", "workspace:manage", "workspace:read"])
def test_no_rule_locks_anybody_out(browser_of: BrowserOf, workspace: Workspace, verb: str) -> None:
    sent = {"role": "owner", "verbs": [verb], "reason": REASON}
    assert browser_of("owner").post(f"workspaces/{workspace.id}/policies", sent).status_code == 422
    assert not Policy.objects.exists()


@pytest.mark.parametrize("against", [{}, {"role": "viewer", "team": "0190a5c0-0000-7000-8000-000000000000"}])
def test_a_rule_is_against_exactly_one(browser_of: BrowserOf, workspace: Workspace, against: dict[str, str]) -> None:
    sent = {"verbs": ["run:read"], "reason": REASON, **against}
    assert browser_of("admin").post(f"workspaces/{workspace.id}/policies", sent).status_code == 422


def test_nobody_of_another_workspace_can_be_named(
    browser_of: BrowserOf, workspace: Workspace, other_workspace: Workspace
) -> None:
    stranger = browser_of("builder", at=other_workspace)
    sent = {"user": str(stranger.user.id), "verbs": ["run:read"], "reason": REASON}
    assert browser_of("admin").post(f"workspaces/{workspace.id}/policies", sent).status_code == 404


@pytest.mark.ux(146)
def test_why_somebody_may_names_every_way_and_every_rule(
    browser_of: BrowserOf, workspace: Workspace, workflow: Workflow
) -> None:
    admin, finn = browser_of("admin"), browser_of("publisher", "viewer", name="Finn")
    team = Team.objects.create(workspace=workspace, name="Finance")
    team.members.add(member(finn))
    until = timezone.now() + timedelta(days=3)
    WorkflowGrant.objects.create(workflow=workflow, team=team, level="use", expires_at=until)
    WorkflowGrant.objects.create(workflow=workflow, member=member(finn), level="edit", expires_at=timezone.now())
    finn.post(
        f"workspaces/{workspace.id}/tokens",
        {"name": "Nightly", "scopes": ["workflow:run"], "expires_at": until.isoformat()},
    )

    def why(verb: str) -> dict[str, Any]:
        answer = admin.get(f"workflows/{workflow.id}/rights", user=str(finn.user.id))
        assert answer.status_code == 200, answer.json()
        return next(one for one in answer.json() if one["verb"] == verb)

    assert [(way["kind"], way["name"]) for way in why("workflow:publish")["ways"]] == [("role", "publisher")]
    run = why("workflow:run")
    assert run["allowed"]
    assert [(way["kind"], way["name"], way["via"]) for way in run["ways"]] == [
        ("role", "publisher", ""),
        ("grant", "use", "Finance"),
    ]
    assert [token["name"] for token in run["tokens"]] == ["Nightly"]
    edit = why("workflow:edit")
    assert (edit["allowed"], edit["ways"], edit["roles"], edit["levels"]) == (False, [], ["builder"], ["edit"])
    rule(admin, f"workspaces/{workspace.id}", "workflow:publish", role="viewer")
    forbidden = why("workflow:publish")
    assert not forbidden["allowed"]
    assert [way["name"] for way in forbidden["ways"]] == ["publisher"]
    assert [one["reason"] for one in forbidden["rules"]] == [REASON]
    workflow.access = "restricted"
    workflow.save(update_fields=["access"])
    WorkflowGrant.objects.all().delete()
    assert why("run:read")["idle"] == ["publisher", "viewer"]


def test_everybody_may_ask_about_themselves_and_few_about_others(
    browser_of: BrowserOf, workspace: Workspace, workflow: Workflow
) -> None:
    finn, vera = browser_of("operator", name="Finn"), browser_of("viewer", name="Vera")
    address = f"workflows/{workflow.id}/rights"
    assert finn.get(address, user=str(finn.user.id)).status_code == 200
    assert vera.get(address, user=str(finn.user.id)).status_code == 403
    assert browser_of("auditor").get(address, user=str(finn.user.id)).status_code == 200
    assert Browser(workflow.owner).get(address, user=str(finn.user.id)).status_code == 200
    assert finn.get(f"members/{member(finn).id}/rights").status_code == 200
    assert vera.get(f"members/{member(finn).id}/rights").status_code == 403


def test_what_is_explained_is_what_is_done(browser_of: BrowserOf, workspace: Workspace, workflow: Workflow) -> None:
    """For each of several people, with a rule and a share: the answer is what the check itself says."""
    from orchestrator.governance.principal import person
    from orchestrator.governance.sharing import may

    admin = browser_of("admin")
    people = [browser_of(role) for role in ("viewer", "operator", "publisher", "steward", "auditor", "owner")]
    WorkflowGrant.objects.create(workflow=workflow, member=member(people[0]), level="edit")
    rule(admin, f"workflows/{workflow.id}", "workflow:run", "run:payload", role="operator")
    for restricted in ("workspace", "restricted"):
        Workflow.objects.filter(id=workflow.id).update(access=restricted)
        workflow.refresh_from_db()
        for one in people:
            answers = admin.get(f"workflows/{workflow.id}/rights", user=str(one.user.id)).json()
            explained = {answer["verb"]: answer["allowed"] for answer in answers}
            assert explained == {verb: may(person(one.user), verb, workflow) for verb in explained}
            assert all(bool(answer["ways"]) for answer in answers if answer["allowed"])


def test_a_rule_that_is_lifted_while_somebody_asks_forbids_nothing_any_more(
    browser_of: BrowserOf, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, finn = browser_of("admin"), browser_of("builder", name="Finn")
    rule(admin, f"workspaces/{workspace.id}", "workflow:edit", user=str(finn.user.id))
    found = explaining._rules

    def lifted(*asked: Any) -> Any:
        Policy.objects.all().delete()
        return found(*asked)

    monkeypatch.setattr(explaining, "_rules", lifted)
    answer = finn.get(f"members/{member(finn).id}/rights")
    assert answer.status_code == 200
    told = {one["verb"]: (one["allowed"], one["rules"]) for one in answer.json()}
    assert told["workflow:edit"] == (True, [])
