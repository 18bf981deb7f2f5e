"""Lists of runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Run, RunStatus
from tests.integration.authoring import Browser, sound
from tests.integration.runs.graphs import approval_row, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


@pytest.fixture
def workflow(publish: Publish) -> Workflow:
    return publish(sound())


def start_bare(start: Start, workflow: Workflow, **body: Any) -> Run:
    return start(workflow, input={}, **body)


def ids(browser: Browser, workspace: Workspace, **filters: Any) -> list[str]:
    answer = browser.get(f"workspaces/{workspace.pk}/runs", **filters)
    assert answer.status_code == 200, answer.json()
    return [run["id"] for run in answer.json()["results"]]


def test_the_newest_run_stands_first_with_what_a_list_shows(
    viewer: Browser, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    older, newer = start_bare(start, workflow), start_bare(start, workflow)
    shown = viewer.get(f"workspaces/{workspace.pk}/runs").json()["results"]
    assert [run["id"] for run in shown] == [str(newer.pk), str(older.pk)]
    assert shown[0]["workflow"] == {"id": str(workflow.pk), "name": workflow.name}
    assert shown[0]["started_by"]["name"] == "Maria"
    assert (shown[0]["status"], shown[0]["version"], shown[0]["how"]) == ("queued", 1, "manual")
    assert (shown[0]["error"], shown[0]["waiting_for"], shown[0]["ended_at"]) == (None, None, None)


def test_runs_are_found_by_state_workflow_mode_and_time(
    maria: Browser, workspace: Workspace, workflow: Workflow, publish: Publish, start: Start
) -> None:
    failed, tried, other = (
        start_bare(start, workflow),
        start_bare(start, workflow, draft=True),
        start_bare(start, publish(sound())),
    )
    Run.objects.filter(pk=failed.pk).update(status=RunStatus.FAILED)
    Run.objects.filter(pk=other.pk).update(created_at=timezone.now() - timedelta(days=3))
    assert ids(maria, workspace, status="failed") == [str(failed.pk)]
    assert ids(maria, workspace, workflow=str(other.workflow_id)) == [str(other.pk)]
    assert ids(maria, workspace, mode="test") == [str(tried.pk)]
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert set(ids(maria, workspace, since=yesterday)) == {str(failed.pk), str(tried.pk)}


@pytest.mark.ux(96)
def test_runs_are_found_by_words_several_states_and_what_started_them(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    first, second, third = (start_bare(start, workflow) for _ in range(3))
    Run.objects.filter(pk=first.pk).update(status=RunStatus.FAILED, title="Order 4711 of Ada")
    Run.objects.filter(pk=second.pk).update(status=RunStatus.CANCELLED, how="schedule")
    Run.objects.filter(pk=third.pk).update(status=RunStatus.DONE)
    assert ids(maria, workspace, search="4711 OF") == [str(first.pk)]
    assert set(ids(maria, workspace, search=workflow.name[1:4])) == {str(run.pk) for run in (first, second, third)}
    assert set(ids(maria, workspace, status="failed,cancelled")) == {str(first.pk), str(second.pk)}
    assert ids(maria, workspace, how="schedule") == [str(second.pk)]
    soon = (timezone.now() - timedelta(hours=1)).isoformat()
    assert ids(maria, workspace, until=soon) == []


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "lost"},
        {"status": "done,lost"},
        {"how": "magic"},
        {"workflow": "seven"},
        {"mode": "both"},
        {"since": "yesterday"},
        {"state": "failed"},
    ],
)
def test_a_filter_that_does_not_exist_is_a_400(viewer: Browser, workspace: Workspace, filters: dict[str, str]) -> None:
    answer = viewer.get(f"workspaces/{workspace.pk}/runs", **filters)
    assert (answer.status_code, answer.json()["code"]) == (400, "filter_unknown")
    assert next(iter(filters)) in answer.json()["detail"]


def test_tasks_are_not_filtered_by_what_does_not_exist(adam: Browser, workspace: Workspace) -> None:
    assert adam.get(f"workspaces/{workspace.pk}/tasks", state="late").status_code == 400


def test_a_foreign_workflow_as_filter_finds_what_one_that_never_was_finds(
    maria: Browser, stranger: Browser, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    start_bare(start, workflow)
    foreign = stranger.make(Workspace.objects.get(name="Elsewhere"))
    assert ids(maria, workspace, workflow=str(foreign.pk)) == ids(maria, workspace, workflow=str(uuid4())) == []


def test_long_lists_come_in_pages(maria: Browser, workspace: Workspace, workflow: Workflow, start: Start) -> None:
    started = [str(start_bare(start, workflow).pk) for _ in range(5)]
    seen, cursor = [], {}
    for _ in range(3):
        page = maria.get(f"workspaces/{workspace.pk}/runs", page_size=2, **cursor).json()
        seen += [run["id"] for run in page["results"]]
        cursor = {"cursor": page["next"]}
    assert (seen, page["next"], page["count"]) == (started[::-1], None, 5)


@pytest.mark.ux(174)
def test_runs_are_found_by_what_they_failed_with(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    same, other, _ = (start_bare(start, workflow) for _ in range(3))
    for run, message in ((same, "The amount is empty."), (other, "Nobody answered.")):
        Run.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, error={"message": message, "hint": ""})
    assert ids(maria, workspace, problem="The amount is empty.") == [str(same.pk)]


@pytest.mark.ux(175)
def test_runs_that_have_not_ended_are_found(
    maria: Browser, workspace: Workspace, workflow: Workflow, start: Start
) -> None:
    by_status = {status: start_bare(start, workflow) for status in RunStatus}
    for status, run in by_status.items():
        Run.objects.filter(pk=run.pk).update(status=status)
    under_way = {RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING, RunStatus.PAUSED}
    assert set(ids(maria, workspace, open="true")) == {str(by_status[status].pk) for status in under_way}


@pytest.mark.ux(14)
def test_the_newest_run_of_each_workflow_is_told(
    maria: Browser, stranger: Browser, workspace: Workspace, workflow: Workflow, publish: Publish, start: Start
) -> None:
    start_bare(start, workflow)
    newest, other, never = start_bare(start, workflow), start_bare(start, publish(sound())), publish(sound())
    asked = ",".join(str(id) for id in (workflow.pk, other.workflow_id, never.pk))
    answer = maria.get(f"workspaces/{workspace.pk}/runs/latest", workflows=asked).json()
    assert {run["workflow"]["id"]: run["id"] for run in answer} == {
        str(workflow.pk): str(newest.pk),
        str(other.workflow_id): str(other.pk),
    }
    elsewhere = Workspace.objects.get(name="Elsewhere")
    assert stranger.get(f"workspaces/{elsewhere.pk}/runs/latest", workflows=asked).json() == []


@pytest.mark.parametrize("wanted", ["", "seven", ",".join(str(uuid4()) for _ in range(101))])
def test_the_newest_runs_are_asked_for_by_ids(maria: Browser, workspace: Workspace, wanted: str) -> None:
    assert maria.get(f"workspaces/{workspace.pk}/runs/latest", workflows=wanted).status_code == 400


def test_a_list_tells_who_waits_for_a_person_from_what_waits_for_time(
    viewer: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    asking = drive(start(publish(approval_row())))
    resting = drive(start(publish(row(node("rest", "wait", {"amount": 3, "unit": "hours"})))))
    shown = viewer.get(f"workspaces/{workspace.pk}/runs").json()["results"]
    assert {run["id"]: (run["status"], run["needs_person"]) for run in shown} == {
        str(asking.pk): ("waiting", True),
        str(resting.pk): ("waiting", False),
    }
