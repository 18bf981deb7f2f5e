"""Runs are stopped and repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Mail, Run, RunStatus, RunValue
from tests.integration.authoring import Browser, join
from tests.integration.runs.conftest import upload_note
from tests.integration.runs.graphs import graph, line, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]


@pytest.fixture
def workflow(publish: Publish) -> Workflow:
    return publish(row(node("keep", "set_fields")))


@pytest.fixture
def run(workflow: Workflow, start: Start) -> Run:
    return start(workflow, input={"n": 7})


def repeat(browser: Browser, run: Run, version: str = "original") -> Any:
    return browser.post(f"runs/{run.pk}/repeat", {"version": version})


def test_a_stop_is_mail_to_the_run_and_stands_in_the_trail(maria: Browser, run: Run) -> None:
    for reason in ("Sent twice", "Please"):
        assert maria.post(f"runs/{run.pk}/cancel", {"reason": reason}).status_code == 202
    letter = Mail.objects.get(run_id=run.pk)
    assert (letter.kind, letter.body) == ("cancel", {"by": "Maria", "reason": "Sent twice"})
    event = AuditEvent.objects.get(action="run.cancelled")
    assert (event.reason, event.object_id) == ("Sent twice", str(run.pk))


@pytest.mark.parametrize("status", [RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED])
def test_what_has_ended_cannot_be_stopped(maria: Browser, run: Run, status: RunStatus) -> None:
    Run.objects.filter(pk=run.pk).update(status=status)
    answer = maria.post(f"runs/{run.pk}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    assert not Mail.objects.exists()


def test_viewers_and_approvers_stop_nothing(viewer: Browser, adam: Browser, run: Run) -> None:
    for browser in (viewer, adam):
        assert browser.post(f"runs/{run.pk}/cancel").status_code == 403
    assert not Mail.objects.exists()
    assert not any(viewer.get(f"runs/{run.pk}").json()["may"].values())


def test_a_repeat_takes_the_same_input_and_the_version_that_was_asked_for(
    maria: Browser, workflow: Workflow, run: Run
) -> None:
    maria.save(workflow, row(node("other", "set_fields")))
    maria.publish(workflow)
    same = Run.objects.select_related("version").get(pk=repeat(maria, run).json()["id"])
    new = Run.objects.select_related("version").get(pk=repeat(maria, run, "latest").json()["id"])
    assert [each.version.number for each in (same, new)] == [1, 2]
    for each in (same, new):
        assert (each.repeats_id, each.how, each.status) == (run.pk, "repeat", RunStatus.QUEUED)
        assert RunValue.objects.get(run_id=each.pk, number=0).body == {"n": 7}


def test_the_latest_version_may_not_take_the_old_input(maria: Browser, workflow: Workflow, run: Run) -> None:
    fields = [{"key": "size", "label": "Size", "type": "number", "required": True}]
    changed = [node("start", "start_manual", {"fields": fields}), node("keep", "set_fields")]
    maria.save(workflow, graph(changed, [line("start", "keep")]))
    maria.publish(workflow)
    answer = repeat(maria, run, "latest")
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json()["problems"]} == {"n", "size"}


def test_a_repeated_file_run_reads_the_same_file(maria: Browser, workspace: Workspace, publish: Publish) -> None:
    nodes = [node("inbox", "start_file", {"accept": [".txt"]}), node("keep", "set_fields")]
    workflow = publish(graph(nodes, [line("inbox", "keep")]))
    file = upload_note(maria, workspace)
    first = maria.post(f"workflows/{workflow.pk}/runs", {"file": file["file_id"]}).json()["id"]
    again = Run.objects.get(pk=repeat(maria, Run.objects.get(pk=first)).json()["id"])
    assert again.title == "note.txt"
    assert RunValue.objects.get(run_id=again.pk, number=0).body["file"] == file


def test_a_repeated_link_run_gets_the_same_body(maria: Browser, publish: Publish) -> None:
    nodes = [node("hook", "start_link", {"access": "public"}), node("keep", "set_fields")]
    workflow = publish(graph(nodes, [line("hook", "keep")]))
    payload = {"body": {"order": 12}, "headers": {"x-from": "shop"}, "query": {"q": "1"}}
    first = start_run(system("link"), workflow=workflow, payload=payload, how="link")
    again = repeat(maria, first)
    assert again.status_code == 202, again.json()
    kept = [RunValue.objects.get(run_id=each, number=0).body for each in (first.pk, again.json()["id"])]
    assert kept[0] == kept[1]
    assert kept[0]["body"] == {"order": 12}


def test_viewers_repeat_nothing_and_operators_no_trials_of_drafts(
    viewer: Browser, workspace: Workspace, workflow: Workflow, run: Run, start: Start
) -> None:
    tried = start(workflow, draft=True)
    olaf = join(workspace, "operator", name="Olaf")
    assert repeat(viewer, run).status_code == 403
    assert repeat(olaf, tried).status_code == 403
    assert repeat(olaf, run).status_code == 202


def test_a_repeat_of_an_unknown_version_is_refused(maria: Browser, run: Run) -> None:
    assert repeat(maria, run, "newest").status_code == 422


def test_what_was_erased_cannot_be_run_again(maria: Browser, run: Run) -> None:
    RunValue.objects.filter(run_id=run.pk).delete()
    answer = repeat(maria, run)
    assert (answer.status_code, answer.json()["code"]) == (409, "erased")
