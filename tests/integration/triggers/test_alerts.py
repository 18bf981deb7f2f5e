"""Workflows that begin with an alert of a model."""

from __future__ import annotations

from typing import Any

import pytest

from builder.models import Workflow
from orchestrator.assets import actions
from orchestrator.assets.actions.alerts import raise_alert, see_alert
from orchestrator.assets.models import Alert, Asset
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser, edge, graph, node
from tests.integration.triggers.test_links import put_live


@pytest.fixture
def tickets(workspace: Workspace) -> Asset:
    return actions.create_asset(system("test"), workspace.id, name="tickets", task="classify", title="Tickets")


def listening(**config: Any) -> dict[str, Any]:
    start = node(
        "hear", "start_alert", name="Tickets drift", config={"asset": "tickets", "kinds": ["drift_input"], **config}
    )
    return graph(start, node("done", "end_run"), edges=(edge("hear", "done"),))


def alert(asset: Asset, kind: str = "drift_input") -> Alert | None:
    return raise_alert(asset, kind=kind, value=0.4, limit=None, words={"text": "The texts are about other things."})


def test_a_run_begins_with_the_alert(maria: Browser, workflow: Workflow, tickets: Asset) -> None:
    put_live(maria, workflow, listening())
    raised = alert(tickets)
    assert raised is not None
    run = Run.objects.get()
    assert (run.how, run.title, run.workflow) == ("alert", "Tickets", workflow)
    assert Alert.objects.get().run == run.pk
    [start] = maria.get(f"workspaces/{workflow.workspace_id}/starts").json()
    assert (start["kind"], start["state"], start["last"]["run"]) == ("alert", "on", str(run.pk))


def test_one_alert_starts_a_workflow_once_until_it_was_seen(maria: Browser, workflow: Workflow, tickets: Asset) -> None:
    put_live(maria, workflow, listening())
    assert alert(tickets) is not None
    assert alert(tickets) is None
    assert Run.objects.count() == 1
    see_alert(system("test"), Alert.objects.get())
    assert alert(tickets) is not None
    assert Run.objects.count() == 2


def test_alerts_of_other_kinds_and_paused_starts_begin_nothing(
    maria: Browser, workflow: Workflow, tickets: Asset
) -> None:
    put_live(maria, workflow, listening())
    alert(tickets, kind="latency")
    assert maria.post(f"workflows/{workflow.pk}/starts/hear/pause").status_code == 204
    alert(tickets)
    assert not Run.objects.exists()
    assert Alert.objects.count() == 2


def test_a_workflow_that_cannot_start_takes_nobody_their_alert(
    maria: Browser, workflow: Workflow, tickets: Asset
) -> None:
    put_live(maria, workflow, listening())
    Workspace.objects.filter(pk=workflow.workspace_id).update(max_open=0)
    assert alert(tickets) is not None
    assert (Run.objects.count(), Alert.objects.get().run) == (0, None)
