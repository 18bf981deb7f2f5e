from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from tests.integration.authoring import Browser, join, sound


def names(answer: Any) -> list[str]:
    return [item["name"] for item in answer.json()["results"]]


def test_a_new_workflow_is_listed_as_a_draft_of_its_maker(maria: Browser, workspace: Workspace) -> None:
    maria.make(workspace, "Invoices")
    listed = maria.get(f"workspaces/{workspace.pk}/workflows").json()
    assert listed["count"] == 1
    item = listed["results"][0]
    assert (item["name"], item["status"], item["version"]) == ("Invoices", "draft", None)
    assert item["owner"] == {"id": str(maria.user.pk), "name": "Maria"}


def test_the_last_changed_workflow_comes_first(maria: Browser, workspace: Workspace) -> None:
    first = maria.make(workspace, "First")
    maria.make(workspace, "Second")
    maria.save(first, sound())
    assert names(maria.get(f"workspaces/{workspace.pk}/workflows")) == ["First", "Second"]


def test_search_finds_part_of_a_name_or_description(maria: Browser, workspace: Workspace) -> None:
    described = maria.make(workspace, "Claims")
    maria.patch(f"workflows/{described.pk}", {"description": "What insurers send"})
    maria.make(workspace, "Invoices")
    address = f"workspaces/{workspace.pk}/workflows"
    assert names(maria.get(address, search="VOIC")) == ["Invoices"]
    assert names(maria.get(address, search="insurers")) == ["Claims"]
    assert names(maria.get(address, search="nothing like it")) == []


def test_the_status_filter_tells_draft_live_and_paused_apart(maria: Browser, workspace: Workspace) -> None:
    maria.make(workspace, "Draft")
    live, paused = maria.make(workspace, "Live"), maria.make(workspace, "Paused")
    for workflow in (live, paused):
        maria.save(workflow, sound())
        assert maria.publish(workflow).status_code == 200
    maria.post(f"workflows/{paused.pk}/unpublish")
    address = f"workspaces/{workspace.pk}/workflows"
    found = {status: names(maria.get(address, status=status)) for status in ("draft", "live", "paused")}
    assert found == {"draft": ["Draft"], "live": ["Live"], "paused": ["Paused"]}


@pytest.mark.parametrize("query", [{"status": "half"}, {"owner__password": "a"}, {"ordering": "name"}])
def test_a_filter_that_does_not_exist_is_refused(maria: Browser, workspace: Workspace, query: dict[str, str]) -> None:
    answer = maria.get(f"workspaces/{workspace.pk}/workflows", **query)
    assert answer.status_code == 400
    assert answer.json()["code"] == "filter_unknown"


def test_long_lists_come_in_pages_without_gap_or_repeat(maria: Browser, workspace: Workspace) -> None:
    made = {maria.make(workspace, f"Workflow {number}").name for number in range(5)}
    address, seen, cursor = f"workspaces/{workspace.pk}/workflows", [], {}
    while True:
        page = maria.get(address, page_size="2", **cursor).json()
        seen += [item["name"] for item in page["results"]]
        if not page["next"]:
            break
        cursor = {"cursor": page["next"]}
    assert len(seen) == 5
    assert set(seen) == made


def test_a_longer_list_costs_no_more_queries(maria: Browser, workspace: Workspace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert maria.get(f"workspaces/{workspace.pk}/workflows").status_code == 200
        return len(seen)

    def publish_one(name: str) -> None:
        workflow = maria.make(workspace, name)
        maria.save(workflow, sound(name))
        assert maria.publish(workflow).status_code == 200

    publish_one("One")
    few = queries()
    for name in ("Two", "Three", "Four"):
        publish_one(name)
    assert queries() == few


def test_name_and_description_can_be_changed_and_the_trail_says_so(maria: Browser, workflow: Workflow) -> None:
    answer = maria.patch(f"workflows/{workflow.pk}", {"name": "Bills", "description": "From suppliers"})
    assert (answer.json()["name"], answer.json()["description"]) == ("Bills", "From suppliers")
    event = AuditEvent.objects.get(workspace_id=workflow.workspace_id, action="workflow.changed")
    assert (event.before["name"], event.after["name"], event.actor_id) == ("Invoices", "Bills", maria.user.pk)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b"])
def test_a_name_that_cannot_be_used_is_refused(maria: Browser, workflow: Workflow, name: str) -> None:
    answer = maria.patch(f"workflows/{workflow.pk}", {"name": name})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "name"
    workflow.refresh_from_db()
    assert workflow.name == "Invoices"


def test_fields_that_are_not_writable_are_ignored(maria: Browser, workflow: Workflow, stranger: Browser) -> None:
    maria.patch(
        f"workflows/{workflow.pk}",
        {"id": str(uuid7()), "owner": str(stranger.user.pk), "paused": True, "live_version": str(uuid7())},
    )
    after = Workflow.objects.get(pk=workflow.pk)
    assert (after.owner_id, after.paused, after.live_version_id) == (maria.user.pk, False, None)


def test_archived_workflows_are_hidden_paused_and_can_come_back(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow)
    address = f"workspaces/{workflow.workspace_id}/workflows"
    assert maria.post(f"workflows/{workflow.pk}/archive").json()["archived"] is True
    assert names(maria.get(address)) == []
    assert names(maria.get(address, archived="true")) == ["Invoices"]
    assert maria.post(f"workflows/{workflow.pk}/archive").status_code == 409
    assert maria.save(workflow, sound("changed")).json()["code"] == "archived"
    restored = maria.post(f"workflows/{workflow.pk}/restore").json()
    assert (restored["archived"], restored["status"]) == (False, "paused")
    assert names(maria.get(address)) == ["Invoices"]


def test_archiving_what_is_live_needs_the_right_to_publish(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    builder = join(workspace, "builder")
    maria.save(workflow, sound())
    maria.publish(workflow)
    assert builder.post(f"workflows/{workflow.pk}/archive").status_code == 403
    workflow.refresh_from_db()
    assert workflow.archived_at is None


def test_a_viewer_reads_but_changes_nothing(viewer: Browser, maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, sound())
    assert viewer.get(f"workflows/{workflow.pk}").json()["name"] == "Invoices"
    draft = viewer.get(f"workflows/{workflow.pk}/draft").json()
    assert draft["graph"]["nodes"]
    refused = [
        viewer.post(f"workspaces/{workflow.workspace_id}/workflows", {"name": "Mine"}),
        viewer.patch(f"workflows/{workflow.pk}", {"name": "Mine"}),
        viewer.put(f"workflows/{workflow.pk}/draft", {"graph": sound("no")}, if_match=f'"{draft["token"]}"'),
        *(viewer.post(f"workflows/{workflow.pk}/{verb}") for verb in ("publish", "unpublish", "archive", "restore")),
    ]
    assert [answer.status_code for answer in refused] == [403] * 7
    denied = AuditEvent.objects.filter(workspace_id=workflow.workspace_id, actor_id=viewer.user.pk, result="denied")
    assert denied.exists()


def test_a_foreign_workflow_answers_like_one_that_does_not_exist(
    maria: Browser, stranger: Browser, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    version = maria.publish(workflow).json()["id"]

    def answers(workspace: Any, id: Any, version_id: Any) -> list[tuple[int, dict[str, Any]]]:
        token = {"if_match": f'"{uuid7()}"'}
        tried = [
            stranger.get(f"workspaces/{workspace}/workflows"),
            stranger.get(f"workspaces/{workspace}/sample-files"),
            stranger.post(f"workspaces/{workspace}/workflows", {"name": "Mine"}),
            stranger.get(f"workflows/{id}"),
            stranger.patch(f"workflows/{id}", {"name": "Mine"}),
            stranger.get(f"workflows/{id}/draft"),
            stranger.put(f"workflows/{id}/draft", {"graph": sound()}, **token),
            *(stranger.post(f"workflows/{id}/{verb}") for verb in ("publish", "unpublish", "archive", "restore")),
            stranger.get(f"workflows/{id}/versions"),
            stranger.get(f"versions/{version_id}"),
            stranger.post(f"versions/{version_id}/restore", **token),
        ]
        return [(answer.status_code, {**answer.json(), "trace": ""}) for answer in tried]

    foreign = answers(workflow.workspace_id, workflow.pk, version)
    made_up = answers(uuid7(), uuid7(), uuid7())
    assert foreign == made_up
    assert {status for status, _ in foreign} == {404}
    assert Workflow.objects.get(pk=workflow.pk).name == "Invoices"


def test_nobody_gets_in_without_signing_in(client: Any, workflow: Workflow) -> None:
    for address in (
        "node-types",
        f"workspaces/{workflow.workspace_id}/templates",
        f"workflows/{workflow.pk}",
        f"workflows/{workflow.pk}/draft",
    ):
        assert client.get(f"/api/{address}").status_code == 401
