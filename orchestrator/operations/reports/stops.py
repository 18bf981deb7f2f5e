"""Who pressed stop on a run, what was under way then, and how long it took until all was quiet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from orchestrator.governance.models import AuditEvent, AuditResult
from orchestrator.governance.principal import Principal
from orchestrator.operations.reports.shape import Asked, Report, Row, Runs
from orchestrator.runs.models import Step


def _find(principal: Principal, workspace_id: UUID, asked: Asked) -> QuerySet[Any]:
    stops = AuditEvent.objects.visible_to(principal).filter(
        workspace_id=workspace_id, action="run.cancelled", result=AuditResult.DONE
    )
    return asked.within(stops, "at")


def _tell(workspace_id: UUID, events: Sequence[AuditEvent]) -> list[Row]:
    ids = [UUID(event.object_id) for event in events]
    runs, steps = Runs(workspace_id, ids), _steps(ids)
    rows: list[Row] = []
    for event, id in zip(events, ids, strict=True):
        run = runs.found.get(id)
        ended = run.ended_at if run else None
        under_way = [
            runs.step(id, step.node)
            for step in steps.get(id, ())
            if step.started_at <= event.at and (step.ended_at is None or step.ended_at >= event.at)
        ]
        rows.append(
            {
                "id": str(event.seq),
                "at": event.at,
                "workflow": runs.workflow(id),
                "run": runs.run(id),
                "by": event.actor_name,
                "reason": event.reason,
                "under_way": ", ".join(dict.fromkeys(under_way)),
                "ended": ended,
                "milliseconds": round((ended - event.at).total_seconds() * 1000) if ended else None,
            }
        )
    return rows


def _steps(runs: Sequence[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    started = Step.objects.filter(run_id__in=runs, started_at__isnull=False)
    for step in started.only("run_id", "step", "node", "started_at", "ended_at").order_by("run_id", "step"):
        found.setdefault(step.run_id, []).append(step)
    return found


STOPS = Report(
    columns=("at", "workflow", "run", "by", "reason", "under_way", "ended", "milliseconds"),
    ordering=("-seq",),
    find=_find,
    tell=_tell,
)
