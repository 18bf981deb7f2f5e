"""Sharing a folder shares what is in it, for as long as it is in it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from builder.actions import folder_sharing
from builder.folder_grants import FolderGrant
from builder.models import Folder, Workflow
from orchestrator.api.errors import Conflict
from orchestrator.governance.models import AuditEvent, FourEyes, Membership, Team, User, Workspace
from tests.integration.authoring import MAKER, Browser, join
from tests.integration.builder.test_asking import decide


@pytest.fixture
def admin(workspace: Workspace) -> Browser:
    return join(workspace, "admin", name="Adele")


@pytest.fixture
def head(workspace: Workspace) -> Browser:
    """Builds, and may share what others built."""
    return join(workspace, "admin", *MAKER, name="Hanna")


@pytest.fixture
def folders(workspace: Workspace) -> tuple[Folder, Folder]:
    """One, and one in it."""
    outer = Folder.objects.create(workspace=workspace, name="Finance")
    return outer, Folder.objects.create(workspace=workspace, name="Invoices", parent=outer)


@pytest.fixture
def hidden(workflow: Workflow, folders: tuple[Folder, Folder]) -> Workflow:
    """Restricted, in the inner folder."""
    workflow.access, workflow.folder = "restricted", folders[1]
    workflow.save()
    return workflow


def share(admin: Browser, folder: Folder, level: str = "use", **whom: Any) -> Any:
    return admin.post(f"folders/{folder.pk}/grants", {"level": level, **whom})


def seen(browser: Browser, workspace: Workspace) -> list[str]:
    return [one["name"] for one in browser.get(f"workspaces/{workspace.pk}/workflows").json()["results"]]


def test_what_is_in_a_shared_folder_is_shared_however_deep(
    admin: Browser, viewer: Browser, workspace: Workspace, hidden: Workflow, folders: tuple[Folder, Folder]
) -> None:
    assert seen(viewer, workspace) == []
    made = share(admin, folders[0], user=str(viewer.user.id))
    assert made.status_code == 201, made.json()
    assert seen(viewer, workspace) == ["Invoices"]
    can = viewer.get(f"workflows/{hidden.pk}").json()["can"]
    assert "workflow:run" in can
    assert "workflow:edit" not in can
    assert viewer.get(f"workspaces/{workspace.pk}/runs", workflow=str(hidden.pk)).status_code == 200
    assert admin.patch(f"folder-grants/{made.json()['id']}", {"level": "edit"}).status_code == 200
    assert viewer.patch(f"workflows/{hidden.pk}", {"name": "Renamed"}).status_code == 200
    assert "workflow:edit" in viewer.get(f"workspaces/{workspace.pk}/workflows").json()["results"][0]["can"]
    assert admin.delete(f"folder-grants/{made.json()['id']}").status_code == 204
    assert seen(viewer, workspace) == []
    assert viewer.get(f"workflows/{hidden.pk}").status_code == 404
    actions = AuditEvent.objects.filter(workspace_id=workspace.pk, object_id=str(folders[0].pk)).order_by("seq")
    assert [one.action for one in actions] == ["folder.shared", "folder.sharing_changed", "folder.unshared"]


def test_it_ends_in_time_and_by_leaving_the_team(
    admin: Browser, viewer: Browser, workspace: Workspace, hidden: Workflow, folders: tuple[Folder, Folder]
) -> None:
    team = Team.objects.create(workspace=workspace, name="Buying")
    team.members.add(Membership.objects.get(user=viewer.user))
    made = share(admin, folders[1], team=str(team.pk)).json()
    assert seen(viewer, workspace) == ["Invoices"]
    team.members.clear()
    assert seen(viewer, workspace) == []
    team.members.add(Membership.objects.get(user=viewer.user))
    past = (timezone.now() - timedelta(minutes=1)).isoformat()
    assert admin.patch(f"folder-grants/{made['id']}", {"expires_at": past}).status_code == 200
    assert seen(viewer, workspace) == []


def test_it_is_explained(admin: Browser, viewer: Browser, hidden: Workflow, folders: tuple[Folder, Folder]) -> None:
    share(admin, folders[0], user=str(viewer.user.id))
    answers = admin.get(f"workflows/{hidden.pk}/rights", user=str(viewer.user.id)).json()
    run = next(one for one in answers if one["verb"] == "workflow:run")
    assert [(way["kind"], way["name"], way["folder"]) for way in run["ways"]] == [("grant", "use", "Finance")]
    people = admin.get(f"workflows/{hidden.pk}/grants").json()["people"]
    assert [one["degree"] for one in people if one["user"]["name"] == "Vera"] == ["use"]


def test_putting_something_where_others_see_it_is_sharing_it(
    admin: Browser, maria: Browser, viewer: Browser, workflow: Workflow, folders: tuple[Folder, Folder]
) -> None:
    outer, inner = folders
    moved = {"action": "move", "ids": [str(workflow.pk)], "folder": str(inner.pk)}
    bulk = f"workspaces/{workflow.workspace_id}/workflows/bulk"
    share(admin, outer, user=str(viewer.user.id))
    refused = maria.post(bulk, moved).json()["refused"]
    assert [one["code"] for one in refused] == ["denied"]
    elsewhere = Folder.objects.create(workspace_id=workflow.workspace_id, name="Elsewhere")
    assert maria.post(bulk, {**moved, "folder": str(elsewhere.pk)}).json()["refused"] == []
    assert maria.patch(f"folders/{elsewhere.pk}", {"parent": str(inner.pk)}).status_code == 403
    assert maria.patch(f"folders/{inner.pk}", {"name": "Bills"}).status_code == 200


def test_making_something_where_others_see_it_is_sharing_it(
    head: Browser, maria: Browser, viewer: Browser, workflow: Workflow, folders: tuple[Folder, Folder]
) -> None:
    outer, inner = folders
    share(head, outer, user=str(viewer.user.id))
    workspace, place = f"workspaces/{workflow.workspace_id}", {"folder": str(inner.pk)}
    document = maria.get(f"workflows/{workflow.pk}/export").json()
    for browser, status in ((maria, 403), (head, 201)):
        assert browser.post(f"{workspace}/workflows", {"name": "Theirs", **place}).status_code == status
        assert browser.post(f"{workspace}/imports", {"document": document, **place}).status_code == status


def test_a_copy_stands_beside_the_original_only_where_whoever_copies_may_share(
    head: Browser, maria: Browser, viewer: Browser, workspace: Workspace, folders: tuple[Folder, Folder]
) -> None:
    original = head.make(workspace, folder=str(folders[1].pk))
    wish = {"name": "Copy", "copy_of": str(original.pk)}
    assert maria.post(f"workspaces/{workspace.pk}/workflows", wish).json()["folder"] == str(folders[1].pk)
    share(head, folders[0], user=str(viewer.user.id))
    assert maria.post(f"workspaces/{workspace.pk}/workflows", wish).json()["folder"] is None
    assert head.post(f"workspaces/{workspace.pk}/workflows", wish).json()["folder"] == str(folders[1].pk)


def test_nothing_is_put_where_others_see_it_without_the_second_person_whom_sharing_takes(
    head: Browser, viewer: Browser, workflow: Workflow, folders: tuple[Folder, Folder]
) -> None:
    share(head, folders[0], user=str(viewer.user.id))
    Workspace.objects.filter(pk=workflow.workspace_id).update(four_eyes=FourEyes.REQUIRED)
    moved = {"action": "move", "ids": [str(workflow.pk)], "folder": str(folders[1].pk)}
    bulk = head.post(f"workspaces/{workflow.workspace_id}/workflows/bulk", moved).json()
    assert [one["code"] for one in bulk["refused"]] == ["folder_shared"]
    elsewhere = Folder.objects.create(workspace_id=workflow.workspace_id, name="Elsewhere")
    refused = head.patch(f"folders/{elsewhere.pk}", {"parent": str(folders[1].pk)})
    assert (refused.status_code, refused.json()["code"]) == (409, "folder_shared")
    wish = {"name": "New", "folder": str(folders[1].pk)}
    assert head.post(f"workspaces/{workflow.workspace_id}/workflows", wish).status_code == 201


def test_sharing_a_folder_takes_a_second_person_where_sharing_does_and_less_does_not(
    admin: Browser, viewer: Browser, workspace: Workspace, hidden: Workflow, folders: tuple[Folder, Folder]
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(four_eyes=FourEyes.REQUIRED)
    other, wish = join(workspace, "admin", name="Amir"), {"user": str(viewer.user.pk)}
    assert share(admin, folders[0], **wish).json()["code"] == "reason_missing"
    answer = share(admin, folders[0], **wish, reason="She runs what is in it")
    assert answer.status_code == 202
    assert seen(viewer, workspace) == []
    assert decide(admin, answer.json()["request"]).status_code == 403
    assert decide(other, answer.json()["request"]).json()["state"] == "done"
    assert seen(viewer, workspace) == ["Invoices"]
    [grant] = admin.get(f"folders/{folders[0].pk}/grants").json()
    more = admin.patch(f"folder-grants/{grant['id']}", {"level": "edit", "reason": "She mends it"})
    assert more.status_code == 202
    assert decide(other, more.json()["request"]).json()["state"] == "done"
    assert admin.get(f"folders/{folders[0].pk}/grants").json()[0]["level"] == "edit"
    assert admin.patch(f"folder-grants/{grant['id']}", {"level": "use"}).status_code == 200
    shared = AuditEvent.objects.get(workspace_id=workspace.pk, action="folder.shared")
    assert (shared.actor_name, shared.detail["asked_by"], shared.detail["person"]) == ("Amir", "Adele", "Vera")


def test_whoever_answers_for_the_program_that_gains_does_not_agree(
    admin: Browser, workspace: Workspace, folders: tuple[Folder, Folder]
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(four_eyes=FourEyes.REQUIRED)
    other, program = join(workspace, "admin", name="Amir"), join(workspace, "viewer", name="Nightly import").user
    User.objects.filter(pk=program.pk).update(owner=other.user)
    request = share(admin, folders[0], user=str(program.pk), reason="It runs what is in it").json()["request"]
    assert decide(other, request).json()["code"] == "second_person"
    assert decide(join(workspace, "admin", name="Amy"), request).json()["state"] == "done"


def test_agreeing_to_the_sharing_of_a_folder_that_was_dissolved_says_so(
    admin: Browser, viewer: Browser, workspace: Workspace, folders: tuple[Folder, Folder]
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(four_eyes=FourEyes.REQUIRED)
    answer = share(admin, folders[1], user=str(viewer.user.pk), reason="She runs what is in it")
    folders[1].delete()
    agreed = decide(join(workspace, "admin", name="Amir"), answer.json()["request"])
    assert (agreed.status_code, agreed.json()["code"]) == (409, "request_outdated")


def test_what_was_ended_meanwhile_is_neither_changed_nor_ended_again(
    admin: Browser, viewer: Browser, folders: tuple[Folder, Folder]
) -> None:
    share(admin, folders[0], user=str(viewer.user.pk))
    seen = FolderGrant.objects.select_related("folder", "member__user").get()
    FolderGrant.objects.all().delete()
    for act in (
        folder_sharing.end_folder_grant,
        partial(folder_sharing.change_folder_grant, changes={"level": "edit"}),
    ):
        with pytest.raises(Conflict) as refused:
            act(admin.principal, seen)
        assert refused.value.code == "unshared"


def test_a_reason_for_sharing_a_folder_stands_in_the_trail(
    admin: Browser, viewer: Browser, workspace: Workspace, folders: tuple[Folder, Folder]
) -> None:
    made = share(admin, folders[0], user=str(viewer.user.pk), reason="She runs what is in it")
    assert made.status_code == 201, made.json()
    changed = admin.patch(f"folder-grants/{made.json()['id']}", {"level": "edit", "reason": "She mends it"})
    assert changed.status_code == 200, changed.json()
    events = AuditEvent.objects.filter(workspace_id=workspace.pk, object_type="folder").order_by("seq")
    assert [one.reason for one in events] == ["She runs what is in it", "She mends it"]
