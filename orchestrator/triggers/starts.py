"""All starts of a workspace on one list: what starts which workflow by itself, and when it did last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from builder.models import Status, Workflow
from orchestrator.engine.graph import Node, parse_graph
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal
from orchestrator.triggers.models import Occurrence, OccurrenceState, PausedStart, Schedule

KINDS = {
    "start_schedule": "schedule",
    "start_link": "link",
    "start_form": "form",
    "start_message": "message",
    "start_alert": "alert",
}
MOST = 500
MISSED_DAYS = timedelta(days=7)
LAST_RUNS = """
SELECT x.workflow, x.node, r.id, r.created_at, r.status FROM
  unnest(%(workflows)s::uuid[], %(nodes)s::text[], %(hows)s::text[]) AS x(workflow, node, how)
  CROSS JOIN LATERAL (
    SELECT n.* FROM (
      SELECT id, created_at, status, how, mode FROM runs WHERE workflow_id = x.workflow ORDER BY id DESC LIMIT 1000) n
    WHERE n.how = x.how AND n.mode = 'live'
      AND EXISTS (SELECT 1 FROM steps s WHERE s.run_id = n.id AND s.step = 1 AND s.node = x.node)
    ORDER BY n.id DESC LIMIT 1) r
"""
"""Among the newest runs of each workflow: a start that fired before a thousand others does not make the list slow."""


@dataclass(frozen=True, kw_only=True)
class LastRun:
    run: UUID
    at: datetime
    status: int


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start step of a live version."""

    workflow: Workflow
    node: str
    name: str
    kind: str
    state: str
    """`on`, `paused` (this start alone) or `workflow_paused`."""
    may_pause: bool
    may_run: bool
    paused_by: str = ""
    last: LastRun | None = None
    next_at: datetime | None = None
    rule: dict[str, Any] | None = field(default=None)
    """Of a schedule: its settings."""
    missed: int = 0
    """Times at which nothing was running, in the last days."""
    queued: int = 0
    """Missed times that are being caught up."""


def starts_of(principal: Principal, workspace: UUID) -> list[Start]:
    """By workflow and name. What is off in the graph, or not published, starts nothing and is not listed."""
    found = [
        (workflow, node)
        for workflow in _published(principal, workspace)
        for node in parse_graph(workflow.live_version.graph).nodes
        if node.type in KINDS and not node.off
    ][:MOST]
    pauses = {
        (one.workflow_id, one.node): one.paused_by.name if one.paused_by else ""
        for one in PausedStart.objects.filter(workspace_id=workspace).select_related("paused_by")
    }
    schedules = {(one.workflow_id, one.node): one for one in Schedule.objects.filter(workspace_id=workspace)}
    counts = _counts(workspace)
    lasts = _last_runs(found)
    starts = []
    for workflow, node in found:
        place = (workflow.pk, node.key)
        schedule = schedules.get(place)
        missed, queued = counts.get(schedule.pk, (0, 0)) if schedule else (0, 0)
        starts.append(
            Start(
                workflow=workflow,
                node=node.key,
                name=node.name,
                kind=KINDS[node.type],
                state=_state(workflow, paused=place in pauses),
                may_pause=sharing.may(principal, "workflow:publish", workflow),
                may_run=sharing.may(principal, "workflow:run", workflow),
                paused_by=pauses.get(place, ""),
                last=lasts.get(place),
                next_at=schedule.next_at if schedule else None,
                rule=schedule.config if schedule else None,
                missed=missed,
                queued=queued,
            )
        )
    return starts


def _published(principal: Principal, workspace: UUID) -> Iterable[Workflow]:
    rows = Workflow.objects.visible_to(principal).with_level(principal)
    live = rows.filter(workspace_id=workspace, live_version__isnull=False, archived_at__isnull=True)
    return live.select_related("live_version").order_by("name", "id")


def _state(workflow: Workflow, *, paused: bool) -> str:
    if workflow.status != Status.LIVE:
        return "workflow_paused"
    return "paused" if paused else "on"


def _counts(workspace: UUID) -> dict[UUID, tuple[int, int]]:
    since = timezone.now() - MISSED_DAYS
    rows = Occurrence.objects.filter(schedule__workspace_id=workspace).values("schedule_id")
    missed = Count("pk", filter=Q(state=OccurrenceState.SKIPPED_MISFIRE, scheduled_for__gte=since))
    queued = Count("pk", filter=Q(state=OccurrenceState.QUEUED))
    wanted = rows.filter(Q(scheduled_for__gte=since) | Q(state=OccurrenceState.QUEUED))
    return {row["schedule_id"]: (row["missed"], row["queued"]) for row in wanted.annotate(missed=missed, queued=queued)}


def _last_runs(found: list[tuple[Workflow, Node]]) -> dict[tuple[UUID, str], LastRun]:
    parameters = {
        "workflows": [workflow.pk for workflow, _ in found],
        "nodes": [node.key for _, node in found],
        "hows": [KINDS[node.type] for _, node in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(LAST_RUNS, parameters)
        return {(row[0], row[1]): LastRun(run=row[2], at=row[3], status=row[4]) for row in cursor.fetchall()}
