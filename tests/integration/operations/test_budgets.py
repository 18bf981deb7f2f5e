"""Budgets and limits through their doors, and what happens when a budget is used up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from orchestrator.assets.actions import budgets as actions
from orchestrator.assets.models import Asset, Budget, CallLimit
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.operations.budget_news import mail_budget
from tests.integration.authoring import Browser, join
from tests.integration.operations.test_usage import asset, called, maria, olga, workspace

__all__ = ["asset", "maria", "olga", "workspace"]
TERMS = {"amount": "10.00", "at_limit": "pause", "period": "month"}


def put(person: Browser, workspace: Workspace, **more: Any) -> dict[str, Any]:
    answer = person.post(f"workspaces/{workspace.pk}/budgets", {**TERMS, **more})
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def actions_of(workspace: Workspace) -> list[str]:
    found = AuditEvent.objects.filter(workspace_id=workspace.pk, action__startswith="budget.")
    return list(found.order_by("seq").values_list("action", flat=True))


def test_a_budget_tells_what_was_spent_of_it_in_its_period(
    olga: Browser, maria: Browser, workspace: Workspace, asset: Asset
) -> None:
    invoices = maria.make(workspace, "Invoices")
    called(asset, invoices, cost=Decimal("4"))
    called(asset, None, cost=Decimal("1"))
    called(asset, invoices, cost=Decimal("8"), days_ago=40)
    whole = put(olga, workspace)
    assert (Decimal(whole["spent"]), whole["asset"], whole["workflow"]) == (Decimal(5), None, None)
    of_workflow = put(olga, workspace, workflow=str(invoices.pk), period="day")
    assert (Decimal(of_workflow["spent"]), of_workflow["workflow"]["name"]) == (Decimal(4), "Invoices")
    assert Decimal(put(olga, workspace, asset=str(asset.id))["spent"]) == Decimal(5)
    assert len(olga.get(f"workspaces/{workspace.pk}/budgets").json()) == 3


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({}, 409, "budget_exists"),
        ({"amount": "-1"}, 422, None),
        ({"at_limit": "explode"}, 422, None),
        ({"asset": "01890000-0000-7000-8000-000000000000"}, 404, "not_found"),
    ],
)
def test_a_budget_that_makes_no_sense_is_not_set(
    olga: Browser, workspace: Workspace, more: dict[str, str], status: int, code: str | None
) -> None:
    put(olga, workspace)
    answer = olga.post(f"workspaces/{workspace.pk}/budgets", {**TERMS, **more})
    assert answer.status_code == status, answer.json()
    assert code is None or answer.json()["code"] == code
    assert Budget.objects.count() == 1


def test_a_budget_is_for_a_workflow_or_a_model(
    olga: Browser, maria: Browser, workspace: Workspace, asset: Asset
) -> None:
    both = {"asset": str(asset.id), "workflow": str(maria.make(workspace).pk)}
    assert olga.post(f"workspaces/{workspace.pk}/budgets", {**TERMS, **both}).json()["code"] == "budget_for_both"


def test_only_administrators_manage_them_and_only_in_their_workspace(
    olga: Browser, maria: Browser, workspace: Workspace
) -> None:
    budget = put(olga, workspace)
    steward = join(workspace, "steward", name="Sven")
    assert steward.get(f"workspaces/{workspace.pk}/budgets").status_code == 200
    for person in (steward, maria):
        assert person.post(f"workspaces/{workspace.pk}/budgets", TERMS).status_code == 403
        assert person.patch(f"budgets/{budget['id']}", TERMS).status_code == 403
        assert person.delete(f"budgets/{budget['id']}").status_code == 403
    stranger = join(Workspace.objects.create(name="Elsewhere"), "admin", name="Sam")
    assert stranger.delete(f"budgets/{budget['id']}").status_code == 404
    assert stranger.post(f"budgets/{budget['id']}/extension", {"amount": "5", "reason": "x"}).status_code == 404


def test_its_keepers_hear_once_when_it_comes_to_its_end_and_once_when_it_is_used_up(
    olga: Browser, workspace: Workspace, asset: Asset, settings: Any
) -> None:
    budget = Budget.objects.get(id=put(olga, workspace)["id"])
    actions.look_at(budget)
    called(asset, None, cost=Decimal("8"))
    for _ in range(2):
        budget.refresh_from_db()
        actions.look_at(budget)
    assert actions_of(workspace) == ["budget.set", "budget.warned"]
    called(asset, None, cost=Decimal("2"))
    for _ in range(2):
        actions.look_at(budget)  # also by a process that read it before the other told
    assert actions_of(workspace) == ["budget.set", "budget.warned", "budget.reached"]
    mail_budget(budget.id)
    (sent,) = mail.outbox
    assert sent.to == [olga.user.email]
    assert "is used up: 10.00 EUR a month" in sent.body
    assert "wait until somebody allows it" in sent.body


def test_a_name_of_two_lines_makes_one_subject(
    olga: Browser, maria: Browser, workspace: Workspace, settings: Any
) -> None:
    budget = put(olga, workspace, workflow=str(maria.make(workspace, "Invoices\nof March").pk))
    mail_budget(budget["id"])
    assert [one.subject for one in mail.outbox] == ["The budget of “Invoices of March”"]


def test_a_budget_of_a_workflow_that_was_deleted_can_be_removed(
    olga: Browser, maria: Browser, workspace: Workspace
) -> None:
    workflow = maria.make(workspace)
    budget = put(olga, workspace, workflow=str(workflow.pk))
    assert maria.post(f"workflows/{workflow.pk}/archive").status_code == 200
    assert maria.delete(f"workflows/{workflow.pk}").status_code == 204
    assert olga.delete(f"budgets/{budget['id']}").status_code == 204
    assert AuditEvent.objects.get(action="budget.removed").object_name == "Invoices"


def test_more_is_allowed_with_a_reason_and_for_this_period_only(
    olga: Browser, workspace: Workspace, asset: Asset
) -> None:
    called(asset, None, cost=Decimal("12"))
    budget = put(olga, workspace)
    actions.look_at(Budget.objects.get())
    assert olga.post(f"budgets/{budget['id']}/extension", {"amount": "5"}).status_code == 422
    for _ in range(2):
        answer = olga.post(f"budgets/{budget['id']}/extension", {"amount": "5", "reason": "The fair is this week"})
        assert answer.status_code == 200
    assert Decimal(answer.json()["extra"]) == Decimal(10)
    event = AuditEvent.objects.filter(workspace_id=workspace.pk).latest("seq")
    assert (event.action, event.reason, event.before, event.after["extra"]) == (
        "budget.extended",
        "The fair is this week",
        {"extra": "5.00"},
        "10.00",
    )
    kept = Budget.objects.get()
    assert kept.extra_from is not None
    before = kept.extra_from.replace(year=kept.extra_from.year - 1)
    Budget.objects.update(extra_from=before)
    (shown,) = olga.get(f"workspaces/{workspace.pk}/budgets").json()
    assert Decimal(shown["extra"]) == 0


def test_terms_are_changed_and_budgets_removed_with_a_mark_in_the_trail(olga: Browser, workspace: Workspace) -> None:
    budget = put(olga, workspace)
    changed = olga.patch(f"budgets/{budget['id']}", {"amount": "20", "warn_percent": 50, "at_limit": "stop"}).json()
    assert (changed["amount"], changed["warn_percent"], changed["at_limit"]) == ("20.00", 50, "stop")
    event = AuditEvent.objects.filter(workspace_id=workspace.pk).latest("seq")
    assert (event.object_name, event.before["amount"], event.after["amount"]) == ("Harbour Tools", "10.00", "20.00")
    assert olga.delete(f"budgets/{budget['id']}").status_code == 204
    assert actions_of(workspace) == ["budget.set", "budget.set", "budget.removed"]
    assert not Budget.objects.exists()


def test_a_limit_is_set_once_for_the_same_thing_and_removed(olga: Browser, workspace: Workspace, asset: Asset) -> None:
    address = f"workspaces/{workspace.pk}/call-limits"
    for number in (60, 30):
        answer = olga.post(address, {"asset": str(asset.id), "per_minute": number})
        assert answer.status_code == 200, answer.json()
    assert olga.post(address, {"each_person": True, "per_minute": 5}).status_code == 200
    shown = olga.get(address).json()
    assert [(one["asset"] and one["asset"]["name"], one["each_person"], one["per_minute"]) for one in shown] == [
        ("Writer", False, 30),
        (None, True, 5),
    ]
    assert olga.post(address, {"per_minute": 0}).status_code == 422
    assert olga.delete(f"call-limits/{shown[0]['id']}").status_code == 204
    assert CallLimit.objects.count() == 1


def test_a_budget_of_a_model_that_runs_out_is_an_alert_of_the_model(
    olga: Browser, workspace: Workspace, asset: Asset
) -> None:
    budget = Budget.objects.get(id=put(olga, workspace, asset=str(asset.id))["id"])
    called(asset, None, cost=Decimal("8"))
    actions.look_at(budget)
    (alert,) = asset.alerts.all()
    assert (alert.kind, alert.value, alert.limit) == ("budget", 8.0, 10.0)
