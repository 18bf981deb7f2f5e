"""Whether a call to an asset is let through: budgets and limits of the workspace, looked at before anything is asked.

Rules are read every few seconds, so a change holds soon in every process. Where there are none, nothing is asked.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import redis
from asgiref.sync import sync_to_async
from django.core.cache import cache

from orchestrator.assets import spending
from orchestrator.assets.models import AtLimit, Budget, CallLimit, Period
from orchestrator.assets.versions import in_database
from orchestrator.engine.errors import ErrorCategory, NotSent, Postponed
from orchestrator.governance.credentials import Use

KNOWN_FOR_S = 2.0
MINUTE_S = 60
LOOK_AGAIN_S = 120.0
"""So long a step waits before it looks whether somebody has allowed more."""
SPREAD_S = 5.0
"""Those that wait for the next minute do not all come at once."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """For whom an asset is asked."""

    workflow: UUID | None = None
    person: UUID | None = None
    node_type: str = ""
    """Of the step that asks; empty outside of every step."""

    @property
    def use(self) -> Use | None:
        """What the connection of a model is asked for."""
        return Use(node_type=self.node_type, workflow=self.workflow) if self.node_type else None


NOBODY = Asker()


@dataclass(frozen=True, kw_only=True)
class Rules:
    budgets: tuple[Budget, ...] = ()
    limits: tuple[CallLimit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Admission:
    """A call that was let through, and the budgets that it is paid from."""

    budgets: tuple[Budget, ...] = ()

    def paid(self, cost: str | None) -> None:
        """What it has cost; what other processes spend is read from the table of calls."""
        if cost is not None:
            for budget in self.budgets:
                spending.add(budget, Decimal(cost))


_rules: dict[UUID, tuple[float, Rules]] = {}


async def admit(workspace_id: UUID, asset: str, asker: Callable[[], Asker] | None = None) -> Admission:
    """Let a call to the asset of this name through, or raise.

    `asker` tells for whom it is; it may read the database and is asked only where a rule depends on it.
    Raises `StepFailed`: rejected (budget_used_up, or postponed: budget_paused), or postponed rate_limited
    (calls_limited).
    """
    read_at, rules = _rules.get(workspace_id, (0.0, Rules()))
    fresh = time.monotonic() - read_at < KNOWN_FOR_S
    if fresh and not rules.budgets and not rules.limits:
        return Admission()
    decide = sync_to_async(in_database, thread_sensitive=False)
    return await decide(_admit, workspace_id, asset, asker, None if fresh else _read_rules)


def _admit(
    workspace_id: UUID, asset: str, asker: Callable[[], Asker] | None, read: Callable[[UUID], Rules] | None
) -> Admission:
    if read is not None:
        _rules[workspace_id] = (time.monotonic(), read(workspace_id))
    rules = _rules[workspace_id][1]
    budgets = [one for one in rules.budgets if one.asset is None or one.asset.name == asset]
    limits = [one for one in rules.limits if one.asset is None or one.asset.name == asset]
    if not budgets and not limits:
        return Admission()
    who = asker() if asker is not None else NOBODY
    paying = tuple(one for one in budgets if one.workflow is None or one.workflow == who.workflow)
    for budget in paying:
        _refuse_spent(budget)
    for limit in limits:
        _count(limit, who)
    return Admission(budgets=paying)


def _read_rules(workspace_id: UUID) -> Rules:
    budgets = Budget.objects.select_related("asset").filter(workspace_id=workspace_id)
    limits = CallLimit.objects.select_related("asset").filter(workspace_id=workspace_id)
    return Rules(budgets=tuple(budgets), limits=tuple(limits))


def forget(workspace_id: UUID) -> None:
    """Its rules were changed here: the next call reads them anew."""
    _rules.pop(workspace_id, None)


def _refuse_spent(budget: Budget) -> None:
    if budget.at_limit == AtLimit.WARN or spending.lately_spent(budget) < budget.allowed(spending.today()):
        return
    when = "today" if budget.period == Period.DAY else "this month"
    if budget.at_limit == AtLimit.PAUSE:
        raise Postponed(
            ErrorCategory.REJECTED,
            "budget_paused",
            f"The budget for {when} is used up. The step waits until an administrator allows more.",
            hint="Ask an administrator to allow more under “Usage”.",
            retry_after_s=LOOK_AGAIN_S,
            budget=str(budget.id),
        )
    raise NotSent(
        ErrorCategory.REJECTED,
        "budget_used_up",
        f"The budget for {when} is used up, so the model was not asked.",
        hint="Ask an administrator to raise it under “Usage”, or wait until it begins anew.",
        budget=str(budget.id),
    )


def _count(limit: CallLimit, who: Asker) -> None:
    """Counted in one step, so that parallel calls count too; where the counter is away, nobody is held up."""
    minute, into = divmod(time.time(), MINUTE_S)
    key = f"assets.limits:{limit.id}:{who.person if limit.each_person else ''}:{int(minute)}"
    try:
        cache.add(key, 0, 2 * MINUTE_S)
        number = cache.incr(key)
    except (redis.RedisError, ValueError):
        return
    if number > limit.per_minute:
        whose = "you may ask" if limit.each_person else "may be asked"
        what = limit.asset.title if limit.asset is not None else "The models"
        raise Postponed(
            ErrorCategory.RATE_LIMITED,
            "calls_limited",
            f"{what}: {whose} {limit.per_minute} times a minute, and that is reached.",
            hint="It goes on by itself in the next minute.",
            retry_after_s=round(MINUTE_S - into + random.random() * SPREAD_S, 1),
            limit=str(limit.id),
        )
