"""Who is told of failed live runs, once and together, and when a workflow pauses by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from builder import actions as authoring
from builder.models import Status, Workflow
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.operations.failures import mail_failures, notice_failures
from orchestrator.operations.models import Notification
from orchestrator.runs.models import Mode, RunStatus
from tests.integration.authoring import Browser, join
from tests.integration.operations.test_figures import failed, maria, published, ran, workflow, workspace

__all__ = ["maria", "workflow", "workspace"]

pytestmark = pytest.mark.django_db


def entries(browser: Browser, workspace: Workspace) -> list[dict[str, Any]]:
    return browser.get(f"workspaces/{workspace.pk}/notifications", unread="true").json()["results"]


@pytest.mark.ux(171, 172)
def test_failures_of_a_workflow_are_one_entry_until_it_is_read(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    failed(workflow, "The amount is empty.", days_ago=0.2)
    notice_failures()
    failed(workflow, "The server said no.", days_ago=0.1)
    notice_failures()
    notice_failures()

    [entry] = entries(maria, workspace)
    assert (entry["workflow_name"], entry["count"], entry["message"]) == ("Invoices", 2, "The server said no.")

    maria.post(f"workspaces/{workspace.pk}/notifications/read", {"until": timezone.now().isoformat()})
    assert entries(maria, workspace) == []
    failed(workflow, "Again.", days_ago=0)
    notice_failures()
    assert [one["count"] for one in entries(maria, workspace)] == [1]


def test_tests_successes_and_others_workflows_are_nobodys_news(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    other = join(workspace, "viewer", name="Vito")
    ran(workflow, RunStatus.DONE)
    failed(workflow, "Only a test.", mode=Mode.TEST)
    failed(workflow, "It failed.")
    notice_failures()

    assert [one["count"] for one in entries(maria, workspace)] == [1]
    assert entries(other, workspace) == []


@pytest.mark.ux(137)
def test_people_named_by_the_workflow_hear_of_it_too(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    other = join(workspace, "viewer", name="Vito")
    answer = maria.patch(f"workflows/{workflow.pk}", {"hearers": [str(other.principal.id)]})
    assert [one["name"] for one in answer.json()["hearers"]] == ["Vito"]
    failed(workflow, "It failed.")
    notice_failures()

    assert len(entries(other, workspace)) == len(entries(maria, workspace)) == 1


def test_a_stranger_cannot_be_named(maria: Browser, workflow: Workflow) -> None:
    stranger = join(Workspace.objects.create(name="Elsewhere"), "viewer", name="Sven")
    answer = maria.patch(f"workflows/{workflow.pk}", {"hearers": [str(stranger.principal.id)]})

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "hearers"


@pytest.mark.ux(171)
def test_what_fails_again_and_again_pauses_and_says_why(
    maria: Browser, workspace: Workspace, workflow: Workflow
) -> None:
    maria.patch(f"workflows/{workflow.pk}", {"pause_after": 3})
    Workflow.objects.update(live_at=None)
    ran(workflow, RunStatus.DONE, days_ago=0.9)
    for hours in (3, 2):
        failed(workflow, "The amount is empty.", days_ago=hours / 24)
    notice_failures()
    assert Workflow.objects.get(pk=workflow.pk).status == Status.LIVE

    failed(workflow, "The amount is empty.", days_ago=1 / 24)
    notice_failures()
    paused = Workflow.objects.get(pk=workflow.pk)
    assert paused.status == Status.PAUSED
    assert paused.paused_because == "3 live runs in a row failed. The last one: The amount is empty."
    assert {one["kind"] for one in entries(maria, workspace)} == {"failed", "paused"}
    assert AuditEvent.objects.get(action="workflow.unpublished").reason == paused.paused_because

    authoring.publish(maria.principal, paused)
    failed(workflow, "Once more.", days_ago=0)
    notice_failures()
    assert Workflow.objects.get(pk=workflow.pk).status == Status.LIVE


@pytest.mark.ux(171)
def test_one_mail_tells_of_everything_that_failed(
    maria: Browser, workspace: Workspace, workflow: Workflow, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    failed(workflow, "The amount is empty.")
    failed(published(maria, workspace, "Claims"), "The server said no.")
    notice_failures()
    mail_failures(maria.principal.id)
    mail_failures(maria.principal.id)

    [sent] = mail.outbox
    assert "“Invoices”" in sent.subject
    assert "“Claims”" in sent.subject
    assert "The amount is empty." in sent.body
    assert not Notification.objects.filter(mail_at__isnull=False).exists()
