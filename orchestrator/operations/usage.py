"""What calls to models and tools cost: figures for a span of days, and the calls behind every one of them.

Days are days of UTC. Shadow answers count here: nobody gets them, but they are paid for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from builder.models import Workflow
from orchestrator.assets.models import Asset, AssetCall
from orchestrator.governance.export import Echo, cell
from orchestrator.governance.models import User, Workspace
from orchestrator.governance.principal import Principal

BY = {"day": "day", "workflow": "workflow", "asset": "asset_id", "person": "by_id"}
"""What figures can be summed up by, and the column that says it."""
MOST_ROWS = 200
MOST_EXPORTED = 100_000
SUMS = {
    "calls": Count("id"),
    "errors": Count("id", filter=~Q(code="")),
    "prompt_tokens": Sum("prompt_tokens", default=0),
    "completion_tokens": Sum("completion_tokens", default=0),
    "cost": Sum("cost", default=Decimal(0)),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which calls are meant. `none` in the place of an id: those that have none."""

    days: int = 30
    day: date | None = None
    workflow: UUID | str | None = None
    asset: UUID | None = None
    person: UUID | str | None = None
    failed: bool = False

    @property
    def since(self) -> date:
        return self.day or timezone.now().astimezone(UTC).date() - timedelta(days=self.days - 1)

    @property
    def until(self) -> date:
        """The last day that counts."""
        return self.day or timezone.now().astimezone(UTC).date()


def usage(principal: Principal, workspace: Workspace, asked: Asked, by: str) -> dict[str, Any]:
    """The sums of all calls that are meant, of each day, and of whatever `by` names, the dearest first."""
    found = calls(workspace.id, asked)
    column = BY[by]
    sums = found.values(column).annotate(**SUMS)
    order = ("-day",) if by == "day" else ("-cost", "-calls", column)
    rows = list(sums.order_by(*order)[:MOST_ROWS])
    names = names_of(principal, workspace.id, by, [row[column] for row in rows])
    return {
        "since": asked.since,
        "until": asked.until,
        "currency": workspace.currency,
        "total": found.aggregate(**SUMS),
        "days": list(found.values("day").annotate(**SUMS).order_by("day")),
        "count": found.order_by().values(column).distinct().count(),
        "rows": [_row(row, column, names) for row in rows],
    }


def calls(workspace_id: UUID, asked: Asked) -> QuerySet[AssetCall]:
    """The calls that are meant."""
    first = datetime.combine(asked.since, datetime.min.time(), UTC)
    last = datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), UTC)
    found = AssetCall.objects.filter(workspace_id=workspace_id, at__gte=first, at__lt=last)
    for column, wanted in (("workflow", asked.workflow), ("by_id", asked.person), ("asset_id", asked.asset)):
        if wanted == "none":
            found = found.filter(**{f"{column}__isnull": True})
        elif wanted is not None:
            found = found.filter(**{column: wanted})
    if asked.failed:
        found = found.exclude(code="")
    return found.annotate(day=TruncDate("at", tzinfo=UTC))


def names_of(principal: Principal, workspace_id: UUID, by: str, keys: Iterable[Any]) -> Mapping[Any, str]:
    """What people call them. Workflows that the principal does not see stay without a name."""
    ids = {key for key in keys if key is not None}
    if by == "workflow":
        return _names(Workflow.objects.visible_to(principal).filter(workspace_id=workspace_id, id__in=ids), "name")
    if by == "asset":
        return _names(Asset.objects.filter(workspace_id=workspace_id, id__in=ids), "title")
    return _names(User.objects.filter(id__in=ids), "name") if by == "person" else {}


def _names(rows: QuerySet[Any], name: str) -> dict[Any, str]:
    return dict(rows.values_list("id", name))


def _row(row: dict[str, Any], column: str, names: Mapping[Any, str]) -> dict[str, Any]:
    key = row[column]
    sums = {name: row[name] for name in SUMS}
    return {"key": None if key is None else str(key), "name": names.get(key, ""), **sums}


def listed(found: QuerySet[AssetCall]) -> QuerySet[AssetCall]:
    """With what a list of calls shows."""
    return found.select_related("asset", "version", "by")


def lines(principal: Principal, workspace: Workspace, asked: Asked, by: str) -> Iterator[str]:
    """The figures as CSV, or with `calls` the calls themselves; no cell begins like a formula."""
    writer = csv.writer(Echo())
    rows = _call_lines(principal, workspace, asked) if by == "calls" else _sum_lines(principal, workspace, asked, by)
    for index, row in enumerate(rows):
        mark = "\ufeff" if index == 0 else ""  # by which spreadsheets know UTF-8
        yield mark + writer.writerow([cell(value) for value in row])


def _sum_lines(principal: Principal, workspace: Workspace, asked: Asked, by: str) -> Iterator[tuple[Any, ...]]:
    yield (by, "id", *SUMS, "currency")
    told = usage(principal, workspace, asked, by)
    for row in told["rows"]:
        yield (row["name"] or row["key"] or "", row["key"], *(row[name] for name in SUMS), told["currency"])


def _call_lines(principal: Principal, workspace: Workspace, asked: Asked) -> Iterator[tuple[Any, ...]]:
    yield (
        *("at", "asset", "version", "arm", "task", "workflow", "run", "step", "person", "code", "ms"),
        *("prompt_tokens", "completion_tokens", "cost", "currency"),
    )
    found = calls(workspace.id, asked)
    used = found.order_by().values_list("workflow", flat=True).distinct()
    workflows = names_of(principal, workspace.id, "workflow", used)
    columns = found.order_by("-at", "-id").values_list(
        *("at", "asset__title", "version__number", "arm", "task", "workflow", "run", "node", "by__name", "code", "ms"),
        *("prompt_tokens", "completion_tokens", "cost"),
    )
    for at, asset, version, arm, task, workflow, *rest in columns[:MOST_EXPORTED].iterator():
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        yield (moment, asset, version, arm, task, workflows.get(workflow, workflow), *rest, workspace.currency)
