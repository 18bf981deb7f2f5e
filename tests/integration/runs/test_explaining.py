"""A failed step is explained by the language model that helps in the workspace.

The work has a thread of its own, so these tests commit what they write, each in its own workspace.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.assets.models import AssetCall
from orchestrator.governance.models import AuditEvent, User, Workspace
from orchestrator.runs.models import Mode, Run, RunStatus, Step
from tests.integration.authoring import Browser, sound
from tests.integration.builder.test_help import Model, ask, maria, model, planned, served, workflow
from tests.unit.connectors.servers import Served

__all__ = ["maria", "model", "served", "workflow"]
WHY = "The greeting is empty. Fill it in."


@pytest.fixture
def workspace(django_db_setup, django_db_blocker) -> Iterator[Workspace]:
    with django_db_blocker.unblock():
        made = Workspace.objects.create(name="Committed")
        yield made
        runs = Run.objects.filter(workspace=made)
        Step.objects.filter(run_id__in=runs.values("id")).delete()
        runs.delete()
        AssetCall.objects.filter(workspace=made).delete()
        people = list(User.objects.filter(memberships__workspace=made).values_list("id", flat=True))
        made.delete()
        User.objects.filter(id__in=people).delete()


@pytest.fixture
def run(maria: Browser, workflow: Workflow) -> Run:
    """Failed at its second step."""
    token = str(Draft.objects.get(workflow=workflow).token)
    authoring.save_draft(maria.principal, workflow, sound("Good morning"), token)
    authoring.publish(maria.principal, workflow, note="As agreed")
    workflow.refresh_from_db()
    assert workflow.live_version is not None
    error = {
        "category": "input",
        "code": "empty",
        "message": "The greeting is empty.",
        "hint": "Fill it in.",
        "details": {"got": "Top secret"},
    }
    run = Run.objects.create(
        workspace_id=workflow.workspace_id,
        workflow=workflow,
        version=workflow.live_version,
        how="manual",
        mode=Mode.LIVE,
        status=RunStatus.FAILED,
        head=bytes(32),
        created_at=timezone.now(),
        error=error,
    )
    for number, (node, status, wrong) in enumerate([("start", "done", None), ("greet", "failed", error)], start=1):
        Step.objects.create(
            run_id=run.id, step=number, node=node, scope="", attempt=1, status=status, error=wrong, facts={}
        )
    return run


def explain(person: Browser, run: Run, step: int = 2, **more: Any) -> list[dict[str, Any]]:
    return ask(person, f"runs/{run.id}/steps/{step}/explain", more)


@pytest.mark.ux(166)
def test_the_error_and_the_settings_are_told_but_not_the_data(
    maria: Browser, run: Run, served: Served, model: Model
) -> None:
    model.answers = [planned(WHY)]
    told = explain(maria, run, language="de")
    assert len([event for event in told if event["type"] == "text"]) > 3
    assert (told[-1]["type"], told[-1]["text"].strip()) == ("done", WHY)
    asked = json.dumps(model.asked, ensure_ascii=False)
    assert "The greeting is empty." in asked
    assert "Good morning" in asked
    assert "Answer in German" in asked
    assert "Top secret" not in asked
    event = AuditEvent.objects.filter(workspace_id=run.workspace_id).latest("seq")
    assert (event.action, event.object_type, event.detail["what"]) == ("help.asked", "run", "explain")
    call = AssetCall.objects.get(workspace_id=run.workspace_id)
    assert (call.workflow, call.by_id, call.code) == (None, maria.user.id, "")


def test_one_may_ask_further(maria: Browser, run: Run, served: Served, model: Model) -> None:
    model.answers = [planned(WHY)]
    explain(maria, run, said=[{"answer": WHY, "question": "Where?"}])
    roles = [message["role"] for message in model.asked[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert model.asked[0]["messages"][-1]["content"] == "Where?"


def test_there_is_nothing_to_explain_about_a_step_that_did_not_fail(
    maria: Browser, run: Run, served: Served, model: Model
) -> None:
    answer = maria.post(f"runs/{run.id}/steps/1/explain", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "step_not_failed")
    assert maria.post(f"runs/{run.id}/steps/9/explain", {}).status_code == 404
    assert model.asked == []
