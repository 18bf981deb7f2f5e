"""Who sees and changes one workflow: by role, because it is theirs, or because it is shared with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from builder.actions import sharing
from builder.models import AccessRequest, Workflow, WorkflowGrant
from orchestrator.api.errors import Conflict
from orchestrator.governance.models import AuditEvent, FourEyes, Membership, Policy, Request, Team, Workspace
from orchestrator.governance.sharing import Level
from tests.integration.authoring import Browser, join, sound

DOORS = ["", "/draft", "/versions", "/links", "/schedules", "/forms", "/history"]


@pytest.fixture
def admin(workspace: Workspace) -> Browser:
    return join(workspace, "admin", name="Adele")


def share(browser: Browser, workflow: Workflow, with_: Browser, level: str = "use", **more: Any) -> Any:
    return browser.post(f"workflows/{workflow.pk}/grants", {"user": str(with_.user.pk), "level": level, **more})


def restrict(browser: Browser, workflow: Workflow, access: str = "restricted") -> None:
    answer = browser.put(f"workflows/{workflow.pk}/access", {"access": access})
    assert answer.status_code == 200, answer.json()


def can(browser: Browser, workflow: Workflow) -> set[str]:
    answer = browser.get(f"workflows/{workflow.pk}")
    return set(answer.json()["can"]) if answer.status_code == 200 else set()


def listed(browser: Browser, workspace: Workspace) -> list[str]:
    return [one["name"] for one in browser.get(f"workspaces/{workspace.pk}/workflows").json()["results"]]


def remove(admin: Browser, gone: Browser, **body: Any) -> Any:
    member = Membership.objects.get(user=gone.user)
    return admin.client.delete(f"/api/members/{member.pk}", body, content_type="application/json")


def told(action: str) -> AuditEvent:
    return AuditEvent.objects.get(action=action)


@pytest.mark.ux(138)
def test_can_use_lets_somebody_run_what_is_live_and_nothing_more(
    maria: Browser, viewer: Browser, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow)
    assert viewer.post(f"workflows/{workflow.pk}/runs", {}).status_code == 403
    assert share(maria, workflow, viewer).status_code == 201
    assert can(viewer, workflow) == {"workflow:read", "workflow:run", "run:read"}
    assert viewer.post(f"workflows/{workflow.pk}/runs", {}).status_code == 202
    assert viewer.post(f"workflows/{workflow.pk}/runs", {"draft": True}).status_code == 403
    assert viewer.save(workflow, sound("bye")).status_code == 403
    assert viewer.publish(workflow).status_code == 403
    event = told("workflow.shared")
    assert event.after == {"level": "use", "expires_at": None}
    assert event.detail == {"person": "Vera", "alone": True}


@pytest.mark.ux(138)
def test_can_edit_lets_somebody_change_and_try_the_draft_but_not_publish(
    maria: Browser, viewer: Browser, workflow: Workflow
) -> None:
    grant = share(maria, workflow, viewer).json()["id"]
    assert maria.patch(f"grants/{grant}", {"level": "edit"}).json()["level"] == "edit"
    assert viewer.save(workflow, sound()).status_code == 200
    assert viewer.post(f"workflows/{workflow.pk}/runs", {"draft": True}).status_code == 202
    assert viewer.publish(workflow).status_code == 403
    event = told("workflow.sharing_changed")
    assert (event.before["level"], event.after["level"]) == ("use", "edit")


@pytest.mark.ux(138)
def test_what_is_shared_with_a_team_is_shared_with_its_members_only(
    maria: Browser, viewer: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    team = Team.objects.create(workspace=workspace, name="Buying")
    answer = maria.post(f"workflows/{workflow.pk}/grants", {"team": str(team.pk), "level": "edit"})
    assert answer.json()["team"]["name"] == "Buying"
    assert "workflow:edit" not in can(viewer, workflow)
    team.members.add(Membership.objects.get(user=viewer.user))
    assert "workflow:edit" in can(viewer, workflow)
    assert viewer.save(workflow, sound()).status_code == 200
    team.members.clear()
    assert viewer.save(workflow, sound("bye")).status_code == 403


def test_a_grant_ends_when_its_time_is_over(maria: Browser, viewer: Browser, workflow: Workflow) -> None:
    until = timezone.now() + timedelta(days=1)
    share(maria, workflow, viewer, "edit", expires_at=until.isoformat())
    assert "workflow:edit" in can(viewer, workflow)
    WorkflowGrant.objects.update(expires_at=timezone.now())
    assert can(viewer, workflow) == {"workflow:read", "run:read"}
    assert viewer.save(workflow, sound()).status_code == 403
    (shown,) = maria.get(f"workflows/{workflow.pk}/grants").json()["grants"]
    assert shown["expired"] is True


def test_a_removed_grant_ends_at_once(maria: Browser, viewer: Browser, workflow: Workflow) -> None:
    grant = share(maria, workflow, viewer, "edit").json()["id"]
    assert maria.client.delete(f"/api/grants/{grant}").status_code == 204
    assert viewer.save(workflow, sound()).status_code == 403
    assert told("workflow.unshared").detail == {"person": "Vera"}


@pytest.mark.ux(140)
def test_a_restricted_workflow_does_not_exist_for_those_it_is_not_shared_with(
    maria: Browser, ben: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    version = maria.publish(workflow).json()["id"]
    restrict(maria, workflow)
    assert listed(ben, workspace) == []
    hidden = [f"workflows/{workflow.pk}{door}" for door in DOORS] + [f"versions/{version}"]
    made_up = [f"workflows/{uuid4()}{door}" for door in DOORS] + [f"versions/{uuid4()}"]
    for mine, random in zip(hidden, made_up, strict=True):
        answer, other = ben.get(mine), ben.get(random)
        assert answer.status_code == other.status_code == 404, mine
        assert {**answer.json(), "trace": ""} == {**other.json(), "trace": ""}, mine
    assert ben.post(f"workflows/{workflow.pk}/runs", {}).status_code == 404
    assert ben.publish(workflow).status_code == 404
    assert ben.put(f"workflows/{workflow.pk}/draft", {"graph": sound()}, if_match='"x"').status_code == 404
    assert ben.post(f"versions/{version}/restore", {}, if_match='"x"').status_code == 404


def test_a_restricted_workflow_is_there_for_owner_admins_auditors_and_those_named(
    maria: Browser, ben: Browser, admin: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    restrict(maria, workflow)
    auditor = join(workspace, "auditor", name="Otto")
    assert {"workflow:edit", "workflow:publish", "workflow:share"} <= can(maria, workflow)
    assert {"workflow:publish", "workflow:share"} <= can(admin, workflow)
    assert can(auditor, workflow) == {"workflow:read", "workflow:read_restricted", "run:read", "run:payload"}
    share(maria, workflow, ben)
    assert listed(ben, workspace) == ["Invoices"]
    assert {"workflow:read", "workflow:run"} <= can(ben, workflow)
    assert not {"workflow:edit", "workflow:publish"} & can(ben, workflow)
    grant = WorkflowGrant.objects.get()
    maria.patch(f"grants/{grant.pk}", {"level": "edit"})
    assert {"workflow:edit", "workflow:publish"} <= can(ben, workflow)


@pytest.mark.parametrize("access", ["workspace", "restricted"])
@pytest.mark.parametrize("named", ["nobody", "person", "team", "in the past"])
@pytest.mark.parametrize("rule", ["none", "of the workflow", "of the workspace"])
@pytest.mark.parametrize("role", ["viewer", "builder", "admin", "auditor"])
def test_what_has_an_address_stands_in_the_list(
    workspace: Workspace, workflow: Workflow, access: str, named: str, rule: str, role: str
) -> None:
    one = join(workspace, role, name="Rita")
    member = Membership.objects.get(user=one.user)
    Workflow.objects.filter(pk=workflow.pk).update(access=access)
    if named == "team":
        team = Team.objects.create(workspace=workspace, name="Buying")
        team.members.add(member)
        WorkflowGrant.objects.create(workflow=workflow, team=team, level="use")
    elif named != "nobody":
        ends = timezone.now() - timedelta(minutes=1) if named == "in the past" else None
        WorkflowGrant.objects.create(workflow=workflow, member=member, level="use", expires_at=ends)
    if rule != "none":
        about = workflow.pk if rule == "of the workflow" else None
        Policy.objects.create(workspace=workspace, member=member, verbs=["workflow:read"], object_id=about)
    there = rule == "none" and (access == "workspace" or named in ("person", "team") or role in ("admin", "auditor"))
    shown = one.get(f"workspaces/{workspace.pk}/workflows").json().get("results", [])
    assert [each["name"] for each in shown] == (["Invoices"] if there else [])
    assert one.get(f"workflows/{workflow.pk}").status_code == (200 if there else 404)


def test_a_workflow_that_one_does_not_see_cannot_be_called(
    maria: Browser, ben: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow)
    calling = sound()
    calling["nodes"][1] = {"key": "greet", "type": "run_workflow", "config": {"workflow": str(workflow.pk)}}
    own = ben.make(workspace, "Calls")
    before = [problem["code"] for problem in ben.save(own, calling).json()["problems"]]
    restrict(maria, workflow)
    after = [problem["code"] for problem in ben.get(f"workflows/{own.pk}/draft").json()["problems"]]
    assert ("workflow_unknown" in before, "workflow_unknown" in after) == (False, True)


def test_a_sharing_that_was_ended_or_narrowed_meanwhile_is_not_taken_for_what_it_was(
    maria: Browser, viewer: Browser, workflow: Workflow
) -> None:
    share(maria, workflow, viewer, "edit")
    seen = WorkflowGrant.objects.get()
    WorkflowGrant.objects.update(level="use")
    Workspace.objects.filter(pk=workflow.workspace_id).update(four_eyes=FourEyes.REQUIRED)
    asked = sharing.change_grant(maria.principal, seen, {"level": Level.EDIT}, reason="She mends it")
    assert isinstance(asked, Request)
    WorkflowGrant.objects.all().delete()
    for act in (lambda: sharing.change_grant(maria.principal, seen, {"level": Level.USE}), lambda: end(maria, seen)):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "unshared"
    assert not AuditEvent.objects.filter(workspace_id=workflow.workspace_id, action="workflow.unshared").exists()


def end(browser: Browser, grant: WorkflowGrant) -> None:
    sharing.end_grant(browser.principal, grant)


def test_only_owner_and_admins_share(maria: Browser, ben: Browser, admin: Browser, workflow: Workflow) -> None:
    somebody = join(workflow.workspace, "viewer", name="Sue")
    for act in (
        lambda: share(ben, workflow, somebody),
        lambda: ben.get(f"workflows/{workflow.pk}/grants"),
        lambda: ben.get(f"workflows/{workflow.pk}/grants/candidates"),
        lambda: ben.put(f"workflows/{workflow.pk}/access", {"access": "restricted"}),
        lambda: ben.post(f"workflows/{workflow.pk}/transfer", {"to": str(ben.user.pk)}),
    ):
        assert act().status_code == 403
    assert share(admin, workflow, somebody, "edit").status_code == 201
    grant = WorkflowGrant.objects.get()
    assert ben.patch(f"grants/{grant.pk}", {"level": "use"}).status_code == 403


def test_nobody_gives_on_more_than_they_may_themselves(maria: Browser, viewer: Browser, workflow: Workflow) -> None:
    """An owner who builds no longer."""
    Membership.objects.filter(user=maria.user).update(roles=["viewer"])
    assert "workflow:edit" not in can(maria, workflow)
    assert share(maria, workflow, viewer, "edit").status_code == 403
    assert share(maria, workflow, viewer, "use").status_code == 201


def test_another_workspace_is_not_shared_with_and_reaches_nothing(
    maria: Browser, stranger: Browser, viewer: Browser, workflow: Workflow
) -> None:
    assert share(maria, workflow, stranger).status_code == 404
    foreign_team = Team.objects.create(workspace=Membership.objects.get(user=stranger.user).workspace, name="Them")
    body = {"team": str(foreign_team.pk), "level": "use"}
    assert maria.post(f"workflows/{workflow.pk}/grants", body).status_code == 404
    grant = share(maria, workflow, viewer).json()["id"]
    for answer in (
        stranger.get(f"workflows/{workflow.pk}/grants"),
        stranger.patch(f"grants/{grant}", {"level": "edit"}),
        stranger.client.delete(f"/api/grants/{grant}"),
        stranger.put(f"workflows/{workflow.pk}/access", {"access": "restricted"}),
        stranger.get(f"workflows/{workflow.pk}/history"),
    ):
        assert answer.status_code == 404
    assert WorkflowGrant.objects.get().level == "use"


def test_who_leaves_and_comes_back_finds_nothing_shared(
    maria: Browser, admin: Browser, viewer: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    share(maria, workflow, viewer, "edit")
    assert remove(admin, viewer).status_code == 204
    Membership.objects.create(workspace=workspace, user=viewer.user, roles=["viewer"])
    assert can(viewer, workflow) == {"workflow:read", "run:read"}


@pytest.mark.ux(138)
def test_the_list_of_access_says_who_and_why(
    maria: Browser, ben: Browser, admin: Browser, viewer: Browser, workflow: Workflow
) -> None:
    share(maria, workflow, viewer, "edit")
    shown = maria.get(f"workflows/{workflow.pk}/grants").json()
    people = {one["user"]["name"]: one for one in shown["people"]}
    found = {who: (one["degree"], [(way["kind"], way["name"]) for way in one["ways"]]) for who, one in people.items()}
    assert found["Maria"] == ("edit", [("role", "builder")])
    assert found["Vera"] == ("edit", [("grant", "edit")])
    assert found["Adele"] == ("look", [("role", "admin")])
    restrict(maria, workflow)
    names = {one["user"]["name"] for one in maria.get(f"workflows/{workflow.pk}/grants").json()["people"]}
    assert names == {"Maria", "Vera", "Adele"}


def test_those_who_have_it_already_are_not_offered(maria: Browser, ben: Browser, viewer: Browser, workflow) -> None:
    share(maria, workflow, viewer)
    offered = maria.get(f"workflows/{workflow.pk}/grants/candidates", search="").json()
    assert [one["name"] for one in offered["people"]] == ["Ben"]
    assert share(maria, workflow, viewer).json()["code"] == "shared_already"
    assert share(maria, workflow, maria).json()["code"] == "owns_it"


@pytest.mark.ux(140)
def test_asking_is_answered_alike_and_reaches_the_owner_only_where_there_is_something(
    maria: Browser, ben: Browser, stranger: Browser, workflow: Workflow
) -> None:
    restrict(maria, workflow)
    body = {"level": "use", "note": "For the audit"}
    answers = [
        ben.post(f"workflows/{workflow.pk}/access-requests", body),
        ben.post(f"workflows/{uuid4()}/access-requests", body),
        stranger.post(f"workflows/{workflow.pk}/access-requests", body),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert AccessRequest.objects.count() == 1
    assert maria.get(f"workflows/{workflow.pk}").json()["requests"] == 1
    (asked,) = maria.get(f"workspaces/{workflow.workspace_id}/access-requests").json()
    assert (asked["user"]["name"], asked["note"], asked["workflow"]["name"]) == ("Ben", "For the audit", "Invoices")
    assert maria.post(f"access-requests/{asked['id']}", {"level": "edit"}).status_code == 200
    assert "workflow:edit" in can(ben, workflow)
    assert not AccessRequest.objects.exists()


def test_a_request_can_be_declined_and_is_answered_by_nobody_else(
    maria: Browser, ben: Browser, viewer: Browser, workflow: Workflow
) -> None:
    ben.post(f"workflows/{workflow.pk}/access-requests", {"level": "use"})
    assert not AccessRequest.objects.exists()  # Ben may use it anyway
    viewer.post(f"workflows/{workflow.pk}/access-requests", {"level": "edit"})
    asked = AccessRequest.objects.get()
    assert ben.get(f"workspaces/{workflow.workspace_id}/access-requests").json() == []
    assert ben.post(f"access-requests/{asked.pk}", {"level": "edit"}).status_code == 404
    assert maria.client.delete(f"/api/access-requests/{asked.pk}").status_code == 204
    assert "workflow:edit" not in can(viewer, workflow)
    assert told("access.declined").detail == {"person": "Vera"}


@pytest.mark.ux(141)
def test_a_transfer_says_first_what_the_new_owner_lacks(
    maria: Browser, ben: Browser, viewer: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    manager = join(workspace, "connection_manager", name="Cora")
    secret = {"kind": "bearer", "secret": {"token": "t"}, "hosts": ["crm.example.com"]}
    made = manager.post(f"workspaces/{workspace.pk}/credentials", {"name": "CRM", **secret}).json()["id"]
    asking = sound()
    asking["nodes"][1] = {
        "key": "greet",
        "type": "http_request",
        "config": {"method": "GET", "url": "https://crm.example.com", "credential": made},
    }
    maria.save(workflow, asking)
    lacks = maria.get(f"workflows/{workflow.pk}/transfer", to=str(viewer.user.pk)).json()
    assert [lack["code"] for lack in lacks] == ["edit", "publish", "connections"]
    assert lacks[2]["names"] == ["CRM"]
    assert maria.get(f"workflows/{workflow.pk}/transfer", to=str(ben.user.pk)).json() == []
    assert maria.post(f"workflows/{workflow.pk}/transfer", {"to": str(ben.user.pk)}).status_code == 204
    workflow.refresh_from_db()
    assert workflow.owner_id == ben.user.pk
    assert share(maria, workflow, viewer).status_code == 403
    assert WorkflowGrant.objects.get().level == "edit"  # whoever owned it still edits it
    assert told("workflow.transferred").after == {"owner": "Ben"}


@pytest.mark.ux(144)
def test_who_leaves_hands_over_what_they_own(
    maria: Browser, ben: Browser, admin: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    member = Membership.objects.get(user=maria.user)
    belongs = admin.get(f"members/{member.pk}/belongings").json()
    assert [(one["kind"], one["name"], one["fate"]) for one in belongs] == [("workflow", "Invoices", "handed_over")]
    assert remove(admin, maria).json()["code"] == "owns_something"
    assert remove(admin, maria, hand_over_to=str(uuid4())).status_code == 404
    assert remove(admin, maria, hand_over_to=str(ben.user.pk)).status_code == 204
    workflow.refresh_from_db()
    assert (workflow.owner_id, workflow.archived_at) == (ben.user.pk, None)
    assert maria.get(f"workflows/{workflow.pk}").status_code == 404


@pytest.mark.ux(144)
def test_what_nobody_takes_over_goes_into_the_archive_and_stops(
    maria: Browser, admin: Browser, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow)
    assert remove(admin, maria, hand_over_to=None).status_code == 204
    workflow.refresh_from_db()
    assert workflow.archived_at is not None
    assert workflow.paused
    assert told("workflow.archived").actor_name == "Adele"


@pytest.mark.ux(154)
def test_the_history_of_a_workflow_stands_in_place_without_what_is_for_auditors(
    maria: Browser, ben: Browser, viewer: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.save(workflow, sound())
    maria.publish(workflow)
    viewer.publish(workflow)
    entries = ben.get(f"workflows/{workflow.pk}/history").json()["results"]
    assert [entry["action"] for entry in entries] == ["workflow.published", "draft.saved", "workflow.created"]
    assert entries[0]["sentence"] == "Maria published version 1 of the workflow “Invoices”"
    assert not {"ip", "auth"} & set(entries[0])
    auditor = join(workspace, "auditor", name="Otto")
    seen = auditor.get(f"workflows/{workflow.pk}/history").json()["results"]
    assert "attempt.denied" in [entry["action"] for entry in seen]


@pytest.mark.ux(156)
def test_an_auditor_sees_every_workflow_and_changes_none(maria: Browser, workspace: Workspace, workflow) -> None:
    auditor = join(workspace, "auditor", name="Otto")
    restrict(maria, workflow)
    draft = auditor.get(f"workflows/{workflow.pk}/draft").json()
    assert listed(auditor, workspace) == ["Invoices"]
    before = Workflow.objects.values().get()
    for answer in (
        auditor.put(f"workflows/{workflow.pk}/draft", {"graph": sound()}, if_match=f'"{draft["token"]}"'),
        auditor.publish(workflow),
        auditor.patch(f"workflows/{workflow.pk}", {"name": "Mine"}),
        auditor.post(f"workflows/{workflow.pk}/archive"),
        auditor.post(f"workflows/{workflow.pk}/runs", {}),
        auditor.post(f"workflows/{workflow.pk}/runs", {"draft": True}),
        share(auditor, workflow, auditor, "edit"),
        auditor.put(f"workflows/{workflow.pk}/access", {"access": "workspace"}),
        auditor.post(f"workflows/{workflow.pk}/transfer", {"to": str(auditor.user.pk)}),
    ):
        assert answer.status_code == 403
    assert Workflow.objects.values().get() == before
