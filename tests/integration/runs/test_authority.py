"""As whom a run acts: with the rights of this moment, within what was accepted, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Version, Workflow
from orchestrator.governance.credentials import seal
from orchestrator.governance.models import AuditEvent, Credential, Membership, Workspace
from orchestrator.governance.principal import system
from orchestrator.runs import rights
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run, Step, TaskAnswer
from tests.integration.authoring import MAKER, Browser, edge, graph, join, node, sound
from tests.integration.runs.conftest import ask
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def olga(workspace: Workspace) -> Browser:
    """Starts what is live, and may neither edit nor use connections."""
    return join(workspace, "operator", name="Olga")


def connection(workspace: Workspace, host: str) -> Credential:
    made = Credential(workspace=workspace, name="CRM", kind="bearer", hosts=[host])
    seal(made, {"token": "s3cr3t"})
    made.save()
    return made


def calling(credential: Credential, url: str) -> dict[str, Any]:
    config = {"method": "GET", "url": url, "credential": str(credential.pk)}
    return graph(
        node("start", "start_manual"),
        node("call", "http_request", config=config, policy={"retry": {"attempts": 1}}),
        edges=(edge("start", "call"),),
    )


def strip(browser: Browser, *roles: str) -> None:
    Membership.objects.filter(user=browser.user).update(roles=list(roles))


def refused(browser: Browser, workflow: Workflow, **body: Any) -> tuple[int, str]:
    answer = browser.post(f"workflows/{workflow.pk}/runs", {"input": {}, **body})
    return answer.status_code, str(answer.json().get("code"))


def test_a_live_run_acts_as_who_published_it_whoever_starts_it(
    workspace: Workspace, publish: Publish, start: Start, maria: Browser, olga: Browser
) -> None:
    workflow = publish(calling(connection(workspace, "a.example.com"), "https://a.example.com"))
    run = Run.objects.select_related("workflow").get(pk=start(workflow, olga, input={}).pk)
    acting = rights.acting(run)
    assert (acting.id, acting.scopes) == (maria.user.pk, frozenset({"credential:use"}))
    assert acting.may("credential:use", workspace.pk)
    assert not acting.may("workflow:edit", workspace.pk)  # a right of theirs, but not a part of what they agreed to
    shown = olga.get(f"runs/{run.pk}").json()
    assert shown["runs_as"] == {"id": str(maria.user.pk), "name": "Maria"}


def test_once_somebody_is_erased_nothing_that_ran_as_them_says_their_name(
    workspace: Workspace, publish: Publish, start: Start, maria: Browser, olga: Browser
) -> None:
    workflow = publish(sound())
    run, adam = start(workflow, olga, input={}), join(workspace, "approver", name="Adam")
    task = ask(run, approvals=2)
    TaskAnswer.objects.create(task=task, person=maria.user, name="Maria", decision="approved", at=timezone.now())
    Membership.objects.filter(user=maria.user).delete()
    answer = join(workspace, "admin", name="Ada").post(
        f"workspaces/{workspace.pk}/erasures", {"person": str(maria.user.pk), "reason": "Their wish"}
    )
    assert answer.json() == {"account_closed": True}
    nobody = {"id": str(maria.user.pk), "name": "[erased]"}
    assert olga.get(f"runs/{run.pk}").json()["runs_as"] == nobody
    [version] = olga.get(f"workflows/{workflow.pk}/versions").json()["results"]
    assert version["runs_as"] == {**nobody, "scopes": []}
    assert [one["name"] for one in adam.get(f"tasks/{task.pk}").json()["given"]] == ["[erased]"]
    published = AuditEvent.objects.get(workspace_id=workspace.pk, action="workflow.published")
    assert published.detail["run_as"] == "[erased]"


def test_a_run_of_the_draft_acts_as_its_editor(
    workspace: Workspace, publish: Publish, maria: Browser, olga: Browser
) -> None:
    """Whoever changes what runs as somebody else gains nothing: what is live is the old version."""
    workflow = publish(sound())
    editor = join(workspace, "builder", name="Eve")
    credential = connection(workspace, "a.example.com")
    editor.save(workflow, calling(credential, "https://a.example.com"))
    tried = editor.post(f"workflows/{workflow.pk}/runs", {"input": {}, "draft": True})
    assert tried.status_code == 202
    run = Run.objects.select_related("workflow", "started_by").get(pk=tried.json()["id"])
    assert rights.acting(run).id == editor.user.pk
    live = olga.post(f"workflows/{workflow.pk}/runs", {"input": {}})
    assert Run.objects.get(pk=live.json()["id"]).version.number == 1
    assert editor.publish(workflow, "Mine").status_code == 403
    strip(editor, "viewer")
    assert refused(editor, workflow, draft=True)[0] == 403


def test_a_right_taken_away_holds_back_the_next_start(
    workspace: Workspace, publish: Publish, start: Start, maria: Browser, olga: Browser
) -> None:
    workflow = publish(calling(connection(workspace, "a.example.com"), "https://a.example.com"))
    start(workflow, olga, input={})
    strip(maria, "publisher")
    assert refused(olga, workflow) == (409, "connection_not_allowed")
    strip(maria, *MAKER)
    assert start(workflow, olga, input={}).started_by_id == olga.user.pk


def test_what_runs_as_somebody_who_left_does_not_start(publish: Publish, maria: Browser, olga: Browser) -> None:
    workflow = publish(sound())
    Membership.objects.filter(user=maria.user).delete()
    assert refused(olga, workflow) == (409, "run_as_gone")
    with pytest.raises(Exception, match="does not work here any more"):
        start_run(system("schedule"), workflow=workflow, payload={}, how="manual")
    assert not Run.objects.exists()


def test_what_runs_as_a_deleted_account_never_becomes_the_products_own(
    publish: Publish, maria: Browser, olga: Browser
) -> None:
    workflow = publish(sound())
    maria.user.delete()
    rights.authority_of.cache_clear()
    assert Version.objects.get(workflow=workflow).run_as_name == "Maria"
    assert refused(olga, workflow) == (409, "run_as_gone")


def test_nobody_starts_with_roles_that_were_just_taken_away(
    workspace: Workspace, publish: Publish, olga: Browser
) -> None:
    """The roles were read, then taken away: the start that was on its way fails."""
    workflow, before = publish(sound()), olga.principal
    strip(olga, "viewer")
    with pytest.raises(Exception, match="your roles were changed at this moment"):
        start_run(before, workflow=workflow, payload={}, how="manual")
    assert not Run.objects.exists()


def test_a_step_under_way_asks_again_before_it_uses_a_connection(
    committed: None,
    workspace: Workspace,
    outside: Outside,
    publish: Publish,
    start: Start,
    drive: Callable[[Run], Run],
    maria: Browser,
    olga: Browser,
) -> None:
    credential = connection(workspace, outside.host)
    workflow = publish(calling(credential, f"http://{outside.host}/ok"))
    run = start(workflow, olga, input={})
    strip(maria, "publisher")
    ended = drive(run)
    step = Step.objects.get(run_id=run.pk, node="call")
    assert (ended.status, step.error["code"]) == (11, "connection_not_allowed"), step.error
    assert outside.hits == []


def test_a_called_workflow_runs_as_who_published_that_one(
    workspace: Workspace, publish: Publish, maria: Browser, olga: Browser
) -> None:
    inner = publish(sound())
    hidden = publish(sound("other"))
    Workflow.objects.filter(pk=hidden.pk).update(access="restricted", owner=olga.user)
    call = node("call", "run_workflow", config={"workflow": str(hidden.pk)})
    steps = graph(node("start", "start_manual"), call, edges=(edge("start", "call"),))
    outer = maria.make(workspace, "Outer")
    problems = maria.save(outer, steps).json()["problems"]
    assert [one["code"] for one in problems] == ["workflow_unknown"]
    Workflow.objects.filter(pk=hidden.pk).update(access="workspace")
    assert maria.publish(outer, "Calls it").status_code == 200
    Workflow.objects.filter(pk=hidden.pk).update(access="restricted")
    assert refused(olga, outer) == (409, "workflow_not_allowed")
    assert Version.objects.get(workflow=inner).run_as_id == maria.user.pk


def test_another_workspaces_things_are_refused_at_save_at_publish_and_at_run(
    workspace: Workspace, stranger: Browser, maria: Browser, publish: Publish
) -> None:
    elsewhere = Workspace.objects.get(name="Elsewhere")
    foreign = connection(elsewhere, "a.example.com")
    workflow = maria.make(workspace, "Reaching out")
    saved = maria.save(workflow, calling(foreign, "https://a.example.com")).json()
    made_up = maria.make(workspace, "Made up")
    unknown = Credential(id=workspace.pk, workspace=workspace)
    assert saved["problems"] == maria.save(made_up, calling(unknown, "https://a.example.com")).json()["problems"]
    assert [one["code"] for one in saved["problems"]] == ["credential_unknown"]
    assert maria.publish(workflow, "Now").json()["code"] == "not_publishable"
