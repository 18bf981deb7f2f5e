"""One start is paused and goes on, whatever its workflow does; a schedule makes up for what it missed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from builder.models import Status, Workflow
from orchestrator.api.errors import Conflict, NotFound
from orchestrator.engine.graph import parse_graph
from orchestrator.governance import audit, sharing
from orchestrator.governance.principal import Principal
from orchestrator.triggers.actions.schedules import rest_schedule, wake_schedule
from orchestrator.triggers.models import Occurrence, OccurrenceState, PausedStart, Schedule
from orchestrator.triggers.starts import KINDS, MISSED_DAYS

MOST_CAUGHT_UP = 100


def pause_start(principal: Principal, workflow: Workflow, node: str) -> None:
    """Nothing starts by it until it is resumed, whichever version is live."""
    sharing.require(principal, "workflow:publish", workflow)
    _refuse_unknown(workflow, node)
    with transaction.atomic():
        _, created = PausedStart.objects.get_or_create(
            workflow=workflow,
            node=node,
            defaults={"workspace_id": workflow.workspace_id, "paused_by_id": principal.id},
        )
        if not created:
            raise Conflict("paused", "This start is paused already.")
        rest_schedule(workflow.pk, node)
        _record(principal, "start.paused", workflow, node)


def resume_start(principal: Principal, workflow: Workflow, node: str) -> None:
    """It starts runs again. What it missed meanwhile was not meant to start anything."""
    sharing.require(principal, "workflow:publish", workflow)
    with transaction.atomic():
        deleted, _ = PausedStart.objects.filter(workflow=workflow, node=node).delete()
        if not deleted:
            raise Conflict("not_paused", "This start is not paused.")
        if workflow.status == Status.LIVE:
            wake_schedule(workflow.pk, node)
        _record(principal, "start.resumed", workflow, node)


def catch_up(principal: Principal, workflow: Workflow, node: str) -> int:
    """Start a run for each time that was missed in the last days, one after the other; gives how many."""
    sharing.require(principal, "workflow:run", workflow)
    with transaction.atomic():
        schedule = Schedule.objects.select_for_update(no_key=True).filter(workflow=workflow, node=node).first()
        if schedule is None:
            raise NotFound()
        if schedule.next_at is None:
            raise Conflict("paused", "This schedule is paused. Resume it first, then catch up.")
        missed = Occurrence.objects.filter(
            schedule=schedule,
            state=OccurrenceState.SKIPPED_MISFIRE,
            scheduled_for__gte=timezone.now() - MISSED_DAYS,
        ).order_by("-scheduled_for")[:MOST_CAUGHT_UP]
        count = Occurrence.objects.filter(pk__in=list(missed.values_list("pk", flat=True))).update(
            state=OccurrenceState.QUEUED, reason=""
        )
        if not count:
            raise Conflict("nothing_missed", "No time was missed in the last 7 days.")
        _record(principal, "start.caught_up", workflow, node, count)
    return count


def _refuse_unknown(workflow: Workflow, node: str) -> None:
    live = parse_graph(workflow.live_version.graph).nodes if workflow.live_version else []
    if not any(one.key == node and one.type in KINDS for one in live):
        raise NotFound()


def _record(principal: Principal, action: str, workflow: Workflow, node: str, count: int | None = None) -> None:
    audit.record(
        principal,
        action,
        workspace_id=workflow.workspace_id,
        object_type="workflow",
        object_id=workflow.pk,
        object_name=workflow.name,
        detail={"step": node} if count is None else {"step": node, "times": count},
    )
