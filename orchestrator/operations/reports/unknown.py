"""Steps of which nobody could say whether they took effect, and what people found out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from orchestrator.engine.events import EventKind
from orchestrator.governance.principal import Principal
from orchestrator.operations.reports.shape import Asked, Report, Row, Runs
from orchestrator.runs.models import Run, RunEvent


def _find(principal: Principal, workspace_id: UUID, asked: Asked) -> QuerySet[Any]:
    runs = Run.objects.visible_to(principal).filter(workspace_id=workspace_id)
    events = RunEvent.objects.filter(kind=EventKind.STEP_UNKNOWN, run_id__in=runs.values("id"))
    return asked.within(events, "at")


def _tell(workspace_id: UUID, events: Sequence[RunEvent]) -> list[Row]:
    ids = [event.run_id for event in events]
    runs, answers = Runs(workspace_id, ids), _answers(ids)
    rows: list[Row] = []
    for event in events:
        body = event.body
        answer = next((one for one in answers.get((event.run_id, body["step"]), ()) if one.seq > event.seq), None)
        told = answer.body if answer else {}
        rows.append(
            {
                "id": f"{event.run_id}-{event.seq}",
                "at": event.at,
                "workflow": runs.workflow(event.run_id),
                "run": runs.run(event.run_id),
                "step": runs.step(event.run_id, body["node"]),
                "attempt": body.get("attempt"),
                "why": (body.get("error") or {}).get("message", ""),
                "answer": told.get("answer", "open"),
                "by": told.get("by", ""),
                "note": told.get("note", ""),
                "answered": answer.at if answer else None,
            }
        )
    return rows


def _answers(runs: Sequence[UUID]) -> dict[tuple[UUID, int], list[RunEvent]]:
    """By run and step, oldest first."""
    found: dict[tuple[UUID, int], list[RunEvent]] = {}
    for event in RunEvent.objects.filter(run_id__in=runs, kind=EventKind.REVIEW_ANSWERED).order_by("run_id", "seq"):
        found.setdefault((event.run_id, event.body["step"]), []).append(event)
    return found


UNKNOWN = Report(
    columns=("at", "workflow", "run", "step", "attempt", "why", "answer", "by", "note", "answered"),
    ordering=("-run_id", "-seq"),
    find=_find,
    tell=_tell,
)
