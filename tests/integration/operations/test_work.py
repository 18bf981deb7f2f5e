"""Whether work gets done: workers, lines, and the live runs of thirty days."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import Mode, RunStatus, WorkerLease
from tests.integration.authoring import Browser, join
from tests.integration.operations.test_figures import failed, maria, ran, workflow, workspace

__all__ = ["maria", "workflow", "workspace"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def adele(workspace: Workspace) -> Browser:
    return join(workspace, "admin", name="Adele")


@pytest.fixture
def worker(db: None) -> WorkerLease:
    return WorkerLease.objects.create(id=uuid4(), kind="engine", alive_until=timezone.now() + timedelta(seconds=30))


def health(browser: Browser, workspace: Workspace) -> dict[str, Any]:
    answer = browser.get(f"workspaces/{workspace.pk}/health")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_a_worker_counts_while_its_lease_lives(adele: Browser, workspace: Workspace, worker: WorkerLease) -> None:
    assert (health(adele, workspace)["workers"], health(adele, workspace)["reason"]) == (1, "")
    worker.alive_until = timezone.now() - timedelta(seconds=1)
    worker.save()
    assert (health(adele, workspace)["workers"], health(adele, workspace)["reason"]) == (0, "no_engine")


def test_a_silent_broker_is_told(adele: Browser, workspace: Workspace, worker: WorkerLease, settings: Settings) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        assert health(adele, workspace)["reason"] == "no_broker"


def test_what_is_worked_on_and_what_waits_is_counted_for_the_own_workspace(
    adele: Browser, workspace: Workspace, workflow: Workflow, worker: WorkerLease
) -> None:
    now = timezone.now()
    ran(workflow, RunStatus.RUNNING, days_ago=0, owner=worker.pk)
    ran(workflow, RunStatus.QUEUED, days_ago=0, wake_at=now - timedelta(seconds=90))
    ran(workflow, RunStatus.QUEUED, days_ago=0, wake_at=now + timedelta(hours=1))
    ran(workflow, RunStatus.WAITING, days_ago=0)
    found = health(adele, workspace)
    assert (found["runs"]["working"], found["runs"]["in_line"]) == (1, 1)
    assert 90 <= found["runs"]["longest_s"] < 120
    assert found["reason"] == "slow"
    Workspace.objects.filter(pk=workspace.pk).update(max_running=1)
    assert health(adele, workspace)["reason"] == "at_limit"
    other = Workspace.objects.create(name="Elsewhere")
    assert health(join(other, "admin", name="Otto"), other)["runs"] == {"working": 0, "in_line": 0, "longest_s": 0}


@pytest.mark.ux(149)
def test_the_success_of_thirty_days_is_that_of_live_runs_day_by_day(
    adele: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    for days_ago in (0.01, 3, 3, 29):
        ran(workflow, RunStatus.DONE, days_ago=days_ago)
    failed(workflow, "It broke.", days_ago=3)
    ran(workflow, RunStatus.CANCELLED, days_ago=2)
    ran(workflow, RunStatus.DONE, days_ago=1, mode=Mode.TEST)
    ran(workflow, RunStatus.DONE, days_ago=31)
    found = health(adele, workspace)
    assert (found["done"], found["failed"], found["success_percent"]) == (4, 1, 80.0)
    assert len(found["days"]) == 30
    day = (timezone.now() - timedelta(days=3)).date().isoformat()
    assert {"day": day, "done": 2, "failed": 1} in found["days"]
    assert found["days"] == sorted(found["days"], key=lambda each: each["day"])


def test_without_a_run_there_is_no_rate(adele: Browser, workspace: Workspace) -> None:
    assert health(adele, workspace)["success_percent"] is None
