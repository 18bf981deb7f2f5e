"""What auditors ask about decisions of people, and about who may do what."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Folder, Workflow
from orchestrator.governance.models import Membership, User, Workspace
from orchestrator.runs.models import HumanTask, Run
from orchestrator.runs.reminders import remind
from tests.integration.authoring import Browser, join, sound
from tests.integration.operations.test_usage import made
from tests.integration.questions.asking import entries, manifest, new_token, program, report, trail
from tests.integration.runs.conftest import ask
from tests.integration.runs.graphs import approval_row
from tests.integration.runs.waiting import drive_to_its_end

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def access(otto: Browser, workspace: Workspace, **asked: str) -> dict[str, Any]:
    answer = otto.get(f"workspaces/{workspace.pk}/access", **asked)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def seen(person: Browser, request: str) -> dict[str, Any]:
    """What was asked for, as this person reads it."""
    answer = person.get(f"requests/{request}")
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def able(otto: Browser, workspace: Workspace, thing: str, verb: str) -> dict[str, list[tuple[str, str, str]]]:
    """Who may do this with one thing, by name, and each way that leads there: its kind, its name, the team."""
    found = {}
    for person in access(otto, workspace)["people"]:
        right = right_of(otto, thing, person["user"], verb)
        if right["allowed"]:
            found[person["name"]] = [(way["kind"], way["name"], way["via"]) for way in right["ways"]]
    return found


def right_of(otto: Browser, thing: str, user: object, verb: str) -> dict[str, Any]:
    answer = otto.get(f"{thing}/rights", user=str(user))
    assert answer.status_code == 200, answer.json()
    return next(one for one in answer.json() if one["verb"] == verb)


def roles(told: dict[str, Any]) -> dict[str, list[str]]:
    return {one["name"]: one["roles"] for one in told["people"]}


def membership(workspace: Workspace, person: Browser) -> str:
    return str(Membership.objects.get(workspace=workspace, user=person.user).pk)


def test_q04_a_version_says_who_wrote_asked_agreed_and_published_it_when_and_with_which_words(
    olga: Browser, otto: Browser, workspace: Workspace
) -> None:
    olga.patch(f"workspaces/{workspace.pk}", {"four_eyes": "required"})
    bea, mia = join(workspace, "builder", name="Bea"), join(workspace, "builder", name="Mia")
    paul = join(workspace, "publisher", name="Paul")
    workflow = bea.make(workspace)
    assert bea.save(workflow, sound()).status_code == 200
    asked = mia.post(f"workflows/{workflow.pk}/publishing-requests", {"note": "New greeting"}).json()["request"]
    decide = {"approve": True, "reason": "Read and tried", "content_hash": seen(paul, asked)["content_hash"]}
    assert mia.post(f"requests/{asked}/decide", decide).status_code == 403
    assert paul.post(f"requests/{asked}/decide", decide).status_code == 200

    [version] = otto.get(f"workflows/{workflow.pk}/versions").json()["results"]
    names = [version[field]["name"] for field in ("authored_by", "published_by", "approved_by")]
    assert (names, version["note"], version["request"]) == (["Bea", "Mia", "Paul"], "New greeting", asked)
    told = seen(otto, asked)
    assert (told["requester"]["name"], told["reason"]) == ("Mia", "New greeting")
    assert (told["decider"]["name"], told["decision_reason"], told["state"]) == ("Paul", "Read and tried", "done")
    assert told["created_at"] < told["decided_at"] <= version["published_at"]

    history = entries(otto, workspace, object_type="workflow", object_id=str(workflow.pk), result="done")
    by_action = {one["action"]: one for one in history}
    assert {action: one["actor"]["name"] for action, one in by_action.items() if action != "workflow.created"} == {
        "draft.saved": "Bea",
        "request.asked": "Mia",
        "request.approved": "Paul",
        "workflow.published": "Paul",
    }
    published = by_action["workflow.published"]
    assert (published["detail"]["request"], published["detail"]["asked_by"]) == (asked, "Mia")
    assert published["after"] == {**published["after"], "version": 1}
    assert (by_action["request.approved"]["reason"], published["reason"]) == ("Read and tried", "New greeting")
    [refused] = entries(otto, workspace, actor=str(mia.user.pk), result="denied")
    assert refused["object"]["id"] in (asked, str(workflow.pk))


def test_q04_where_one_person_is_enough_no_second_one_is_named(
    otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    workflow = publish(sound())
    [version] = otto.get(f"workflows/{workflow.pk}/versions").json()["results"]
    assert (version["authored_by"]["name"], version["published_by"]["name"]) == ("Maria", "Maria")
    assert (version["approved_by"], version["request"]) == (None, None)
    [published] = entries(otto, workspace, action="workflow.published")
    assert (published["actor"]["name"], published["reason"]) == ("Maria", "As agreed")


def test_q10_a_task_says_who_answered_what_they_saw_and_how_long_they_took(
    adam: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    run = drive(start(publish(approval_row()), input={"n": 12}))
    task = HumanTask.objects.get(run=run)
    HumanTask.objects.filter(pk=task.pk).update(created_at=task.created_at - timedelta(minutes=5))
    adam.post(f"tasks/{task.pk}/take")
    adam.post(f"tasks/{task.pk}/decide", {"decision": "reject", "comment": "Too dear"})
    [told] = report(otto, workspace, "approvals")
    assert (told["task"]["id"], told["state"], told["by"], told["reason"]) == (
        *(str(task.pk), "rejected", "Adam", "Too dear"),
    )
    assert 300 <= told["seconds"] < 330
    assert otto.get(f"tasks/{task.pk}").json()["shown"] == [{"label": "Number", "value": 12}]
    assert [(one["decision"], one["by"]) for one in manifest(otto, run)["people"]] == [("rejected", "Adam")]


def test_q11_the_report_of_separation_is_empty_unless_somebody_was_both_sides(
    maria: Browser, otto: Browser, workspace: Workspace, start: Start, drive: Drive
) -> None:
    workflow = maria.make(workspace)
    maria.save(workflow, approval_row())
    assert join(workspace, "publisher", name="Paul").publish(workflow, note="").status_code == 200
    workflow.refresh_from_db()
    both = join(workspace, "operator", "approver", name="Bo")
    run = drive(start(workflow, both, input={"n": 1}))
    assert report(otto, workspace, "separation") == []

    task = HumanTask.objects.get(run=run)
    both.post(f"tasks/{task.pk}/take")
    assert both.post(f"tasks/{task.pk}/decide", {"decision": "approve", "comment": "Mine"}).status_code == 200
    maria.save(workflow, sound())
    assert maria.publish(workflow, note="I am alone today").status_code == 200
    own, started = report(otto, workspace, "separation")
    assert (own["why"], own["by"], own["reason"]) == ("own_draft", "Maria", "I am alone today")
    assert own["on"] == {"type": "workflow", "id": str(workflow.pk), "name": workflow.name}
    assert (started["why"], started["by"], started["on"]["id"]) == ("own_run", "Bo", str(task.pk))


def test_q11_what_a_program_of_ones_own_started_is_ones_own_run(
    maria: Browser, otto: Browser, workspace: Workspace, start: Start
) -> None:
    workflow, bo = maria.make(workspace), join(workspace, "approver", name="Bo")
    maria.save(workflow, approval_row())
    maria.publish(workflow, note="First")
    workflow.refresh_from_db()
    run = start(workflow, input={"n": 1})
    program = User.objects.create(name="Nightly", email="nightly@service.invalid", owner=bo.user)
    Run.objects.filter(pk=run.pk).update(started_by=program)
    task = ask(run)
    bo.post(f"tasks/{task.pk}/take")
    assert bo.post(f"tasks/{task.pk}/decide", {"decision": "approve", "comment": "Mine"}).status_code == 200
    own, _ = report(otto, workspace, "separation")
    assert (own["why"], own["by"]) == ("own_run", "Bo")


def test_q12_an_approval_says_whether_it_ran_out_was_handed_on_or_closed_with_its_run(
    adam: Browser,
    anna: Browser,
    maria: Browser,
    otto: Browser,
    workspace: Workspace,
    publish: Publish,
    start: Start,
    drive: Drive,
) -> None:
    workflow = publish(hurried())
    handed, late, stopped = (drive(start(workflow, input={"n": 1})) for _ in range(3))
    task = {run.pk: HumanTask.objects.get(run=run) for run in (handed, late, stopped)}
    assert adam.post(f"tasks/{task[handed.pk].pk}/take").status_code == 200
    passed = adam.post(f"tasks/{task[handed.pk].pk}/assign", {"user": str(anna.user.pk)})
    assert passed.status_code == 200, passed.json()
    HumanTask.objects.filter(run=late).update(remind_at=timezone.now(), due_at=timezone.now())
    remind(task[late.pk].pk)
    ended = drive_to_its_end(drive, late)
    assert maria.post(f"runs/{stopped.pk}/cancel", {"reason": "Sent twice"}).status_code == 202
    drive_to_its_end(drive, stopped)

    told = {one["run"]["id"]: one for one in report(otto, workspace, "approvals")}
    on = told[str(handed.pk)]
    assert (on["state"], on["handed_to"], on["reminded"], on["seconds"]) == ("taken", "Anna", None, None)
    out = told[str(late.pk)]
    assert (out["state"], out["by"], out["handed_to"]) == ("expired", "", "")
    assert out["at"] < out["reminded"]
    assert out["at"] < out["due"]
    assert otto.get(f"runs/{ended.pk}").json()["steps"][1]["error"]["code"] == "nobody_answered"
    closed = told[str(stopped.pk)]
    assert (closed["state"], closed["by"]) == ("cancelled", "")
    assert closed["seconds"] is not None

    assert trail(otto, workspace, topic="approvals", object_id=str(task[handed.pk].pk)) == [
        "Adam handed over the task “May it go out?”",
        "Adam took the task “May it go out?”",
    ]
    history = otto.get(f"tasks/{task[late.pk].pk}").json()["history"]
    assert [one["what"] for one in history] == ["created", "reminded", "expired"]
    [mail] = otto.get(f"workspaces/{workspace.pk}/outgoing-mails").json()["results"]
    assert sorted(mail["to"]) == sorted([adam.user.email, anna.user.email])
    export = otto.get(f"workspaces/{workspace.pk}/reports/approvals/export")
    lines = list(csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))
    assert {line["state"] for line in lines} == {"taken", "expired", "cancelled"}


def hurried() -> dict[str, Any]:
    """An approval for which there is a day, and a reminder before."""
    document = approval_row()
    document["nodes"][1]["config"] |= {"due_hours": 24, "remind_after": 12}
    return document


def test_q17_today_the_people_who_can_do_something_stand_there_with_what_lets_them(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    workflow = publish(sound())
    vera = join(workspace, "viewer", name="Vera")
    shared = olga.post(f"workflows/{workflow.pk}/grants", {"level": "edit", "user": str(vera.user.pk)})
    assert shared.status_code == 201, shared.json()
    new_token(maria, workspace, "workflow:run")
    told = access(otto, workspace, verb="workflow:publish")
    assert roles(told) == {"Maria": ["builder", "publisher"], "Olga": ["owner"]}
    [share] = told["shares"]
    assert (share["whom"], share["level"], share["by"]) == ("Vera", "edit", "Olga")
    assert share["object"] == {"type": "workflow", "id": str(workflow.pk), "name": workflow.name}
    [token] = told["tokens"]
    assert (token["name"], token["person"], token["scopes"]) == ("Nightly", "Maria", ["workflow:run"])


def test_q17_for_one_workflow_each_person_who_may_stands_there_with_every_way_and_every_rule(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    workflow, vera = publish(sound()), join(workspace, "viewer", name="Vera")
    bo, lea = join(workspace, "builder", name="Bo"), join(workspace, "builder", name="Lea")
    team = {"name": "Claims", "members": [membership(workspace, vera), membership(workspace, bo)]}
    claims = olga.post(f"workspaces/{workspace.pk}/teams", team).json()
    until = (timezone.now() + timedelta(days=3)).isoformat()
    thing = f"workflows/{workflow.pk}"
    shared = olga.post(f"{thing}/grants", {"level": "edit", "team": claims["id"], "expires_at": until})
    assert shared.status_code == 201, shared.json()
    rule = {"verbs": ["workflow:edit"], "user": str(bo.user.pk), "reason": "Until the review is over"}
    assert olga.post(f"{thing}/policies", rule).status_code == 201
    new_token(maria, workspace, "workflow:edit")

    assert able(otto, workspace, thing, "workflow:edit") == {
        "Lea": [("role", "builder", "")],
        "Maria": [("role", "builder", "")],
        "Vera": [("grant", "edit", "Claims")],
    }
    [way] = right_of(otto, thing, vera.user.pk, "workflow:edit")["ways"]
    assert way["until"] is not None
    against = right_of(otto, thing, bo.user.pk, "workflow:edit")
    assert [(one["reason"], one["created_by"]["name"]) for one in against["rules"]] == [
        ("Until the review is over", "Olga"),
    ]
    assert [one["name"] for one in right_of(otto, thing, maria.user.pk, "workflow:edit")["tokens"]] == ["Nightly"]
    assert right_of(otto, thing, maria.user.pk, "workflow:publish")["tokens"] == []

    assert olga.put(f"{thing}/access", {"access": "restricted"}).status_code == 200
    assert set(able(otto, workspace, thing, "workflow:edit")) == {"Maria", "Vera"}
    assert right_of(otto, thing, lea.user.pk, "workflow:edit")["idle"] == ["builder"]
    tried = {one.user.name: one.patch(thing, {"description": "Tried"}).status_code for one in (maria, vera, bo, lea)}
    assert tried == {"Maria": 200, "Vera": 200, "Bo": 403, "Lea": 404}


def test_q17_for_one_model_it_says_who_may_replace_it_and_why(
    olga: Browser, otto: Browser, workspace: Workspace
) -> None:
    writer, stella = made(workspace, "writer", "Writer"), join(workspace, "steward", name="Stella")
    vera, thing = join(workspace, "viewer", name="Vera"), f"assets/{writer.pk}"
    assert able(otto, workspace, thing, "asset:replace") == {
        "Olga": [("role", "owner", "")],
        "Stella": [("role", "steward", "")],
    }
    shared = olga.post(f"{thing}/grants", {"level": "replace", "user": str(vera.user.pk)})
    assert shared.status_code == 201, shared.json()
    rule = {"verbs": ["asset:replace"], "role": "steward", "reason": "Frozen for the audit"}
    assert olga.post(f"{thing}/policies", rule).status_code == 201
    assert able(otto, workspace, thing, "asset:replace") == {
        "Olga": [("role", "owner", "")],
        "Vera": [("grant", "replace", "")],
    }
    [against] = right_of(otto, thing, stella.user.pk, "asset:replace")["rules"]
    assert (against["role"], against["about"]["name"]) == ("steward", "Writer")
    told = entries(otto, workspace, topic="privileged", object_id=str(writer.pk))
    assert ("asset.shared", "Olga") in [(one["action"], one["actor"]["name"]) for one in told]


def test_q18_on_a_day_in_the_past_it_was_what_the_trail_says(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    workflow, vera = publish(sound()), join(workspace, "viewer", name="Vera")
    leaver = join(workspace, "builder", name="Lea")
    grant = olga.post(f"workflows/{workflow.pk}/grants", {"level": "use", "user": str(vera.user.pk)}).json()
    before = timezone.now().isoformat()
    olga.patch(f"members/{membership(workspace, vera)}", {"roles": ["viewer", "operator"]})
    olga.patch(f"members/{membership(workspace, leaver)}", {"roles": ["viewer"]})
    olga.delete(f"members/{membership(workspace, leaver)}")
    olga.delete(f"grants/{grant['id']}")
    join(workspace, "admin", name="Later")

    then = access(otto, workspace, at=before)
    assert roles(then)["Vera"] == ["viewer"]
    assert roles(then)["Lea"] == ["builder"]
    assert "Later" not in roles(then)
    assert [(one["whom"], one["level"]) for one in then["shares"]] == [("Vera", "use")]
    now = access(otto, workspace)
    assert roles(now)["Vera"] == ["viewer", "operator"]
    assert "Lea" not in roles(now)
    assert now["shares"] == []
    [given] = [one for one in now["people"] if one["name"] == "Vera"]
    assert given["by"] == "Olga"

    export = otto.get(f"workspaces/{workspace.pk}/access/export", at=before)
    lines = list(csv.DictReader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))
    told = {(line["kind"], line["who"]): (line["may"], line["on"]) for line in lines}
    assert told["roles", "Lea"] == ("builder", "")
    assert told["workflow shared", "Vera"] == ("use", workflow.name)
    assert trail(otto, workspace, action="report.exported") == ["Otto exported the report “access”"]


def test_q18_what_was_shared_by_way_of_a_folder_is_told_too(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace
) -> None:
    vera, bo = join(workspace, "viewer", name="Vera"), join(workspace, "viewer", name="Bo")
    folder, other = (Folder.objects.create(workspace=workspace, name=name) for name in ("Finance", "Travel"))
    grant = olga.post(f"folders/{folder.pk}/grants", {"level": "use", "user": str(vera.user.pk)}).json()
    olga.post(f"folders/{other.pk}/grants", {"level": "use", "user": str(bo.user.pk)})
    before = timezone.now().isoformat()
    olga.patch(f"folder-grants/{grant['id']}", {"level": "edit"})

    def told(**asked: str) -> list[tuple[str, str, str, str]]:
        shares = access(otto, workspace, **asked)["shares"]
        return [(one["object"]["type"], one["object"]["name"], one["whom"], one["level"]) for one in shares]

    assert told(at=before) == [("folder", "Finance", "Vera", "use"), ("folder", "Travel", "Bo", "use")]
    assert maria.delete(f"folders/{other.pk}").status_code == 204
    assert told() == [("folder", "Finance", "Vera", "edit")]
    olga.delete(f"folder-grants/{grant['id']}")
    assert told() == []


def test_q18_a_team_is_told_with_its_name_and_its_members_of_that_day(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace, publish: Publish
) -> None:
    workflow, vera, bo = publish(sound()), join(workspace, "viewer", name="Vera"), join(workspace, "viewer", name="Bo")
    both = {"name": "Claims", "members": [membership(workspace, vera), membership(workspace, bo)]}
    team = olga.post(f"workspaces/{workspace.pk}/teams", both).json()
    shared = olga.post(f"workflows/{workflow.pk}/grants", {"level": "use", "team": team["id"]})
    assert shared.status_code == 201, shared.json()
    before = timezone.now().isoformat()
    olga.delete(f"members/{membership(workspace, bo)}")
    olga.patch(f"teams/{team['id']}", {"name": "Refunds"})

    def told(**asked: str) -> list[tuple[str, str, list[str]]]:
        return [(one["kind"], one["whom"], one["members"]) for one in access(otto, workspace, **asked)["shares"]]

    assert told(at=before) == [("team", "Claims", ["Bo", "Vera"])]
    assert told() == [("team", "Refunds", ["Vera"])]
    olga.delete(f"teams/{team['id']}")
    assert told() == []


def test_q19_the_trail_of_a_person_or_a_token_holds_what_they_did_in_that_time(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace
) -> None:
    token = new_token(maria, workspace, "workflow:edit", "workflow:read")
    address = f"/api/workspaces/{workspace.pk}/workflows"
    program(token["secret"]).post(address, {"name": "Made by a program"}, content_type="application/json")
    maria.make(workspace, "Made by hand")
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    asked = {"actor": str(maria.user.pk), "since": since}
    assert trail(otto, workspace, **asked) == [
        "Maria made the workflow “Made by hand”",
        "Maria made the workflow “Made by a program”",
        "Maria made the access token “Nightly”",
    ]
    assert trail(otto, workspace, token=token["id"]) == ["Maria made the workflow “Made by a program”"]
    assert trail(otto, workspace, actor=str(maria.user.pk), until=since) == []


def test_q26_refused_attempts_stand_there_with_who_tried_what(
    viewer: Browser, otto: Browser, workspace: Workspace
) -> None:
    viewer.patch(f"workspaces/{workspace.pk}", {"name": "Mine now"})
    [denied] = entries(otto, workspace, result="denied")
    assert denied["sentence"] == "Vera was refused: Change the settings of the workspace"
    assert denied["object"]["id"] == str(workspace.pk)


def test_q27_privileged_acts_are_one_choice_in_the_trail(
    olga: Browser, maria: Browser, otto: Browser, workspace: Workspace
) -> None:
    maria.make(workspace, "Nothing special")
    olga.patch(f"members/{membership(workspace, maria)}", {"roles": ["builder", "operator"]})
    olga.patch(f"workspaces/{workspace.pk}", {"four_eyes": "required"})
    new_token(maria, workspace, "workflow:run")
    assert trail(otto, workspace, topic="privileged") == [
        "Maria made the access token “Nightly”",
        "Olga changed the settings of the workspace",
        "Olga changed the roles of “Maria”",
    ]


def test_q28_changed_settings_stand_there_with_before_and_after(
    olga: Browser, otto: Browser, workspace: Workspace
) -> None:
    olga.patch(f"workspaces/{workspace.pk}", {"allowed_hosts": ["ledger.internal"]})
    [changed] = entries(otto, workspace, topic="settings")
    assert changed["before"] == {"allowed_hosts": []}
    assert changed["after"] == {"allowed_hosts": ["ledger.internal"]}


@pytest.mark.parametrize("address", ["reports/outside", "access", "audit-events"])
def test_only_those_who_may_read_the_trail_get_answers(
    maria: Browser, viewer: Browser, otto: Browser, workspace: Workspace, address: str
) -> None:
    assert otto.get(f"workspaces/{workspace.pk}/{address}").status_code == 200
    for somebody in (maria, viewer):
        assert somebody.get(f"workspaces/{workspace.pk}/{address}").status_code == 403
    elsewhere = join(Workspace.objects.create(name="Elsewhere"), "auditor", name="Sam")
    assert elsewhere.get(f"workspaces/{workspace.pk}/{address}").status_code == 404
