"""The gallery: what ships, and what a workspace keeps for itself."""

from __future__ import annotations

from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.models import AuditEvent, Workspace
from tests.integration.authoring import Browser, edge, graph, join, node


@pytest.fixture
def account(workspace: Workspace) -> str:
    keeper = join(workspace, "connection_manager", name="Carl")
    secret = {"username": "demo", "password": "s3cr3t-ABC"}
    made = add_credential(
        keeper.principal, workspace.pk, name="Desk mail", kind="basic", secret=secret, hosts=["mail.example.com"]
    )
    return str(made.pk)


@pytest.fixture
def filled(maria: Browser, workflow: Workflow, account: str) -> Workflow:
    """A workflow with an account of its workspace."""
    mail = {"account": account, "to": "ann@example.com", "subject": "Hello", "body": "Text"}
    both = (node("start", "start_manual"), node("mail", "demo_mail", config=mail))
    assert maria.save(workflow, graph(*both, edges=(edge("start", "mail"),))).json()["problems"] == []
    return workflow


def gallery(browser: Browser, workspace: Workspace) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in browser.get(f"workspaces/{workspace.pk}/templates").json()}


def keep(browser: Browser, workflow: Workflow, **more: Any) -> Any:
    body = {"workflow": str(workflow.pk), "name": "Mail ann", "category": "customers", **more}
    return browser.post(f"workspaces/{workflow.workspace_id}/templates", body)


@pytest.mark.ux(157)
def test_every_use_case_has_a_category_and_says_what_it_needs(maria: Browser, workspace: Workspace) -> None:
    shown = gallery(maria, workspace)
    assert {each["category"] for each in shown.values()} >= {"documents", "finance", "customers", "operations", "risk"}
    invoices = shown["Invoice approval"]
    assert invoices["needs"]["connections"] == ["Demo mail account"]
    assert (invoices["needs"]["blanks"], invoices["own"], invoices["by"]) == (1, False, None)
    assert "graph" not in invoices
    detail = maria.get(f"workspaces/{workspace.pk}/templates/invoice_approval").json()
    assert len(detail["graph"]["nodes"]) == invoices["steps"]


@pytest.mark.ux(4)
def test_using_a_template_makes_a_named_copy_with_a_note_and_remembers_where_it_came_from(
    maria: Browser, workspace: Workspace
) -> None:
    made = maria.make(workspace, name="My invoices", template="invoice_approval")
    shown = maria.get(f"workflows/{made.pk}").json()
    assert shown["origin"] == {"key": "invoice_approval", "name": "Invoice approval"}
    draft = maria.get(f"workflows/{made.pk}/draft").json()
    assert draft["graph"]["notes"][0]["text"]
    problems = [(each["code"], each["node"], each["field"]) for each in draft["problems"]]
    assert ("placeholder", "tell", "config.account") in problems
    assert maria.publish(made).status_code == 422


@pytest.mark.ux(159)
def test_a_workflow_kept_as_a_template_leaves_its_account_behind(
    maria: Browser, ben: Browser, workspace: Workspace, filled: Workflow, account: str
) -> None:
    answer = keep(maria, filled, description="Tells Ann.")
    assert answer.status_code == 201, answer.json()
    shown = gallery(ben, workspace)["Mail ann"]
    assert (shown["own"], shown["by"]["name"], shown["category"]) == (True, "Maria", "customers")
    assert shown["needs"]["connections"] == ["Desk mail"]
    detail = ben.get(f"workspaces/{workspace.pk}/templates/{shown['key']}")
    assert account not in detail.content.decode()
    made = ben.make(workspace, name="Mine", template=shown["key"])
    assert ben.get(f"workflows/{made.pk}").json()["origin"] == {"key": shown["key"], "name": "Mail ann"}
    assert ben.get(f"workflows/{made.pk}/draft").json()["graph"]["nodes"][1]["config"]["account"] == "<Desk mail>"
    assert AuditEvent.objects.filter(workspace_id=workspace.pk, action="template.created").count() == 1


def test_deleting_a_template_leaves_the_workflows_made_from_it(
    maria: Browser, workspace: Workspace, filled: Workflow
) -> None:
    key = keep(maria, filled).json()["key"]
    made = maria.make(workspace, name="Mine", template=key)
    address = f"workspaces/{workspace.pk}/templates/{key}"
    assert maria.client.delete(f"/api/{address}").status_code == 204
    assert maria.get(address).status_code == 404
    assert maria.get(f"workflows/{made.pk}").json()["origin"] is None


def test_templates_that_ship_cannot_be_deleted(maria: Browser, workspace: Workspace) -> None:
    assert maria.client.delete(f"/api/workspaces/{workspace.pk}/templates/invoice_approval").status_code == 404


def test_who_may_only_look_keeps_and_deletes_nothing(
    maria: Browser, viewer: Browser, workspace: Workspace, filled: Workflow
) -> None:
    assert keep(viewer, filled).status_code == 403
    key = keep(maria, filled).json()["key"]
    assert viewer.client.delete(f"/api/workspaces/{workspace.pk}/templates/{key}").status_code == 403
    assert viewer.get(f"workspaces/{workspace.pk}/templates/{key}").status_code == 200


def test_a_template_of_another_workspace_does_not_exist(
    maria: Browser, stranger: Browser, workspace: Workspace, filled: Workflow
) -> None:
    key = keep(maria, filled).json()["key"]
    own = next(iter(stranger.principal.workspaces()))
    assert stranger.get(f"workspaces/{own}/templates/{key}").status_code == 404
    assert stranger.post(f"workspaces/{own}/workflows", {"name": "Mine", "template": key}).status_code == 422
    assert stranger.get(f"workspaces/{workspace.pk}/templates/{key}").status_code == 404
    assert stranger.client.delete(f"/api/workspaces/{own}/templates/{key}").status_code == 404


def test_an_unknown_template_is_named(maria: Browser, workspace: Workspace) -> None:
    answer = maria.post(f"workspaces/{workspace.pk}/workflows", {"name": "Mine", "template": "../starters"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "template_unknown"
