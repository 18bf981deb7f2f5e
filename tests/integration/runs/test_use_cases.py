"""The use cases of the gallery, each run from its template to its end with the sample data it ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder import actions as authoring
from builder.models import Draft, Workflow
from orchestrator.assets.starters.load import load_starter_assets
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import system
from orchestrator.runs.models import HumanTask, OutgoingMail, Run, RunStatus, Step
from orchestrator.runs.values import read_value
from tests.integration.assets.conftest import data_folder
from tests.integration.authoring import Browser

__all__ = ["data_folder"]

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def models(workspace: Workspace, data_folder: Path, settings: Any) -> None:
    """The models that come with the product."""
    settings.DATA_DIR = data_folder
    load_starter_assets(workspace, system("set-up"))


@pytest.fixture
def use(maria: Browser, workspace: Workspace, drive: Callable[[Run], Run], models: None) -> Callable[..., Run]:
    """Makes a workflow from a template, changes its draft if asked to, and tries it until it ends or needs somebody."""

    def use(template: str, change: Change | None = None) -> Run:
        workflow = authoring.create_workflow(maria.principal, workspace.pk, name=template, template=template)
        draft = Draft.objects.get(workflow=workflow)
        if change:
            change({node["key"]: node["config"] for node in draft.graph["nodes"]})
        saved = authoring.save_draft(maria.principal, workflow, draft.graph, str(draft.token))
        assert saved.problems == []
        answer = maria.post(f"workflows/{workflow.pk}/runs", {"draft": True, "input": {}})
        assert answer.status_code == 202, answer.json()
        return drive(Run.objects.get(pk=answer.json()["id"]))

    return use


@pytest.fixture
def decide(adam: Browser, drive: Callable[[Run], Run]) -> Callable[..., Run]:
    """Answers the one task of a run, and drives it on."""

    def decide(run: Run, **body: str) -> Run:
        task = HumanTask.objects.get(run=run)
        assert adam.post(f"tasks/{task.pk}/take").status_code == 200
        answer = adam.post(f"tasks/{task.pk}/decide", body)
        assert answer.status_code == 200, answer.json()
        return drive(run)

    return decide


def output(run: Run, node: str) -> Any:
    step = Step.objects.get(run_id=run.pk, node=node, scope="", status="done")
    assert step.value_id is not None
    return read_value(run.id, run.workspace_id, step.value_id)


def taken(run: Run) -> set[str]:
    return set(Step.objects.filter(run_id=run.pk, scope="", status="done").values_list("node", flat=True))


def mails(run: Run) -> list[tuple[list[str], str]]:
    return [(mail.to, mail.subject) for mail in OutgoingMail.objects.filter(run_id=run.pk).order_by("pk")]


def fields(config: dict[str, Any]) -> dict[str, Any]:
    """The fields of a step “Set fields” by their names."""
    return {each["name"]: each for each in config["fields"]}


def ready(maria: Browser, workspace: Workspace) -> Change:
    """Fills in what the template of invoices leaves open."""
    sent = {"name": "Demo mail", "kind": "basic", "hosts": ["mail.example.com"]}
    answer = maria.post(
        f"workspaces/{workspace.pk}/credentials", {**sent, "secret": {"username": "demo", "password": "demo"}}
    )
    assert answer.status_code == 201, answer.json()

    def change(config: dict[str, Any]) -> None:
        for key in ("tell", "refuse"):
            config[key]["account"] = answer.json()["id"]
        config["tell"]["to"] = "accounting@example.com"

    return change


@pytest.fixture
def filled(maria: Browser, workspace: Workspace) -> Change:
    membership = maria.user.memberships.get(workspace=workspace)
    membership.roles = [*membership.roles, "connection_manager"]
    membership.save()
    return ready(Browser(maria.user), workspace)


def test_a_small_invoice_passes_by_the_rule(use: Callable[..., Run], filled: Change) -> None:
    run = use("invoice_approval", filled)
    assert run.status == RunStatus.DONE, run.error
    assert output(run, "approved") == {
        "invoice": "HT-2026-0417",
        "supplier": "Harbour Tools Ltd",
        "amount": 820,
        "decision": "approved",
    }
    assert mails(run) == [(["accounting@example.com"], "Pay invoice HT-2026-0417")]


def test_a_large_invoice_waits_for_a_person_and_the_supplier_hears_why(
    use: Callable[..., Run], decide: Callable[..., Run], filled: Change
) -> None:
    def large(config: dict[str, Any]) -> None:
        filled(config)
        fields(config["invoice"])["amount"]["value"] = 5400

    run = use("invoice_approval", large)
    assert run.status == RunStatus.WAITING
    run = decide(run, decision="reject", comment="The order number is wrong")
    assert run.status == RunStatus.DONE, run.error
    assert output(run, "refused")["comment"] == "The order number is wrong"
    assert mails(run) == [(["accounts@harbour-tools.example.com"], "Your invoice HT-2026-0417")]


def test_alerts_of_financial_crime_are_scored_and_the_serious_ones_reported(
    use: Callable[..., Run], decide: Callable[..., Run]
) -> None:
    run = use("financial_crime_alerts")
    assert run.status == RunStatus.WAITING, run.error
    rows = {row["alert"]: row for row in output(run, "each")}
    assert rows["AL-3107"]["level"] == "low"
    assert rows["AL-3108"]["level"] != "low"
    assert rows["AL-3108"]["why"] != "nothing unusual"
    run = decide(run, decision="approve")
    assert run.status == RunStatus.DONE, run.error
    assert [to for to, _ in mails(run)] == [["compliance@example.com"]]
    assert "AL-3108" in OutgoingMail.objects.get(run_id=run.pk).body


def test_a_day_without_anything_unusual_needs_nobody(use: Callable[..., Run]) -> None:
    def quiet(config: dict[str, Any]) -> None:
        alerts = fields(config["day"])["alerts"]
        alerts["value"] = alerts["value"][:1]

    run = use("financial_crime_alerts", quiet)
    assert run.status == RunStatus.DONE, run.error
    assert output(run, "quiet") == {"closed": ["AL-3107"], "reason": "All scores are low"}


def test_a_complaint_is_answered_at_once(use: Callable[..., Run]) -> None:
    run = use("customer_reply")
    assert run.status == RunStatus.DONE, run.error
    assert output(run, "kind")["label"] == "complaint"
    assert mails(run) == [(["j.field@example.com"], "Re: Very unhappy with the delivery")]
    assert "send_apology" in taken(run)


def test_a_message_that_the_model_is_not_sure_of_goes_to_a_person(
    use: Callable[..., Run], decide: Callable[..., Run]
) -> None:
    def unclear(config: dict[str, Any]) -> None:
        config["kind"]["minimum_confidence"] = 1
        fields(config["message"])["text"]["value"] = "Is your shop in Leeds open on Sunday?"

    run = use("customer_reply", unclear)
    assert run.status == RunStatus.WAITING, run.error
    run = decide(run, decision="approve")
    assert run.status == RunStatus.DONE, run.error
    assert "send_thanks" in taken(run)


def test_what_is_short_in_stock_is_ordered(use: Callable[..., Run]) -> None:
    run = use("supply_chain_reorder")
    assert run.status == RunStatus.DONE, run.error
    assert [(line["item"], line["quantity"], line["cost"]) for line in output(run, "order")["lines"]] == [
        ("Drill bit set", 73, 1452.7),
        ("Work lamp", 20, 680),
    ]
    assert mails(run) == [(["purchasing@example.com"], "Order: 2 articles")]


def test_an_expensive_order_can_be_put_off(use: Callable[..., Run], decide: Callable[..., Run]) -> None:
    def thrifty(config: dict[str, Any]) -> None:
        fields(config["store"])["most_per_article"]["value"] = 1000

    run = decide(use("supply_chain_reorder", thrifty), decision="reject", comment="Next month")
    assert run.status == RunStatus.DONE, run.error
    assert output(run, "later")["reason"] == "Next month"
    assert mails(run) == []


def test_enough_in_stock_orders_nothing(use: Callable[..., Run]) -> None:
    def full(config: dict[str, Any]) -> None:
        stock = fields(config["store"])["stock"]
        stock["value"] = stock["value"][:1]

    run = use("supply_chain_reorder", full)
    assert output(run, "enough") == {"checked": 1, "order": []}


def test_a_critical_alert_wakes_somebody_and_asks_before_a_system_is_cut_off(
    use: Callable[..., Run], decide: Callable[..., Run]
) -> None:
    run = use("security_incident")
    assert run.status == RunStatus.WAITING, run.error
    assert mails(run) == [(["on-call@example.com"], "Critical: file-server-02")]
    run = decide(run, decision="approve")
    assert run.status == RunStatus.DONE, run.error
    assert mails(run)[1:] == [(["network@example.com"], "Take file-server-02 off the network now")]


@pytest.mark.parametrize(("count", "last"), [(600, "ticket"), (12, "log")])
def test_a_milder_alert_takes_a_quieter_path(use: Callable[..., Run], count: int, last: str) -> None:
    def milder(config: dict[str, Any]) -> None:
        fields(config["alert"])["count"]["value"] = count

    run = use("security_incident", milder)
    assert run.status == RunStatus.DONE, run.error
    assert last in taken(run)
    assert not HumanTask.objects.filter(run=run).exists()


def test_no_template_starts_anything_by_itself(workspace: Workspace, maria: Browser) -> None:
    made = authoring.create_workflow(maria.principal, workspace.pk, name="Invoices", template="invoice_approval")
    assert Workflow.objects.get(pk=made.pk).status == "draft"
