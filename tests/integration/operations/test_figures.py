"""The figures of home, and that each is the count of the list behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Mode, Run, RunStatus
from tests.integration.authoring import MAKER, Browser, join, sound


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Harbour Tools")


@pytest.fixture
def maria(workspace: Workspace) -> Browser:
    return join(workspace, *MAKER, name="Maria")


@pytest.fixture
def workflow(maria: Browser, workspace: Workspace) -> Workflow:
    return published(maria, workspace, "Invoices")


def published(maria: Browser, workspace: Workspace, name: str) -> Workflow:
    workflow = authoring.create_workflow(maria.principal, workspace.pk, name=name)
    authoring.save_draft(maria.principal, workflow, sound(), str(Draft.objects.get(workflow=workflow).token))
    authoring.publish(maria.principal, workflow, note="As agreed")
    workflow.refresh_from_db()
    return workflow


def ran(workflow: Workflow, status: RunStatus, days_ago: float = 1, seconds: float = 10, **more: Any) -> Run:
    """A run as it stands in the history."""
    at: datetime = timezone.now() - timedelta(days=days_ago)
    return Run.objects.create(
        **{
            "id": UUID(int=int(at.timestamp() * 1000) << 80 | uuid7().int % (1 << 80)),
            "workspace_id": workflow.workspace_id,
            "workflow": workflow,
            "version": workflow.live_version,
            "how": "manual",
            "mode": Mode.LIVE,
            "status": status,
            "head": bytes(32),
            "created_at": at,
            "ended_at": at + timedelta(seconds=seconds) if status >= RunStatus.DONE else None,
            **more,
        }
    )


def failed(workflow: Workflow, message: str, **more: Any) -> Run:
    return ran(workflow, RunStatus.FAILED, error={"message": message, "hint": ""}, **more)


@pytest.mark.ux(173)
def test_seven_days_of_live_runs_stand_beside_the_seven_before(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.patch(f"workflows/{workflow.pk}", {"minutes_saved": 15})
    other = published(maria, workspace, "Claims")
    for seconds in (10, 20):
        ran(workflow, RunStatus.DONE, seconds=seconds)
    ran(other, RunStatus.DONE, seconds=60)
    failed(workflow, "The amount is empty.")
    ran(workflow, RunStatus.WAITING)
    ran(workflow, RunStatus.DONE, days_ago=8, seconds=40)
    failed(workflow, "Nobody answered.", days_ago=8)
    # None of these count.
    ran(workflow, RunStatus.DONE, mode=Mode.TEST)
    ran(workflow, RunStatus.DONE, parent_id=uuid7(), parent_chunk=1)
    ran(workflow, RunStatus.DONE, days_ago=15)
    figures = maria.get(f"workspaces/{workspace.pk}/figures").json()
    assert figures["days"] == 7
    assert {name: figures[name] for name in ("runs", "failed", "done", "saving")} == {
        "runs": {"now": 5, "before": 2},
        "failed": {"now": 1, "before": 1},
        "done": {"now": 3, "before": 1},
        "saving": {"now": 2, "before": 1},
    }
    assert figures["failure_percent"] == {"now": 20.0, "before": 50.0}
    assert figures["mean_ms"] == {"now": 30_000, "before": 40_000}
    assert figures["saved_minutes"] == {"now": 30, "before": 15}


@pytest.mark.ux(173)
def test_where_nothing_ran_there_is_nothing_to_divide(maria: Browser, workspace: Workspace) -> None:
    figures = maria.get(f"workspaces/{workspace.pk}/figures").json()
    assert figures["runs"] == {"now": 0, "before": 0}
    for name in ("failure_percent", "mean_ms"):
        assert figures[name] == {"now": None, "before": None}
    assert figures["saved_minutes"]["now"] is None
    assert figures["problems"] == []


@pytest.mark.ux(174)
def test_every_figure_counts_what_the_list_behind_it_holds(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.patch(f"workflows/{workflow.pk}", {"minutes_saved": 15})
    other = published(maria, workspace, "Claims")
    for each in (workflow, workflow, other):
        ran(each, RunStatus.DONE)
        ran(each, RunStatus.DONE, days_ago=8)
    for message in ("Nobody answered.", "The amount is empty.", "The amount is empty."):
        failed(other, message)
    failed(other, "Nobody answered.", days_ago=8)
    figures = maria.get(f"workspaces/{workspace.pk}/figures").json()
    since = {"mode": "live", "since": figures["since"]}

    def listed(**filters: Any) -> int:
        return int(maria.get(f"workspaces/{workspace.pk}/runs", **since, **filters).json()["count"])

    assert figures["runs"]["now"] == listed() == 6
    assert figures["failed"]["now"] == listed(status="failed") == 3
    assert figures["done"]["now"] == listed(status="done") == 3
    assert figures["saving"]["now"] == listed(status="done", saving="true") == 2
    problems = {problem["message"]: problem["count"] for problem in figures["problems"]}
    assert list(problems.items()) == [("The amount is empty.", 2), ("Nobody answered.", 1)]
    assert problems == {message: listed(status="failed", problem=message) for message in problems}


@pytest.mark.ux(173)
def test_what_other_workspaces_run_is_not_counted(maria: Browser, workspace: Workspace) -> None:
    elsewhere = Workspace.objects.create(name="Elsewhere")
    sam = join(elsewhere, *MAKER, name="Sam")
    ran(published(sam, elsewhere, "Theirs"), RunStatus.DONE)
    assert maria.get(f"workspaces/{workspace.pk}/figures").json()["runs"]["now"] == 0
    assert maria.get(f"workspaces/{elsewhere.pk}/figures").status_code == 404
