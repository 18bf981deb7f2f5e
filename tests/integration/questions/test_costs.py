"""What auditors ask about costs: what was spent on what, whose budget was used up, who heard of it, what it stopped."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core import mail

from builder.models import Workflow
from orchestrator.assets.actions.budgets import Watch, watch_budgets
from orchestrator.assets.models import Asset
from orchestrator.governance.models import Workspace
from orchestrator.operations.budget_news import mail_budget
from orchestrator.runs.models import Run, RunStatus
from tests.integration.authoring import Browser
from tests.integration.questions.asking import entries, trail
from tests.integration.questions.histories import writing
from tests.unit.connectors.servers import Served

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
A_CALL = Decimal(10)
"""What each answer costs: ten tokens of a question."""


def put(olga: Browser, workspace: Workspace, **terms: Any) -> dict[str, Any]:
    wanted = {"amount": "20.00", "period": "month", **terms}
    answer = olga.post(f"workspaces/{workspace.pk}/budgets", wanted)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def watch() -> None:
    """What a worker does every few seconds."""
    Watch.looked_at = float("-inf")
    watch_budgets()


def test_q33_costs_are_told_by_workflow_model_and_person_and_add_up_to_the_calls(
    writer: Asset, maria: Browser, otto: Browser, workspace: Workspace, publish: Publish, start: Start, drive: Drive
) -> None:
    workflow = publish(writing())
    run = drive(start(workflow))
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    told = {
        by: [(one["name"], Decimal(one["cost"])) for one in usage(otto, workspace, by=by)["rows"]]
        for by in ("workflow", "asset", "person")
    }
    assert told == {"workflow": [("Invoices", A_CALL)], "asset": [("Writer", A_CALL)], "person": [("Maria", A_CALL)]}
    [call] = otto.get(f"workspaces/{workspace.pk}/usage/calls").json()["results"]
    assert (call["run"], Decimal(call["cost"]), call["person"]["name"]) == (str(run.pk), A_CALL, "Maria")


def test_q33_a_used_up_budget_says_whose_it_was_who_heard_of_it_and_which_run_it_stopped(
    writer: Asset,
    served: Served,
    olga: Browser,
    otto: Browser,
    workspace: Workspace,
    publish: Publish,
    start: Start,
    drive: Drive,
) -> None:
    workflow = publish(writing())
    budget = put(olga, workspace, workflow=str(workflow.pk), at_limit="stop")
    drive(start(workflow))
    assert spent(otto, workspace) == [("Invoices", A_CALL)]
    last = drive(start(workflow))
    watch()
    stopped = drive(start(workflow))

    assert spent(otto, workspace) == [("Invoices", 2 * A_CALL)]
    [reached] = entries(otto, workspace, action="budget.reached")
    assert reached["sentence"] == "The budget of “Invoices” is used up"
    assert {name: Decimal(amount) for name, amount in reached["after"].items()} == {"spent": 20, "allowed": 20}
    assert (reached["actor"]["name"], reached["detail"]) == ("usage", {"to": ["Olga"]})
    mail_budget(budget["id"])
    [sent] = mail.outbox
    assert sent.to == [olga.user.email]

    [failed] = otto.get(f"workspaces/{workspace.pk}/runs", status="failed").json()["results"]
    assert failed["id"] == str(stopped.pk)
    assert failed["error"]["message"].startswith("The budget for this month is used up")
    assert otto.get(f"runs/{stopped.pk}").json()["steps"][1]["error"]["code"] == "budget_used_up"
    assert RunStatus(last.status) is RunStatus.DONE
    assert len(served.requests) == 2


def test_q33_a_budget_that_waits_for_approval_says_who_allowed_more_and_why(
    writer: Asset,
    served: Served,
    olga: Browser,
    otto: Browser,
    workspace: Workspace,
    publish: Publish,
    start: Start,
    drive: Drive,
) -> None:
    budget = put(olga, workspace, amount="10.00", at_limit="pause")
    workflow = publish(writing())
    drive(start(workflow))
    watch()
    waiting = drive(start(workflow))
    step = otto.get(f"runs/{waiting.pk}").json()["steps"][1]
    assert (step["error"]["code"], waiting.ended_at) == ("budget_paused", None)
    more = {"amount": "15.00", "reason": "The fair is this week"}
    assert olga.post(f"budgets/{budget['id']}/extension", more).status_code == 200
    assert trail(otto, workspace, object_type="budget", object_id=budget["id"]) == [
        "Olga allowed more to be spent on “Harbour Tools”",
        "The budget of “Harbour Tools” is used up",
        "Olga set the budget of “Harbour Tools”",
    ]
    [extended] = entries(otto, workspace, action="budget.extended")
    assert (extended["reason"], Decimal(extended["after"]["extra"])) == ("The fair is this week", 15)
    assert len(served.requests) == 1


def usage(otto: Browser, workspace: Workspace, **asked: str) -> dict[str, Any]:
    answer = otto.get(f"workspaces/{workspace.pk}/usage", **asked)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def spent(otto: Browser, workspace: Workspace) -> list[tuple[str, Decimal]]:
    """Of each budget of a workflow."""
    budgets = otto.get(f"workspaces/{workspace.pk}/budgets").json()
    return [(one["workflow"]["name"], Decimal(one["spent"])) for one in budgets]
