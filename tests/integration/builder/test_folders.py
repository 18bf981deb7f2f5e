"""Folders: where workflows are put, and what becomes of them there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from builder.models import Folder, Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from tests.integration.authoring import Browser


@pytest.fixture
def folders(workspace: Workspace) -> str:
    return f"workspaces/{workspace.pk}/folders"


def new(browser: Browser, folders: str, name: str, parent: str | None = None) -> str:
    answer = browser.post(folders, {"name": name, "parent": parent})
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def names(browser: Browser, workspace: Workspace, **filters: Any) -> list[str]:
    answer = browser.get(f"workspaces/{workspace.pk}/workflows", **filters)
    assert answer.status_code == 200, answer.json()
    return sorted(item["name"] for item in answer.json()["results"])


@pytest.mark.ux(20)
def test_workflows_are_listed_by_folder_with_or_without_those_below(
    maria: Browser, workspace: Workspace, folders: str
) -> None:
    finance = new(maria, folders, "Finance")
    invoices = new(maria, folders, "Invoices", finance)
    maria.make(workspace, "Loose")
    maria.make(workspace, "Budget", folder=finance)
    maria.make(workspace, "Suppliers", folder=invoices)
    assert names(maria, workspace) == ["Budget", "Loose", "Suppliers"]
    assert names(maria, workspace, folder="none") == ["Loose"]
    assert names(maria, workspace, folder=finance) == ["Budget"]
    assert names(maria, workspace, folder=finance, below="true") == ["Budget", "Suppliers"]
    assert names(maria, workspace, folder=uuid4()) == []
    assert [(one["name"], one["parent"], one["workflows"]) for one in maria.get(folders).json()] == [
        ("Finance", None, 1),
        ("Invoices", finance, 1),
    ]


@pytest.mark.ux(20)
def test_a_deleted_folder_leaves_its_contents_where_it_stood(
    maria: Browser, workspace: Workspace, folders: str
) -> None:
    finance = new(maria, folders, "Finance")
    # Named like the folder that goes: it takes its place.
    old = new(maria, folders, "Old", finance)
    older = new(maria, folders, "Old", old)
    inside = maria.make(workspace, "Budget", folder=old)
    assert maria.delete(f"folders/{old}").status_code == 204
    inside.refresh_from_db()
    assert str(inside.folder_id) == finance
    assert str(Folder.objects.get(pk=older).parent_id) == finance
    event = AuditEvent.objects.get(action="folder.deleted")
    assert (event.object_name, event.detail) == ("Old", {"workflows_moved_up": 1, "folders_moved_up": 1})
    assert maria.delete(f"folders/{finance}").status_code == 204
    assert names(maria, workspace, folder="none") == ["Budget"]


def test_a_folder_is_not_deleted_over_one_of_the_same_name(maria: Browser, workspace: Workspace, folders: str) -> None:
    old = new(maria, folders, "Old")
    new(maria, folders, "Bills")
    new(maria, folders, "Bills", old)
    assert maria.delete(f"folders/{old}").json()["code"] == "folder_exists"
    assert Folder.objects.filter(pk=old).exists()


@pytest.mark.ux(20)
def test_a_folder_is_renamed_and_put_elsewhere(maria: Browser, folders: str) -> None:
    finance, bills = new(maria, folders, "Finance"), new(maria, folders, "Bills")
    moved = maria.patch(f"folders/{bills}", {"name": "Invoices", "parent": finance}).json()
    assert moved == {"id": bills, "name": "Invoices", "parent": finance}
    event = AuditEvent.objects.get(action="folder.changed")
    assert (event.before, event.after) == ({"name": "Bills", "in": None}, {"name": "Invoices", "in": "Finance"})
    assert maria.patch(f"folders/{bills}", {"parent": None}).json()["parent"] is None


def test_a_folder_cannot_stand_in_itself_nor_beside_its_namesake_nor_too_deep(maria: Browser, folders: str) -> None:
    top = new(maria, folders, "1")
    chain = [top]
    for depth in range(2, 11):
        chain.append(new(maria, folders, str(depth), chain[-1]))
    refused = [
        maria.patch(f"folders/{top}", {"parent": chain[3]}),
        maria.patch(f"folders/{top}", {"parent": top}),
        maria.post(folders, {"name": "1"}),
        maria.post(folders, {"name": "11", "parent": chain[-1]}),
        maria.post(folders, {"name": "Lost", "parent": str(uuid4())}),
    ]
    found = [answer.json()["code"] for answer in refused]
    assert found == ["folder_in_itself", "folder_in_itself", "folder_exists", "too_deep", "no_folder"]
    beside = new(maria, folders, "Beside")
    assert maria.patch(f"folders/{top}", {"parent": beside}).json()["code"] == "too_deep"


def test_a_viewer_sees_folders_and_changes_none(viewer: Browser, maria: Browser, folders: str) -> None:
    made = new(maria, folders, "Finance")
    assert [one["name"] for one in viewer.get(folders).json()] == ["Finance"]
    refused = [
        viewer.post(folders, {"name": "Mine"}),
        viewer.patch(f"folders/{made}", {"name": "Mine"}),
        viewer.delete(f"folders/{made}"),
    ]
    assert [answer.status_code for answer in refused] == [403] * 3


def test_a_foreign_folder_is_answered_like_one_that_never_was(
    maria: Browser, stranger: Browser, workspace: Workspace, folders: str
) -> None:
    theirs, own = new(maria, folders, "Finance"), Workspace.objects.get(name="Elsewhere")
    mine = stranger.make(own, "Mine")

    def answers(id: str, workspace_id: Any) -> list[tuple[int, dict[str, Any]]]:
        tried = [
            stranger.get(f"workspaces/{workspace_id}/folders"),
            stranger.post(f"workspaces/{workspace_id}/folders", {"name": "Mine"}),
            stranger.patch(f"folders/{id}", {"name": "Mine"}),
            stranger.delete(f"folders/{id}"),
            stranger.post(f"workspaces/{own.pk}/folders", {"name": "Below", "parent": id}),
            stranger.post(f"workspaces/{own.pk}/workflows", {"name": "In it", "folder": id}),
            stranger.post(
                f"workspaces/{own.pk}/workflows/bulk", {"action": "move", "ids": [str(mine.pk)], "folder": id}
            ),
        ]
        return [(answer.status_code, {**answer.json(), "trace": ""}) for answer in tried]

    foreign = answers(theirs, workspace.pk)
    assert foreign == answers(str(uuid4()), uuid4())
    assert [status for status, _ in foreign] == [404] * 4 + [422] * 3
    assert Workflow.objects.get(pk=mine.pk).folder_id is None
