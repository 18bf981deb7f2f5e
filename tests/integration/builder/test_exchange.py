"""Workflows as documents: out without secrets, in without surprises."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from builder.models import Draft, Workflow
from orchestrator.governance.actions.credentials import add_credential
from orchestrator.governance.models import AuditEvent, Workspace
from tests.integration.authoring import Browser, edge, graph, join, node, sound


@pytest.fixture
def account(workspace: Workspace) -> str:
    keeper = join(workspace, "connection_manager", name="Carl")
    secret = {"username": "demo", "password": "s3cr3t-ABC"}
    made = add_credential(
        keeper.principal, workspace.pk, name="Desk mail", kind="basic", secret=secret, hosts=["mail.example.com"]
    )
    return str(made.pk)


def with_account(account: str) -> dict[str, Any]:
    mail = {"account": account, "to": "ann@example.com", "subject": "Hello", "body": "Text"}
    return graph(node("start", "start_manual"), node("mail", "demo_mail", config=mail), edges=(edge("start", "mail"),))


def exported(browser: Browser, workflow: Workflow) -> dict[str, Any]:
    answer = browser.get(f"workflows/{workflow.pk}/export")
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def take_in(browser: Browser, workspace: Workspace, document: Any, **more: Any) -> Any:
    return browser.post(f"workspaces/{workspace.pk}/imports", {"document": document, **more})


def look(browser: Browser, workspace: Workspace, document: Any) -> Any:
    return browser.post(f"workspaces/{workspace.pk}/imports/look", {"document": document})


def wrapped(inner: Any) -> dict[str, Any]:
    return {"format": "tutti.workflow", "version": 1, "name": "From elsewhere", "graph": inner}


@pytest.mark.ux(162)
def test_an_export_names_the_account_and_holds_neither_its_id_nor_its_secret(
    maria: Browser, workflow: Workflow, account: str
) -> None:
    maria.save(workflow, with_account(account))
    document = exported(maria, workflow)
    assert (document["format"], document["name"]) == ("tutti.workflow", "Invoices")
    assert document["needs"]["connections"] == ["Desk mail"]
    text = json.dumps(document)
    assert account not in text
    assert "s3cr3t-ABC" not in text
    assert AuditEvent.objects.filter(object_id=str(workflow.pk), action="workflow.exported").count() == 1


def test_a_viewer_may_take_a_workflow_along(viewer: Browser, workflow: Workflow) -> None:
    assert exported(viewer, workflow)["graph"]["nodes"] == []


@pytest.mark.ux(161)
def test_a_document_is_looked_at_before_anything_happens(
    maria: Browser, workspace: Workspace, workflow: Workflow, account: str
) -> None:
    maria.save(workflow, with_account(account))
    document = exported(maria, workflow)
    document["graph"]["nodes"] += [
        node("ask", "classify_text", config={"asset": "gone-model", "text": "x"}),
        node("odd", "from_a_plug_in"),
    ]
    before = Workflow.objects.count()
    seen = look(maria, workspace, document).json()
    assert seen["existing"] == {"id": str(workflow.pk), "name": "Invoices"}
    assert seen["needs"]["connections"] == ["Desk mail"]
    assert (seen["missing_models"], seen["needs"]["types"]) == (["gone-model"], ["from_a_plug_in"])
    assert Workflow.objects.count() == before


@pytest.mark.ux(161)
def test_an_import_is_a_copy_under_a_name_of_its_own(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    maria.save(workflow, sound())
    answer = take_in(maria, workspace, exported(maria, workflow))
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["name"], answer.json()["status"]) == ("Invoices (2)", "draft")
    assert take_in(maria, workspace, exported(maria, workflow)).json()["name"] == "Invoices (3)"
    draft = maria.get(f"workflows/{answer.json()['id']}/draft").json()
    assert (draft["problems"], len(draft["graph"]["nodes"])) == ([], 2)


@pytest.mark.ux(161)
def test_an_import_can_replace_the_draft_and_leaves_what_is_live(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.save(workflow, sound("live"))
    maria.publish(workflow)
    document = exported(maria, workflow)
    document["graph"]["nodes"][1]["config"]["fields"][0]["value"] = "imported"
    answer = take_in(maria, workspace, document, replace=str(workflow.pk))
    assert answer.status_code == 201, answer.json()
    shown = answer.json()
    assert (shown["id"], shown["version"], shown["has_changes"]) == (str(workflow.pk), 1, True)
    assert Draft.objects.get(workflow=workflow).graph["nodes"][1]["config"]["fields"][0]["value"] == "imported"
    assert AuditEvent.objects.filter(object_id=str(workflow.pk), action="workflow.replaced").count() == 1


def test_an_account_that_a_document_names_by_id_is_not_believed(
    maria: Browser, workspace: Workspace, account: str
) -> None:
    made = take_in(maria, workspace, wrapped(with_account(account))).json()
    draft = maria.get(f"workflows/{made['id']}/draft").json()
    assert draft["graph"]["nodes"][1]["config"]["account"] == "<Connection>"


HOSTILE = [
    None,
    [],
    "text",
    {},
    {"format": "n8n", "nodes": []},
    {"format": "tutti.workflow", "version": 99, "graph": {}},
    {"format": "tutti.workflow", "version": True, "graph": {}},
    wrapped(None),
    wrapped({"schema": "graph@1", "nodes": [{"key": "../x", "type": "start_manual"}]}),
    wrapped({"schema": "graph@1", "nodes": [{"key": "a", "type": "x", "config": "no"}]}),
    wrapped({"schema": "graph@1", "nodes": "many"}),
    wrapped({"schema": "graph@1", "nodes": [{"key": f"n{n}", "type": "set_fields"} for n in range(1001)]}),
    wrapped({"schema": "graph@1", "nodes": [{"key": "a", "type": "set_fields", "config": {"a": "x\0y"}}]}),
]


@pytest.mark.ux(162)
@pytest.mark.parametrize("document", HOSTILE, ids=range(len(HOSTILE)))
def test_a_broken_document_is_refused_with_a_sentence_and_nothing_changes(
    maria: Browser, workspace: Workspace, document: Any
) -> None:
    for answer in (look(maria, workspace, document), take_in(maria, workspace, document)):
        assert 400 <= answer.status_code < 500
        assert len(answer.json()["detail"]) > 20
    assert not Workflow.objects.filter(workspace=workspace).exists()


def test_a_document_that_is_nested_without_end_is_refused(maria: Browser, workspace: Workspace) -> None:
    deep = '{"document": ' + "[" * 200_000 + "]" * 200_000 + "}"
    answer = maria.client.post(f"/api/workspaces/{workspace.pk}/imports", deep, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_a_huge_document_is_refused_before_it_is_read(maria: Browser, workspace: Workspace) -> None:
    answer = take_in(maria, workspace, {"format": "tutti.workflow", "name": "x" * 3_000_000})
    assert answer.status_code == 413


def test_words_beside_the_graph_are_shortened_and_cleaned(maria: Browser, workspace: Workspace) -> None:
    document = {**wrapped(sound()), "name": "x" * 500, "description": ["no text"]}
    made = take_in(maria, workspace, document).json()
    assert (len(made["name"]), made["description"]) == (200, "")


def test_nobody_imports_who_may_not_build(viewer: Browser, workspace: Workspace) -> None:
    assert take_in(viewer, workspace, wrapped(sound())).status_code == 403
    assert look(viewer, workspace, wrapped(sound())).status_code == 403


def test_a_workflow_of_others_cannot_be_replaced(
    maria: Browser, stranger: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    own = next(iter(stranger.principal.workspaces()))
    body = {"document": wrapped(sound()), "replace": str(workflow.pk)}
    assert stranger.post(f"workspaces/{own}/imports", body).status_code == 404
    assert take_in(maria, workspace, wrapped(sound()), replace=str(uuid4())).status_code == 404
    assert stranger.get(f"workflows/{workflow.pk}/export").status_code == 404
