"""Budgets and limits of a workspace: set, removed, allowed more for once; and watched, so that their keepers hear."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.assets import admission, spending
from orchestrator.assets.actions.alerts import raise_alert
from orchestrator.assets.models import AlertKind, Asset, Budget, CallLimit
from orchestrator.governance import audit
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

WATCHED_EVERY_S = 15.0
TOLD = {"warned": "Most of its budget is used.", "reached": "Its budget is used up."}


def set_budget(
    principal: Principal,
    workspace: Workspace,
    *,
    asset: UUID | None,
    workflow: UUID | None,
    name: str,
    period: str,
    **terms: Any,
) -> Budget:
    """A budget for the workspace, one asset or one workflow, whose `name` is that in the trail.

    `terms` are amount, warn_percent and at_limit. Raises `Conflict` where there is one for this period already.
    """
    with transaction.atomic():
        principal.require("budget:manage", workspace.id, object_type="budget")
        if asset is not None and workflow is not None:
            raise Invalid("budget_for_both", "A budget is for a workflow or for a model, not for both.")
        found = _asset(workspace, asset)
        same = {"workspace": workspace, "asset": found, "workflow": workflow, "period": period}
        # The row of the workspace puts those in order who set the same one at once.
        Workspace.objects.select_for_update(no_key=True).get(id=workspace.id)
        if Budget.objects.filter(**same).exists():
            raise Conflict("budget_exists", "There is a budget for this already. Change that one.")
        budget = Budget.objects.create(**same, **terms)
        _record(principal, "budget.set", budget, name, after={"period": str(period), **_words(terms)})
    _forget(budget)
    return budget


def change_budget(principal: Principal, budget: Budget, name: str, **terms: Any) -> Budget:
    """Other terms from now on. Its keepers are told anew where it is used up by them."""
    with transaction.atomic():
        locked = _locked(principal, budget)
        before = {field: getattr(locked, field) for field in terms}
        for field, value in {**terms, "warned_from": None, "reached_from": None}.items():
            setattr(locked, field, value)
        locked.save()
        _record(principal, "budget.set", locked, name, before=_words(before), after=_words(terms))
    _forget(locked)
    return locked


def extend_budget(principal: Principal, budget: Budget, name: str, amount: Decimal, reason: str) -> Budget:
    """Allow more to be spent in the period under way; steps that wait for it go on."""
    with transaction.atomic():
        locked = _locked(principal, budget)
        starts = locked.starts(spending.today())
        before = locked.extra if locked.extra_from == starts else Decimal(0)
        locked.extra, locked.extra_from = before + amount, starts
        locked.warned_from = locked.reached_from = None
        locked.save()
        after = _words({"extra": locked.extra, "extra_from": starts})
        _record(
            principal, "budget.extended", locked, name, before=_words({"extra": before}), after=after, reason=reason
        )
    _forget(locked)
    return locked


def remove_budget(principal: Principal, budget: Budget, name: str) -> None:
    with transaction.atomic():
        locked = _locked(principal, budget)
        _record(principal, "budget.removed", locked, name, before=_words({"amount": locked.amount}))
        Budget.objects.filter(id=locked.id).delete()
    _forget(budget)


def set_call_limit(
    principal: Principal, workspace: Workspace, *, asset: UUID | None, each_person: bool, per_minute: int
) -> CallLimit:
    """How many calls a minute are let through; the same again changes the number."""
    with transaction.atomic():
        principal.require("budget:manage", workspace.id, object_type="call_limit")
        found = _asset(workspace, asset)
        limit, _ = CallLimit.objects.update_or_create(
            workspace=workspace, asset=found, each_person=each_person, defaults={"per_minute": per_minute}
        )
        _record_limit(principal, "call_limit.set", limit, after={"per_minute": per_minute, "each_person": each_person})
    admission.forget(workspace.id)
    return limit


def remove_call_limit(principal: Principal, limit: CallLimit) -> None:
    with transaction.atomic():
        principal.require("budget:manage", limit.workspace_id, object_type="call_limit", object_id=limit.id)
        _record_limit(principal, "call_limit.removed", limit, before={"per_minute": limit.per_minute})
        CallLimit.objects.filter(id=limit.id).delete()
    admission.forget(limit.workspace_id)


class Watch:
    """When this process last looked at the budgets."""

    looked_at = 0.0


def watch_budgets() -> None:
    """Tell once a period that a budget comes to its end, and once that it is used up."""
    if time.monotonic() - Watch.looked_at < WATCHED_EVERY_S:
        return
    Watch.looked_at = time.monotonic()
    for budget in Budget.objects.select_related("asset"):
        look_at(budget)


def look_at(budget: Budget) -> None:
    """Each of several processes that look at once finds out whether it is the first to see it."""
    starts = budget.starts(spending.today())
    if budget.reached_from == starts:
        return
    spent, allowed = spending.spent(budget), budget.allowed(spending.today())
    if spent >= allowed:
        _tell(budget, "reached", starts, spent, allowed)
    elif spent * 100 >= allowed * budget.warn_percent and budget.warned_from != starts:
        _tell(budget, "warned", starts, spent, allowed)


def _tell(budget: Budget, what: str, starts: date, spent: Decimal, allowed: Decimal) -> None:
    field = f"{what}_from"
    with transaction.atomic():
        told = Budget.objects.filter(id=budget.id).exclude(**{field: starts}).update(**{field: starts})
        if not told:
            return
        announce("budget.spent", budget=budget.id, what=what, after=_words({"spent": spent, "allowed": allowed}))
        if budget.asset is not None:
            words = {"text": TOLD[what]}
            raise_alert(budget.asset, kind=AlertKind.BUDGET, value=float(spent), limit=float(allowed), words=words)


def _asset(workspace: Workspace, id: UUID | None) -> Asset | None:
    if id is None:
        return None
    asset = Asset.objects.filter(workspace=workspace, id=id).first()
    if asset is None:
        raise NotFound()
    return asset


def _locked(principal: Principal, budget: Budget) -> Budget:
    principal.require("budget:manage", budget.workspace_id, object_type="budget", object_id=budget.id)
    locked = Budget.objects.select_for_update(of=("self",)).filter(id=budget.id).first()
    if locked is None:
        raise NotFound()
    return locked


def _words(terms: dict[str, Any]) -> dict[str, str]:
    """Amounts as text: the trail holds no fractions."""
    return {name: str(value) for name, value in terms.items()}


def _record(principal: Principal, action: str, budget: Budget, name: str, **more: Any) -> None:
    audit.record(
        principal,
        action,
        workspace_id=budget.workspace_id,
        object_type="budget",
        object_id=budget.id,
        object_name=name,
        **more,
    )


def _record_limit(principal: Principal, action: str, limit: CallLimit, **more: Any) -> None:
    audit.record(
        principal,
        action,
        workspace_id=limit.workspace_id,
        object_type="call_limit",
        object_id=limit.id,
        object_name=limit.asset.title if limit.asset else "",
        **more,
    )


def _forget(budget: Budget) -> None:
    admission.forget(budget.workspace_id)
    spending.forget(budget.id)
