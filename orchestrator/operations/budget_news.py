"""Those who keep the budgets hear when one comes to its end: their pages at once, and by one mail."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from builder.models import Workflow
from orchestrator.assets.models import Budget
from orchestrator.assets.spending import today
from orchestrator.governance import audit
from orchestrator.governance.matrix import VERBS
from orchestrator.governance.models import Membership
from orchestrator.governance.principal import system
from orchestrator.operations.mailing import mail_each
from orchestrator.runs.doorbell import ring_chore
from orchestrator.runs.stream import tell_workspace


def tell_keepers(*, budget: UUID, what: str, after: dict[str, str]) -> None:
    """Once what it tells of is committed. The trail names whose budget it is, and who hears of it."""
    spent = Budget.objects.select_related("workspace", "asset").get(id=budget)
    names = keepers(spent).values_list("user__name", flat=True)
    audit.record(
        system("usage"),
        f"budget.{what}",
        workspace_id=spent.workspace_id,
        object_type="budget",
        object_id=budget,
        object_name=name_of(spent),
        after=after,
        detail={"to": sorted(set(names))},
    )

    def tell() -> None:
        tell_workspace(spent.workspace_id, "budgets")
        if settings.EMAIL_URL:
            ring_chore("mail_budget", budget)

    transaction.on_commit(tell)


def mail_budget(budget_id: UUID) -> None:
    """One mail to all who may manage budgets. One that was removed meanwhile is nobody's news."""
    budget = Budget.objects.select_related("workspace", "asset").filter(id=budget_id).first()
    if budget is None:
        return
    used_up = budget.reached_from == budget.starts(today())
    words = {"budget": budget, "used_up": used_up, "name": name_of(budget), "address": settings.PUBLIC_URL}
    text = render_to_string("mails/budget.txt", words)
    emails = keepers(budget).values_list("user__email", flat=True).distinct()
    mail_each(emails, f"The budget of “{words['name']}”", text)


def keepers(budget: Budget) -> QuerySet[Membership]:
    """Those who may change it; programs read no news."""
    members = Membership.objects.people().filter(workspace=budget.workspace_id, user__is_active=True)
    return members.filter(roles__overlap=sorted(VERBS["budget:manage"]))


def name_of(budget: Budget) -> str:
    if budget.workflow is not None:
        return Workflow.objects.filter(id=budget.workflow).values_list("name", flat=True).first() or ""
    return budget.asset.title if budget.asset is not None else budget.workspace.name
