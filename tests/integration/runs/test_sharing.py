"""Runs, tasks and mail of one workflow follow the workflow: who does not see it sees none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from builder.models import Workflow, WorkflowGrant
from orchestrator.governance.models import AuditEvent, Membership, Workspace
from orchestrator.runs import consumers, sealing
from orchestrator.runs.models import OutgoingMail, Run
from orchestrator.runs.outbox import send_mail
from tests.integration.authoring import Browser, join, sound
from tests.integration.runs.appending import finish
from tests.integration.runs.conftest import ask, mailing
from tests.integration.runs.test_sockets import SECONDS, close_code, opened

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def workflow(publish: Publish) -> Workflow:
    return publish(sound())


@pytest.fixture
def operator(workspace: Workspace) -> Browser:
    return join(workspace, "operator", name="Olga")


def restrict(workflow: Workflow) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(access="restricted")


def name(browser: Browser, workflow: Workflow, level: str) -> WorkflowGrant:
    member = Membership.objects.get(user=browser.user)
    return WorkflowGrant.objects.create(workflow=workflow, member=member, level=level)


def statuses(browser: Browser, run: Run) -> dict[str, int]:
    doors = {"run": "", "events": "/events", "step": "/steps/1", "values": "/values", "children": "/children"}
    found = {key: browser.get(f"runs/{run.pk}{door}").status_code for key, door in doors.items()}
    found["history"] = browser.get(f"runs/{run.pk}/history").status_code
    found["cancel"] = browser.post(f"runs/{run.pk}/cancel", {}).status_code
    return found


def listed(browser: Browser, workspace: Workspace, collection: str, **query: str) -> int:
    return int(browser.get(f"workspaces/{workspace.pk}/{collection}", **query).json()["count"])


def test_runs_of_a_hidden_workflow_are_hidden(
    workspace: Workspace, workflow: Workflow, operator: Browser, start: Start
) -> None:
    run = start(workflow, input={})
    assert listed(operator, workspace, "runs") == 1
    restrict(workflow)
    assert set(statuses(operator, run).values()) == {404}
    assert listed(operator, workspace, "runs") == 0
    assert operator.get(f"workspaces/{workspace.pk}/figures").json()["runs"]["now"] == 0
    answer = operator.post(f"workspaces/{workspace.pk}/runs/bulk", {"action": "cancel", "ids": [str(run.pk)]}).json()
    assert [one["code"] for one in answer["refused"]] == ["not_found"]
    assert operator.post(f"runs/{run.pk}/repeat", {"version": "original"}).status_code == 404


def test_mail_of_a_hidden_workflow_is_hidden(
    workspace: Workspace, workflow: Workflow, operator: Browser, start: Start
) -> None:
    run = start(workflow, input={})
    sent = {"to": ["a@example.com"], "subject": "Hello", "body": "Hello", "reply_to": "", "attachments": []}
    send_mail(mailing(run), uuid4(), **sent)
    mail = OutgoingMail.objects.get()
    assert operator.get(f"outgoing-mails/{mail.pk}").status_code == 200
    restrict(workflow)
    assert operator.get(f"outgoing-mails/{mail.pk}").status_code == 404
    assert listed(operator, workspace, "outgoing-mails") == 0


@pytest.mark.ux(128)
def test_a_task_of_a_hidden_workflow_is_there_for_those_who_are_asked(
    workspace: Workspace, workflow: Workflow, operator: Browser, adam: Browser, start: Start
) -> None:
    task = ask(start(workflow, input={}))
    restrict(workflow)
    assert operator.get(f"tasks/{task.pk}").status_code == 404
    assert listed(operator, workspace, "tasks", state="open") == 0
    assert adam.get(f"tasks/{task.pk}").status_code == 200
    assert listed(adam, workspace, "tasks", state="open") == 1
    assert adam.post(f"tasks/{task.pk}/take").status_code == 200
    assert adam.post(f"tasks/{task.pk}/decide", {"decision": "approve"}).status_code == 200


@pytest.mark.ux(138)
def test_can_use_shows_what_ones_own_runs_gave_and_nothing_of_those_of_others(
    workflow: Workflow, viewer: Browser, start: Start
) -> None:
    others = start(workflow, input={})
    restrict(workflow)
    name(viewer, workflow, "use")
    own = start(workflow, viewer, input={})
    assert statuses(viewer, own) == {
        **dict.fromkeys(["run", "events", "step", "values", "children", "history"], 200),
        "cancel": 202,
    }
    assert statuses(viewer, others) == {
        "run": 200,
        "events": 200,
        "step": 403,
        "values": 403,
        "children": 200,
        "history": 200,
        "cancel": 403,
    }
    again = viewer.post(f"runs/{others.pk}/repeat", {"version": "original"})
    assert again.status_code == 202
    assert viewer.get(f"runs/{again.json()['id']}/values").status_code == 403


def test_can_edit_shows_the_data_of_every_run(workflow: Workflow, viewer: Browser, start: Start) -> None:
    run = start(workflow, input={})
    name(viewer, workflow, "edit")
    assert viewer.get(f"runs/{run.pk}/values").status_code == 200
    assert viewer.get(f"runs/{run.pk}").json()["may"]["payload"] is True


def test_somebody_named_reads_the_runs_of_that_workflow_without_a_role_for_runs(
    workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    start(workflow, input={})
    steward = join(workspace, "steward", name="Stew")
    name(steward, workflow, "use")
    assert listed(steward, workspace, "runs", workflow=str(workflow.pk)) == 1
    assert steward.get(f"workspaces/{workspace.pk}/runs").status_code == 403


def test_a_start_remembers_nothing_that_was_taken_away(
    workflow: Workflow, operator: Browser, viewer: Browser, start: Start
) -> None:
    """The workflow is known in memory as open to everybody when it is closed elsewhere."""
    start(workflow, operator, input={})
    restrict(workflow)
    assert operator.post(f"workflows/{workflow.pk}/runs", {"input": {}}).status_code == 404
    grant = name(viewer, workflow, "use")
    start(workflow, viewer, input={})
    grant.delete()
    assert viewer.post(f"workflows/{workflow.pk}/runs", {"input": {}}).status_code == 404
    assert Run.objects.count() == 2


def test_sharing_costs_a_start_by_role_nothing(workflow: Workflow, operator: Browser, start: Start) -> None:
    start(workflow, operator, input={})
    with CaptureQueriesContext(connection) as asked:
        start(workflow, operator, input={})
    assert [query["sql"] for query in asked if "builder_workflowgrant" in query["sql"]] == []


async def test_a_socket_of_a_hidden_run_is_missing_and_one_that_is_open_closes(
    committed: None, publish: Publish, start: Start, viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = await sync_to_async(publish)(sound())
    run = await sync_to_async(start)(workflow, input={})
    monkeypatch.setattr(consumers, "RIGHTS_SECONDS", 0.0)
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        assert (await socket.hear())["type"] == "snapshot"
        await sync_to_async(restrict)(workflow)
        message = await socket.receive_output(SECONDS)
        assert (message["type"], message["code"]) == ("websocket.close", 4404)
    assert await close_code(f"/ws/runs/{run.pk}", viewer) == 4404
    grant = await sync_to_async(name)(viewer, workflow, "use")
    async with opened(f"/ws/runs/{run.pk}", viewer) as socket:
        assert (await socket.hear())["type"] == "snapshot"
        await grant.adelete()
        message = await socket.receive_output(SECONDS)
        assert (message["type"], message["code"]) == ("websocket.close", 4404)


@pytest.mark.ux(155)
def test_the_trail_tells_who_ran_what_once_for_many_runs(
    workspace: Workspace, workflow: Workflow, viewer: Browser, start: Start
) -> None:
    name(viewer, workflow, "use")
    runs = [finish(start(workflow, viewer, input={})) for _ in range(2)]
    sealing.seal(workspace.pk)
    event = AuditEvent.objects.get(action="run.ended")
    assert (event.actor_name, event.object_name, event.result) == ("Vera", "Invoices", "done")
    assert event.detail == {"workflow": str(workflow.pk), "version": 1, "status": "done", "runs": 2}
    assert UUID(event.object_id) == runs[0].pk


@pytest.mark.ux(154)
def test_the_history_of_a_run_holds_what_was_decided_in_it(
    workflow: Workflow, operator: Browser, adam: Browser, start: Start
) -> None:
    run = start(workflow, input={})
    task = ask(run)
    adam.post(f"tasks/{task.pk}/take")
    adam.post(f"tasks/{task.pk}/decide", {"decision": "reject", "comment": "Too dear"})
    operator.post(f"runs/{run.pk}/cancel", {"reason": "Not needed"})
    entries = operator.get(f"runs/{run.pk}/history").json()["results"]
    assert [(one["action"], one["actor"]["name"], one["reason"]) for one in entries] == [
        ("run.cancelled", "Olga", "Not needed"),
        ("task.rejected", "Adam", "Too dear"),
        ("task.taken", "Adam", ""),
    ]
