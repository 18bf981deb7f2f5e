"""A run is accepted, durable, and accepted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.runs.models import Run, RunEvent, RunStatus, RunValue
from tests.integration.authoring import Browser, join, sound
from tests.integration.runs.conftest import limit, upload_note
from tests.integration.runs.graphs import graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
FILE_START = graph(
    [node("inbox", "start_file", {"accept": [".txt"]}), node("keep", "set_fields")], [line("inbox", "keep")]
)


@pytest.fixture
def workflow(publish: Publish) -> Workflow:
    return publish(row(node("keep", "set_fields")))


def runs_of(workflow: Workflow) -> str:
    return f"workflows/{workflow.pk}/runs"


def test_an_accepted_run_stands_queued_with_its_first_event_and_its_input(
    maria: Browser, workflow: Workflow, start: Start
) -> None:
    run = start(workflow, input={"n": 7})
    assert (RunStatus(run.status), run.seq, run.owner, run.mode) == (RunStatus.QUEUED, 1, None, "live")
    event = RunEvent.objects.get(run_id=run.id)
    assert (event.seq, event.kind, bytes(event.hash)) == (1, "run_started", bytes(run.head))
    assert event.body["by"] == {"id": str(maria.user.pk), "name": "Maria"}
    assert "7" not in str(event.body["input"]["id"])
    assert RunValue.objects.get(run_id=run.id, number=0).body == {"n": 7}


def test_the_doorbell_rings_after_the_commit_only(
    workflow: Workflow, start: Start, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        start(workflow)
    assert len(callbacks) == 1


def test_the_same_idempotency_key_gives_the_same_run(maria: Browser, workflow: Workflow) -> None:
    first = maria.post(runs_of(workflow), {"input": {"n": 1}}, idempotency_key="order 12")
    again = maria.post(runs_of(workflow), {"input": {"n": 2}}, idempotency_key="order 12")
    other = maria.post(runs_of(workflow), {"input": {"n": 1}}, idempotency_key="order 13")
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 202)
    assert first.json() == again.json() != other.json()
    assert Run.objects.filter(workflow=workflow).count() == 2


def test_the_same_key_in_another_workflow_is_another_run(maria: Browser, publish: Publish) -> None:
    one, two = publish(sound()), publish(sound())
    ids = [maria.post(runs_of(each), {}, idempotency_key="k").json()["id"] for each in (one, two)]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_cannot_be_kept_is_refused(maria: Browser, workflow: Workflow, key: str) -> None:
    answer = maria.post(runs_of(workflow), {"input": {"n": 1}}, idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key")


def test_what_is_not_published_does_not_run(maria: Browser, workspace: Workspace) -> None:
    draft = maria.make(workspace)
    maria.save(draft, sound())
    answer = maria.post(runs_of(draft), {})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_live")


@pytest.mark.parametrize(("verb", "code"), [("unpublish", "paused"), ("archive", "archived")])
def test_what_was_stopped_does_not_run(maria: Browser, workflow: Workflow, verb: str, code: str) -> None:
    assert maria.post(f"workflows/{workflow.pk}/{verb}").status_code < 300
    answer = maria.post(runs_of(workflow), {"input": {"n": 1}})
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_viewer_starts_nothing_and_the_trail_says_that_they_tried(viewer: Browser, workflow: Workflow) -> None:
    answer = viewer.post(runs_of(workflow), {"input": {"n": 1}})
    assert answer.status_code == 403
    assert not Run.objects.exists()
    denied = AuditEvent.objects.get(result="denied")
    assert (denied.actor_id, denied.detail["verb"], denied.object_id) == (
        viewer.user.pk,
        "workflow:run",
        str(workflow.pk),
    )


def test_drafts_are_run_by_those_who_build(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    operator = join(workspace, "operator", name="Olaf")
    assert operator.post(runs_of(workflow), {"input": {"n": 1}}).status_code == 202
    assert operator.post(runs_of(workflow), {"input": {"n": 1}, "draft": True}).status_code == 403
    tried = maria.post(runs_of(workflow), {"input": {"n": 1}, "draft": True})
    run = Run.objects.select_related("version").get(pk=tried.json()["id"])
    assert (run.mode, run.version.number) == ("test", None)


def test_a_draft_of_what_is_not_published_can_be_tried(maria: Browser, workspace: Workspace) -> None:
    draft = maria.make(workspace)
    maria.save(draft, sound())
    assert maria.post(runs_of(draft), {"draft": True}).status_code == 202


def test_wrong_input_names_the_field_and_what_to_do(maria: Browser, workflow: Workflow) -> None:
    answer = maria.post(runs_of(workflow), {"input": {"n": "seven", "size": 3}})
    assert answer.status_code == 422
    problems = {problem["field"]: problem for problem in answer.json()["problems"]}
    assert set(problems) == {"n", "size"}
    assert problems["n"]["message"] == "Number: please write a number, for example 1250.50."
    assert problems["n"]["node"] == "start"
    assert not Run.objects.exists()


def test_input_that_is_no_object_is_refused(maria: Browser, workflow: Workflow) -> None:
    answer = maria.post(runs_of(workflow), {"input": [1]})
    assert [problem["field"] for problem in answer.json()["problems"]] == ["input"]


@pytest.mark.parametrize("key", ["keep", "nothing"])
def test_a_start_that_is_none_is_refused(maria: Browser, workflow: Workflow, key: str) -> None:
    answer = maria.post(runs_of(workflow), {"start": key, "input": {"n": 1}})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_start")


def test_a_full_backlog_answers_slow_down(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    limit(workspace, max_open=2)
    answers = [maria.post(runs_of(workflow), {"input": {"n": 1}}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert (answers[2].json()["code"], answers[2].headers["Retry-After"]) == ("backlog_full", "30")
    assert Run.objects.count() == 2


def test_a_key_that_was_used_is_answered_although_the_backlog_is_full(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    limit(workspace, max_open=1)
    answers = [maria.post(runs_of(workflow), {"input": {"n": 1}}, idempotency_key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()


def test_ended_and_waiting_runs_do_not_count_as_backlog(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    limit(workspace, max_open=1)
    for status in (RunStatus.WAITING, RunStatus.DONE):
        Run.objects.filter(pk=start(workflow).pk).update(status=status)
    assert maria.post(runs_of(workflow), {"input": {"n": 1}}).status_code == 202


def test_a_file_starts_a_run_that_bears_its_name(maria: Browser, workspace: Workspace, publish: Publish) -> None:
    answer = maria.post(runs_of(publish(FILE_START)), {"file": upload_note(maria, workspace)["file_id"]})
    run = Run.objects.get(pk=answer.json()["id"])
    assert (run.how, run.title) == ("file", "note.txt")


def test_a_foreign_file_is_answered_like_one_that_never_was(
    maria: Browser, stranger: Browser, publish: Publish
) -> None:
    workflow = publish(FILE_START)
    foreign = upload_note(stranger, Workspace.objects.get(name="Elsewhere"))["file_id"]
    answers = [maria.post(runs_of(workflow), {"file": each}) for each in (foreign, str(uuid4()))]
    assert [answer.status_code for answer in answers] == [422, 422]
    first, second = ({**answer.json(), "trace": ""} for answer in answers)
    assert first == second


def test_a_file_of_another_workspace_of_the_same_person_does_not_cross(maria: Browser, publish: Publish) -> None:
    elsewhere = Workspace.objects.create(name="Second")
    maria.user.memberships.create(workspace=elsewhere, roles=["builder"])
    answer = maria.post(runs_of(publish(FILE_START)), {"file": upload_note(maria, elsewhere)["file_id"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_file")
