"""Keeping many workflows in order: tags, owners, copies, the archive and what is done to many at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from builder.models import Draft, StepSample, Version, Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from tests.integration.authoring import Browser, join, sound


def listed(browser: Browser, workspace: Workspace, **filters: Any) -> list[str]:
    answer = browser.get(f"workspaces/{workspace.pk}/workflows", **filters)
    assert answer.status_code == 200, answer.json()
    return sorted(item["name"] for item in answer.json()["results"])


def bulk(browser: Browser, workspace: Workspace, action: str, *workflows: Workflow, **more: Any) -> Any:
    body = {"action": action, "ids": [str(workflow.pk) for workflow in workflows], **more}
    return browser.post(f"workspaces/{workspace.pk}/workflows/bulk", body)


@pytest.mark.ux(16)
def test_the_list_is_filtered_by_tag_and_owner_and_says_by_which(
    maria: Browser, ben: Browser, workspace: Workspace
) -> None:
    first = maria.make(workspace, "Invoices")
    maria.patch(f"workflows/{first.pk}", {"tags": ["Finance", "monthly", "finance"]})
    second = ben.make(workspace, "Claims")
    ben.patch(f"workflows/{second.pk}", {"tags": ["monthly"]})
    assert listed(maria, workspace, tag="Finance") == ["Invoices"]
    assert listed(maria, workspace, tag="monthly") == ["Claims", "Invoices"]
    assert listed(maria, workspace, tag="monthly", owner=ben.user.pk) == ["Claims"]
    assert maria.get(f"workspaces/{workspace.pk}/workflow-facets").json() == {
        "tags": [{"name": "Finance", "count": 1}, {"name": "monthly", "count": 2}],
        "owners": [{"id": str(ben.user.pk), "name": "Ben"}, {"id": str(maria.user.pk), "name": "Maria"}],
    }


@pytest.mark.parametrize("tags", [["x" * 41], [""], [str(number) for number in range(21)], "finance"])
def test_tags_that_cannot_be_used_are_refused(maria: Browser, workflow: Workflow, tags: Any) -> None:
    answer = maria.patch(f"workflows/{workflow.pk}", {"tags": tags})
    assert (answer.status_code, answer.json()["problems"][0]["field"].split(".")[0]) == (422, "tags")


@pytest.mark.ux(19)
def test_a_copy_has_the_steps_settings_and_samples_but_not_the_history(maria: Browser, workspace: Workspace) -> None:
    source = maria.make(workspace, "Invoices")
    maria.save(source, sound())
    maria.publish(source)
    maria.patch(f"workflows/{source.pk}", {"description": "From suppliers", "tags": ["Finance"], "max_running": 3})
    maria.put(f"workflows/{source.pk}/samples/greet", {"value": {"greeting": "hello"}})
    copy = maria.make(workspace, "Invoices (copy)", copy_of=str(source.pk))
    assert (copy.description, copy.tags, copy.max_running, copy.status) == ("From suppliers", ["Finance"], 3, "draft")
    assert copy.owner_id == maria.user.pk
    assert Draft.objects.get(workflow=copy).graph == Draft.objects.get(workflow=source).graph
    assert StepSample.objects.get(workflow=copy).output == {"greeting": "hello"}
    assert not Version.objects.filter(workflow=copy).exists()
    event = AuditEvent.objects.get(action="workflow.created", object_id=str(copy.pk))
    assert event.detail == {"copy_of": str(source.pk), "copy_of_name": "Invoices"}


def test_what_one_does_not_see_cannot_be_copied(stranger: Browser, workflow: Workflow) -> None:
    own = Workspace.objects.get(name="Elsewhere")
    for id in (workflow.pk, uuid4()):
        answer = stranger.post(f"workspaces/{own.pk}/workflows", {"name": "Mine", "copy_of": str(id)})
        assert answer.status_code == 404


@pytest.mark.ux(17)
def test_only_what_is_archived_can_be_deleted_and_its_records_stay(maria: Browser, workflow: Workflow) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow)
    maria.put(f"workflows/{workflow.pk}/samples/greet", {"value": {"greeting": "hello"}})
    refused = maria.delete(f"workflows/{workflow.pk}")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_archived")
    maria.post(f"workflows/{workflow.pk}/archive")
    assert maria.delete(f"workflows/{workflow.pk}").status_code == 204
    for archived in ("false", "true"):
        assert listed(maria, Workspace.objects.get(pk=workflow.workspace_id), archived=archived) == []
    for answer in (
        maria.get(f"workflows/{workflow.pk}"),
        maria.get(f"workflows/{workflow.pk}/draft"),
        maria.post(f"workflows/{workflow.pk}/restore"),
        maria.delete(f"workflows/{workflow.pk}"),
    ):
        assert answer.status_code == 404
    assert not Draft.objects.filter(workflow=workflow).exists()
    assert not StepSample.objects.filter(workflow=workflow).exists()
    version = Version.objects.get(workflow=workflow)
    assert maria.get(f"versions/{version.pk}").json()["number"] == 1
    event = AuditEvent.objects.get(action="workflow.deleted")
    assert (event.object_name, event.actor_id) == ("Invoices", maria.user.pk)


@pytest.mark.ux(21)
def test_many_are_moved_archived_restored_and_deleted_and_each_refusal_says_why(
    maria: Browser, workspace: Workspace
) -> None:
    one, two, live = (maria.make(workspace, name) for name in ("One", "Two", "Live"))
    maria.save(live, sound())
    maria.publish(live)
    folder = maria.post(f"workspaces/{workspace.pk}/folders", {"name": "Finance"}).json()["id"]
    before = Workflow.objects.get(pk=one.pk).changed_at
    moved = bulk(maria, workspace, "move", one, two, folder=folder).json()
    assert moved == {"done": [str(one.pk), str(two.pk)], "refused": []}
    assert listed(maria, workspace, folder=folder) == ["One", "Two"]
    assert Workflow.objects.get(pk=one.pk).changed_at == before
    builder = join(workspace, "builder")
    archived = bulk(builder, workspace, "archive", one, live).json()
    assert archived["done"] == [str(one.pk)]
    assert [(refusal["id"], refusal["code"]) for refusal in archived["refused"]] == [(str(live.pk), "denied")]
    deleted = bulk(maria, workspace, "delete", one, two).json()
    assert (deleted["done"], deleted["refused"][0]["code"]) == ([str(one.pk)], "not_archived")
    bulk(maria, workspace, "archive", two)
    assert bulk(maria, workspace, "restore", two, one).json()["refused"][0]["code"] == "not_found"
    assert listed(maria, workspace, folder="none") == ["Live"]
    assert listed(maria, workspace, folder=folder) == ["Two"]


def test_many_of_another_workspace_are_not_touched(stranger: Browser, workflow: Workflow, viewer: Browser) -> None:
    own, theirs = Workspace.objects.get(name="Elsewhere"), Workspace.objects.get(pk=workflow.workspace_id)
    assert bulk(stranger, own, "archive", workflow).json()["refused"][0]["code"] == "not_found"
    assert bulk(stranger, theirs, "archive", workflow).status_code == 404
    assert bulk(viewer, theirs, "archive", workflow).json()["refused"][0]["code"] == "denied"
    workflow.refresh_from_db()
    assert workflow.archived_at is None
