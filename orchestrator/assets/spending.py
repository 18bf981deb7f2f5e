"""What was spent against a budget in its period, as this process knows it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from orchestrator.assets.models import AssetCall, Budget

KNOWN_FOR_S = 5.0
"""How long a sum is used; what this process spends meanwhile is added to it."""
MOST_OF_TIME = 20
"""A sum that took long to read is used so many times as long."""


@dataclass(kw_only=True)
class Known:
    amount: Decimal
    starts: date
    until: float


_known: dict[UUID, Known] = {}
_changing = threading.Lock()


def today() -> date:
    """Periods are those of UTC."""
    return timezone.now().astimezone(UTC).date()


def spent(budget: Budget) -> Decimal:
    """Read from the table of calls now. One query."""
    first = datetime.combine(budget.starts(today()), datetime.min.time(), UTC)
    calls = AssetCall.objects.filter(workspace_id=budget.workspace_id, at__gte=first)
    if budget.asset_id is not None:
        calls = calls.filter(asset_id=budget.asset_id)
    if budget.workflow is not None:
        calls = calls.filter(workflow=budget.workflow)
    return calls.aggregate(cost=Sum("cost", default=Decimal(0)))["cost"]


def lately_spent(budget: Budget) -> Decimal:
    """As read a few seconds ago, with what this process has spent since: calls of other processes, and of steps that
    are not over, may be missing."""
    known = _known.get(budget.id)
    if known is None or known.until < time.monotonic() or known.starts != budget.starts(today()):
        began = time.monotonic()
        amount = spent(budget)
        now = time.monotonic()
        known = Known(
            amount=amount,
            starts=budget.starts(today()),
            until=now + max(KNOWN_FOR_S, MOST_OF_TIME * (now - began)),
        )
        with _changing:
            _known[budget.id] = known
    return known.amount


def add(budget: Budget, cost: Decimal) -> None:
    with _changing:
        if budget.id in _known:
            _known[budget.id].amount += cost


def forget(budget_id: UUID) -> None:
    """It was changed here: the next call reads it anew."""
    with _changing:
        _known.pop(budget_id, None)
