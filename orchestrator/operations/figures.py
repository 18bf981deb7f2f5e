"""The figures of home: what live runs did in the last days, beside the days before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Q, Sum, Value, When
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.principal import Principal
from orchestrator.runs.models import MESSAGE, Mode, Run, RunQuerySet, RunStatus

DAYS = 7
MOST_PROBLEMS = 5
SKEW = timedelta(hours=1)
"""By so much the clock that made a run's id may be ahead of the one that wrote its time."""


def figures(principal: Principal, workspace_id: UUID) -> dict[str, Any]:
    """Counts, times and problems of live runs; every count is that of the list one gets with `since` as its filter."""
    since = (timezone.now() - timedelta(days=DAYS)).replace(second=0, microsecond=0)
    counted = _counted(principal, workspace_id, since)
    minutes = dict(
        Workflow.objects.filter(workspace_id=workspace_id, minutes_saved__isnull=False).values_list(
            "id", "minutes_saved"
        )
    )
    now = _told((row for row in counted if row["recent"]), minutes)
    before = _told((row for row in counted if not row["recent"]), minutes)
    compared = {name: {"now": now[name], "before": before[name]} for name in now}
    return {"days": DAYS, "since": since, **compared, "problems": _problems(principal, workspace_id, since)}


def live_runs(principal: Principal, workspace_id: UUID, since: datetime) -> RunQuerySet:
    """Ids follow time, so that the index of the list leads to the right part of a long history."""
    return (
        Run.objects.visible_to(principal)
        .filter(workspace_id=workspace_id, id__gte=_first_id(since - SKEW), created_at__gte=since, mode=Mode.LIVE)
        .listed()
        .order_by()
    )


def _counted(principal: Principal, workspace_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """For each workflow, once for the last days and once for those before."""
    runs = live_runs(principal, workspace_id, since - timedelta(days=DAYS))
    recent = Case(When(created_at__gte=since, then=Value(True)), default=Value(False))
    done = Q(status=RunStatus.DONE)
    return list(
        runs.annotate(recent=recent)
        .values("workflow_id", "recent")
        .annotate(
            runs=Count("id"),
            failed=Count("id", filter=Q(status=RunStatus.FAILED)),
            done=Count("id", filter=done),
            took=Sum(F("ended_at") - F("created_at"), filter=done),
        )
    )


def _told(rows: Iterable[dict[str, Any]], minutes: dict[UUID, int]) -> dict[str, Any]:
    sums: Counter[str] = Counter()
    took = timedelta()
    for row in rows:
        sums.update({name: row[name] for name in ("runs", "failed", "done")})
        took += row["took"] or timedelta()
        if row["workflow_id"] in minutes:
            sums.update(saving=row["done"], minutes=row["done"] * minutes[row["workflow_id"]])
    return {
        "runs": sums["runs"],
        "failed": sums["failed"],
        "done": sums["done"],
        "failure_percent": round(100 * sums["failed"] / sums["runs"], 1) if sums["runs"] else None,
        "mean_ms": round(took / timedelta(milliseconds=1) / sums["done"]) if sums["done"] else None,
        "saving": sums["saving"],
        "saved_minutes": sums["minutes"] if minutes else None,
    }


def _problems(principal: Principal, workspace_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """What runs failed with, the most frequent first."""
    failed = live_runs(principal, workspace_id, since).filter(status=RunStatus.FAILED)
    grouped = failed.annotate(message=MESSAGE).values("message").annotate(count=Count("id"), last_at=Max("created_at"))
    return list(grouped.exclude(message=None).order_by("-count", "-last_at")[:MOST_PROBLEMS])


def _first_id(at: datetime) -> UUID:
    """No id of version 7 that was made then or later is smaller."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
