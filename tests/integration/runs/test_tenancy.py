"""What belongs to somebody else is answered exactly like what never was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from builder.models import Workflow
from orchestrator.governance.models import Workspace
from orchestrator.runs.models import HumanTask, Mail, OutgoingMail, Run
from orchestrator.runs.outbox import send_mail
from tests.integration.authoring import Browser, sound
from tests.integration.runs.conftest import ask, mailing

DOORS = [
    ("get", "workspaces/{workspace}/runs"),
    ("get", "workspaces/{workspace}/runs/latest?workflows={workflow}"),
    ("get", "workspaces/{workspace}/figures"),
    ("get", "workspaces/{workspace}/schedules/next"),
    ("get", "workspaces/{workspace}/tasks"),
    ("get", "workspaces/{workspace}/outgoing-mails"),
    ("post", "workflows/{workflow}/runs"),
    ("get", "runs/{run}"),
    ("get", "runs/{run}/events"),
    ("get", "runs/{run}/steps/1"),
    ("get", "runs/{run}/values"),
    ("post", "runs/{run}/cancel"),
    ("post", "runs/{run}/repeat"),
    ("get", "tasks/{task}"),
    ("post", "tasks/{task}/take"),
    ("post", "tasks/{task}/release"),
    ("post", "tasks/{task}/decide"),
    ("get", "outgoing-mails/{mail}"),
]


@pytest.fixture
def run(publish: Callable[[dict[str, Any]], Workflow], start: Callable[..., Run]) -> Run:
    return start(publish(sound()), input={})


@pytest.fixture
def theirs(workspace: Workspace, run: Run) -> dict[str, Any]:
    sent = {"to": ["a@example.com"], "subject": "Hello", "body": "Hello", "reply_to": "", "attachments": []}
    send_mail(mailing(run), uuid4(), **sent)
    return {
        "workspace": workspace.pk,
        "workflow": run.workflow_id,
        "run": run.pk,
        "task": ask(run).pk,
        "mail": OutgoingMail.objects.get(run=run).pk,
    }


def knock(browser: Browser, method: str, address: str) -> tuple[int, dict[str, Any]]:
    body = {"decision": "approve"} if address.endswith("decide") else None
    answer = browser.get(address) if method == "get" else browser.post(address, body)
    return answer.status_code, {**answer.json(), "trace": ""}


def test_a_foreign_id_is_answered_like_one_that_was_made_up(stranger: Browser, theirs: dict[str, Any]) -> None:
    made_up = {name: uuid4() for name in theirs}
    for method, door in DOORS:
        foreign = knock(stranger, method, door.format(**theirs))
        assert foreign == knock(stranger, method, door.format(**made_up)), door
        assert foreign[0] == 404, door


def test_attempts_on_foreign_ids_change_nothing(stranger: Browser, theirs: dict[str, Any], run: Run) -> None:
    before = Run.objects.filter(pk=run.pk).values().get()
    for method, door in DOORS:
        knock(stranger, method, door.format(**theirs))
    assert Run.objects.values().get() == before
    assert HumanTask.objects.get().state == "open"
    assert not Mail.objects.exists()


def test_nobody_gets_in_without_signing_in(theirs: dict[str, Any], client: Any) -> None:
    for method, door in DOORS:
        answer = getattr(client, method)(f"/api/{door.format(**theirs)}")
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), door
