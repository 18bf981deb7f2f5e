"""Those who keep the budgets hear when one comes to its end: their pages at once, and by one mail."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from builder.models import Workflow
from orchestrator.assets.models import Budget
from orchestrator.assets.spending import today
from orchestrator.governance.matrix import VERBS
from orchestrator.governance.models import Membership
from orchestrator.runs.doorbell import ring_chore
from orchestrator.runs.stream import tell_workspace


def tell_keepers(*, budget: UUID) -> None:
    """Once what it tells of is committed."""
    workspace = Budget.objects.values_list("workspace_id", flat=True).get(id=budget)

    def tell() -> None:
        tell_workspace(workspace, "budgets")
        if settings.EMAIL_URL:
            ring_chore("mail_budget", budget)

    transaction.on_commit(tell)


def mail_budget(budget_id: UUID) -> None:
    """One mail to all who may manage budgets. One that was removed meanwhile is nobody's news."""
    budget = Budget.objects.select_related("workspace", "asset").filter(id=budget_id).first()
    if budget is None:
        return
    members = Membership.objects.filter(workspace=budget.workspace, user__is_active=True)
    keepers = members.filter(roles__overlap=sorted(VERBS["budget:manage"])).values_list("user__email", flat=True)
    used_up = budget.reached_from == budget.starts(today())
    words = {"budget": budget, "used_up": used_up, "name": name_of(budget), "address": settings.PUBLIC_URL}
    text = render_to_string("mails/budget.txt", words)
    for email in keepers.distinct():
        send_mail(f"The budget of “{name_of(budget)}”"[:200], text, settings.MAIL_FROM, [email])


def name_of(budget: Budget) -> str:
    if budget.workflow is not None:
        return Workflow.objects.filter(id=budget.workflow).values_list("name", flat=True).first() or ""
    return budget.asset.title if budget.asset is not None else budget.workspace.name
