from __future__ import annotations

from typing import Any

from uuid_utils.compat import uuid7

from builder.models import Draft, Workflow
from orchestrator.artifacts.actions import save_file
from orchestrator.assets.models import Asset
from orchestrator.governance.models import Credential, Workspace
from orchestrator.governance.principal import system
from tests.integration.authoring import Browser, edge, graph, node, sound


def codes(answer: Any) -> set[tuple[str, str | None, str | None]]:
    return {(problem["code"], problem["node"], problem["field"]) for problem in answer.json()["problems"]}


def calls_model(asset: str) -> dict[str, Any]:
    return graph(
        node("start", "start_manual"),
        node("classify", "classify_text", config={"asset": asset, "text": "hello"}),
        edges=(edge("start", "classify"),),
    )


def test_saving_gives_a_new_token_and_keeps_the_graph(maria: Browser, workflow: Workflow) -> None:
    before = maria.get(f"workflows/{workflow.pk}/draft").json()
    saved = maria.save(workflow, sound())
    assert saved.status_code == 200
    assert saved.json()["problems"] == []
    after = maria.get(f"workflows/{workflow.pk}/draft").json()
    assert after["token"] == saved.json()["token"] != before["token"]
    assert [step["key"] for step in after["graph"]["nodes"]] == ["start", "greet"]
    assert after["changed_by"] == {"id": str(maria.user.pk), "name": "Maria"}


def test_who_saves_later_with_an_old_token_is_told_who_was_faster(
    maria: Browser, ben: Browser, workflow: Workflow
) -> None:
    shared = maria.get(f"workflows/{workflow.pk}/draft").json()["token"]
    current = ben.save(workflow, sound("from Ben"), shared).json()["token"]
    late = maria.save(workflow, sound("from Maria"), shared)
    assert late.status_code == 409
    assert late.json()["code"] == "draft_changed"
    assert late.json()["current"]["token"] == current
    assert late.json()["current"]["changed_by"] == {"id": str(ben.user.pk), "name": "Ben"}
    assert late.json()["current"]["changed_at"]
    kept = Draft.objects.get(workflow=workflow)
    assert kept.graph["nodes"][1]["config"]["fields"][0]["value"] == "from Ben"
    assert maria.save(workflow, sound("from Maria"), current).status_code == 200


def test_saving_without_a_token_is_refused(maria: Browser, workflow: Workflow) -> None:
    answer = maria.put(f"workflows/{workflow.pk}/draft", {"graph": sound()})
    assert answer.status_code == 428
    assert Draft.objects.get(workflow=workflow).graph["nodes"] == []


def test_what_is_no_graph_is_refused_with_every_fault_and_nothing_is_lost(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, sound())
    before = Draft.objects.get(workflow=workflow)
    broken = {"schema": "graph@2", "nodes": [{"key": "A b", "type": "set_fields", "admin": True}], "edges": {}}
    answer = maria.save(workflow, broken)
    assert answer.status_code == 422
    assert answer.json()["code"] == "graph_invalid"
    fields = {problem["field"] for problem in answer.json()["problems"]}
    assert {"schema", "nodes[0].key", "nodes[0].admin", "edges"} <= fields
    after = Draft.objects.get(workflow=workflow)
    assert (after.graph, after.token) == (before.graph, before.token)


def test_text_that_cannot_be_stored_is_refused(maria: Browser, workflow: Workflow) -> None:
    assert maria.save(workflow, sound("a\x00b")).status_code == 422
    assert maria.save(workflow, sound("\ud800")).status_code == 422


def test_a_graph_above_two_megabytes_is_refused(maria: Browser, workflow: Workflow) -> None:
    answer = maria.save(workflow, sound("x" * 2_200_000))
    assert answer.status_code == 413
    assert Draft.objects.get(workflow=workflow).graph["nodes"] == []


def test_an_unfinished_graph_is_saved_and_all_its_problems_are_named(maria: Browser, workflow: Workflow) -> None:
    unfinished = graph(
        node("start", "start_manual"),
        node("classify", "classify_text", config={"text": "hello"}),
        node("score", "score_risk", config={"asset": "gone", "features": {}}),
        node("decide", "condition", config={"when": {"$expr": "nobody.knows"}}),
        node("mystery", "teleport"),
        edges=(
            edge("start", "classify"),
            edge("classify", "score"),
            edge("score", "decide"),
            edge("decide", "mystery"),
        ),
    )
    saved = maria.save(workflow, unfinished)
    assert saved.status_code == 200
    nodes = {problem["node"] for problem in saved.json()["problems"]}
    assert {"classify", "score", "decide", "mystery"} <= nodes
    assert ("asset_unknown", "score", "config.asset") in codes(saved)
    assert all(problem["message"] for problem in saved.json()["problems"])
    assert codes(maria.get(f"workflows/{workflow.pk}/draft")) == codes(saved)


def test_assets_credentials_and_files_of_another_workspace_do_not_exist(maria: Browser, workflow: Workflow) -> None:
    elsewhere = Workspace.objects.create(name="Elsewhere")
    Asset.objects.create(workspace=elsewhere, name="secret-model", kind="model", title="Secret model")
    credential = _credential(elsewhere)
    file = save_file(system("test"), elsewhere.pk, "plan.pdf", "application/pdf", b"%PDF-")
    saved = maria.save(workflow, _refers_to("secret-model", str(credential.pk), file.as_ref()))
    assert {
        ("asset_unknown", "classify", "config.asset"),
        ("credential_unknown", "call", "config.credential"),
        ("file_unknown", "parse", "config.file"),
    } <= codes(saved)


def test_assets_credentials_and_files_of_the_workspace_are_found(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    Asset.objects.create(workspace=workspace, name="document-type", kind="model", title="Document type")
    credential = _credential(workspace)
    file = save_file(system("test"), workspace.pk, "plan.pdf", "application/pdf", b"%PDF-")
    saved = maria.save(workflow, _refers_to("document-type", str(credential.pk), file.as_ref()))
    assert not {code for code, _, _ in codes(saved)} & {"asset_unknown", "credential_unknown", "file_unknown"}


def test_a_credential_that_is_no_id_is_a_problem_not_a_crash(maria: Browser, workflow: Workflow) -> None:
    saved = maria.save(workflow, _refers_to("x", "my password", {"file_id": "../../etc", "sha256": ""}))
    assert {"credential_unknown", "file_unknown"} <= {code for code, _, _ in codes(saved)}


def test_a_step_that_is_switched_off_refers_to_nothing(maria: Browser, workflow: Workflow) -> None:
    with_gone = calls_model("gone")
    assert "asset_unknown" in {code for code, _, _ in codes(maria.save(workflow, with_gone))}
    with_gone["nodes"][1]["off"] = True
    assert "asset_unknown" not in {code for code, _, _ in codes(maria.save(workflow, with_gone))}


def test_saving_the_same_graph_again_changes_neither_token_nor_author(
    maria: Browser, ben: Browser, workflow: Workflow
) -> None:
    token = maria.save(workflow, sound()).json()["token"]
    again = ben.save(workflow, sound(), token)
    assert again.json()["token"] == token
    assert Draft.objects.get(workflow=workflow).changed_by_id == maria.user.pk


def test_the_draft_of_a_template_is_a_copy(maria: Browser, workspace: Workspace) -> None:
    key = maria.get(f"workspaces/{workspace.pk}/templates").json()[0]["key"]
    first, second = (maria.make(workspace, name, template=key) for name in ("One", "Two"))
    assert first.starter == key
    assert maria.get(f"workflows/{first.pk}/draft").json()["graph"]["nodes"]
    maria.save(first, graph())
    assert maria.get(f"workflows/{second.pk}/draft").json()["graph"]["nodes"]


def test_an_unknown_template_is_refused(maria: Browser, workspace: Workspace) -> None:
    answer = maria.post(f"workspaces/{workspace.pk}/workflows", {"name": "Mine", "template": "../secrets"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "template"
    assert not Workflow.objects.filter(workspace=workspace).exists()


def _credential(workspace: Workspace) -> Credential:
    return Credential.objects.create(
        id=uuid7(), workspace=workspace, name="Crm", kind="bearer", hosts=["crm.example.com"], key="k1", sealed=b"x"
    )


def _refers_to(asset: str, credential: str, file: dict[str, Any]) -> dict[str, Any]:
    return graph(
        node("start", "start_manual"),
        node("classify", "classify_text", config={"asset": asset, "text": "hello"}),
        node("call", "http_request", config={"method": "GET", "url": "https://a.example", "credential": credential}),
        node("parse", "parse_document", config={"file": file}),
        edges=(edge("start", "classify"), edge("classify", "call"), edge("call", "parse")),
    )
