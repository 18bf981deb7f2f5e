"""How the installation works right now, and how the live runs of a workspace went: the page "Health"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal
from orchestrator.operations.figures import live_runs
from orchestrator.runs.models import RunStatus, WorkerLease

DAYS = 30
LINE = """
SELECT count(*) FILTER (WHERE owner IS NOT NULL) AS working,
       count(*) FILTER (WHERE owner IS NULL AND wake_at <= clock_timestamp()) AS in_line,
       extract(epoch FROM clock_timestamp()
               - min(wake_at) FILTER (WHERE owner IS NULL AND wake_at <= clock_timestamp()))::float8 AS waits_s
FROM runs WHERE workspace_id = %s AND status < 2
"""
STEPS = """
SELECT count(*) FILTER (WHERE t.state = 0) AS in_line, count(*) FILTER (WHERE t.state = 1) AS working
FROM step_tasks t JOIN runs r ON r.id = t.run_id WHERE r.workspace_id = %s AND t.state < 2
"""
BROKER_ANSWERS_WITHIN_S = 2
LONG_WAIT_S = 30
"""A run that is due begins within a second where there is room for it."""


def broker_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=BROKER_ANSWERS_WITHIN_S,
            socket_connect_timeout=BROKER_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), 0),
        ) as broker:
            return bool(broker.ping())
    except redis.RedisError:
        return False


def health(principal: Principal, workspace: Workspace) -> dict[str, Any]:
    """Workers, lines and the last thirty days."""
    line, steps = _row(LINE, workspace.id), _row(STEPS, workspace.id)
    workers, broker = _workers(), broker_answers()
    waits_s = round(line["waits_s"] or 0)
    days = _days(principal, workspace.id)
    done, failed = sum(day["done"] for day in days), sum(day["failed"] for day in days)
    return {
        "workers": workers,
        "broker": broker,
        "runs": {"working": line["working"], "in_line": line["in_line"], "longest_s": waits_s},
        "steps": {"working": steps["working"], "in_line": steps["in_line"]},
        "max_running": workspace.max_running,
        "max_open": workspace.max_open,
        "days": days,
        "done": done,
        "failed": failed,
        "success_percent": round(100 * done / (done + failed), 1) if done + failed else None,
        "reason": _reason(workers, line, waits_s, workspace, broker=broker),
    }


def _row(query: str, workspace_id: UUID) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, [workspace_id])
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def _workers() -> int:
    """The engine workers that gave a sign of life within their lease."""
    return WorkerLease.objects.filter(kind="engine", alive_until__gt=timezone.now()).count()


def _reason(workers: int, line: dict[str, Any], waits_s: int, workspace: Workspace, *, broker: bool) -> str:
    """What is wrong first; empty where everything works."""
    if not broker:
        return "no_broker"
    if not workers:
        return "no_engine"
    if line["working"] >= workspace.max_running and line["in_line"]:
        return "at_limit"
    return "slow" if waits_s > LONG_WAIT_S else ""


def _days(principal: Principal, workspace_id: UUID) -> list[dict[str, Any]]:
    """Every day of the thirty, in UTC, the oldest first."""
    today = timezone.now().date()
    first = today - timedelta(days=DAYS - 1)
    since = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    counted = (
        live_runs(principal, workspace_id, since)
        .annotate(day=TruncDate("created_at"))
        .values("day")
        .annotate(
            done=Count("id", filter=Q(status=RunStatus.DONE)), failed=Count("id", filter=Q(status=RunStatus.FAILED))
        )
    )
    known = {row["day"]: row for row in counted}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [{"day": day, "done": 0, "failed": 0} | known.get(day, {}) for day in days]
