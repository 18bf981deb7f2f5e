"""A workspace with people and published workflows; where a test asks for it, the part of a worker that drives runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.host import Host
from orchestrator.runs.models import HumanTask, Run
from orchestrator.runs.outside_calls import OutsideKind, Purpose
from tests.integration.authoring import MAKER, Browser, join
from tests.integration.runs.outside import Outside
from tests.integration.trail_guards import put_to_sleep

DRIVE_SECONDS = 20


def upload_note(browser: Browser, workspace: Workspace) -> dict[str, Any]:
    """A small text file as a reference to it."""
    sent = {"file": SimpleUploadedFile("note.txt", b"Good morning, this is a short note.", "text/plain")}
    answer = browser.client.post(f"/api/workspaces/{workspace.pk}/artifacts", sent)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def ask(run: Run, **fields: Any) -> HumanTask:
    """A task of `run`, as its approval step would have left it."""
    given = {"step": 2, "title": "May it go out?", "shown": [{"label": "Number", "value": 1}], "roles": ["approver"]}
    return HumanTask.objects.create(
        id=uuid7(), workspace_id=run.workspace_id, run=run, created_at=timezone.now(), **{**given, **fields}
    )


def mailing(run: Run) -> Purpose:
    """A step of `run` that sends mail."""
    return Purpose(workspace=run.workspace_id, run=run.id, node="mail", attempt=1, kind=OutsideKind.MAIL)


def limit(workspace: Workspace, **limits: int) -> None:
    """Set `max_running` or `max_open`."""
    Workspace.objects.filter(pk=workspace.pk).update(**limits)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Harbour Tools")


@pytest.fixture
def outside(workspace: Workspace) -> Iterator[Outside]:
    """Another system that the steps of the workspace may reach."""
    with Outside() as server:
        Workspace.objects.filter(pk=workspace.pk).update(allowed_hosts=[server.host])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def maria(workspace: Workspace) -> Browser:
    """Builds, publishes and runs."""
    return join(workspace, *MAKER, name="Maria")


@pytest.fixture
def adam(workspace: Workspace) -> Browser:
    """Decides."""
    return join(workspace, "approver", name="Adam")


@pytest.fixture
def anna(workspace: Workspace) -> Browser:
    """Decides too."""
    return join(workspace, "approver", name="Anna")


@pytest.fixture
def viewer(workspace: Workspace) -> Browser:
    return join(workspace, "viewer", name="Vera")


@pytest.fixture
def stranger(db: None) -> Browser:
    """May do everything, in a workspace of their own."""
    return join(Workspace.objects.create(name="Elsewhere"), *MAKER, "approver", "operator", name="Sam")


@pytest.fixture
def publish(maria: Browser, workspace: Workspace) -> Callable[[dict[str, Any]], Workflow]:
    def publish(graph: dict[str, Any]) -> Workflow:
        workflow = authoring.create_workflow(maria.principal, workspace.pk, name="Invoices")
        token = str(Draft.objects.get(workflow=workflow).token)
        saved = authoring.save_draft(maria.principal, workflow, graph, token)
        assert not saved.problems, saved.problems
        authoring.publish(maria.principal, workflow, note="As agreed")
        workflow.refresh_from_db()
        return workflow

    return publish


@pytest.fixture
def start(maria: Browser) -> Callable[..., Run]:
    def start(workflow: Workflow, browser: Browser = maria, **body: Any) -> Run:
        answer = browser.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}, **body})
        assert answer.status_code == 202, answer.json()
        return Run.objects.get(pk=answer.json()["id"])

    return start


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What the test writes is seen by other connections; afterwards all tables are emptied, the trail's too."""
    yield
    put_to_sleep()


@pytest.fixture
def host(committed: None) -> Iterator[Host]:
    """The engine of a worker, in this process: it claims, drives and writes as in a worker, only nobody rings."""
    host = Host()
    host.start()
    yield host
    host.stop()


@pytest.fixture
def drive(host: Host) -> Callable[[Run], Run]:
    """Drive a run until it ends or parks."""

    def drive(run: Run) -> Run:
        host.execute(UUID(str(run.id))).result(DRIVE_SECONDS)
        return Run.objects.get(pk=run.pk)

    return drive
