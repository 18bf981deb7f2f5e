"""Schedules: their registration, and the starts they make.

Any number of processes look after all schedules; each time of each schedule is taken by one of them, because the row
that says what became of it is written together with the run. The database's clock decides what is due.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from builder.models import Version, Workflow
from orchestrator.api.errors import Conflict, ProblemError, TooMany
from orchestrator.governance.principal import system
from orchestrator.nodes.recurrence import due_times, next_times
from orchestrator.nodes.start_schedule import StartSchedule
from orchestrator.runs.actions import cancel_run, start_run
from orchestrator.runs.models import Restoration, Run, RunStatus
from orchestrator.triggers.models import Occurrence, OccurrenceState, Schedule
from orchestrator.triggers.pauses import paused_nodes
from orchestrator.triggers.schedules import start_schedules

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=60)
"""A time that is taken up later than this was missed."""
MOST_MISSED = 1000
"""So many missed times are written down one by one; of a longer silence the newest."""
MOST_QUEUED = 100
LOOK_AT = 500
STARTED_BY = "schedule"
MISSED = "Nothing was running at this time, and missed times are left out."
FORGOTTEN = "This time lies between a backup and the return to it. Whether it was started is not known."


def register_schedules(workflow_id: UUID, version_id: UUID) -> None:
    """A version went live: each of its schedules is due at its next time. One whose settings stayed keeps its time."""
    version = Version.objects.select_related("workflow").get(pk=version_id)
    nodes = start_schedules(version.graph)
    _rest(Schedule.objects.filter(workflow_id=workflow_id).exclude(node__in=nodes))
    now, paused = _now(), paused_nodes(workflow_id)
    for key, node in nodes.items():
        config = StartSchedule.Config.model_validate(node.config)
        fields = {"workspace_id": version.workflow.workspace_id, "config": config.model_dump()}
        Schedule.objects.get_or_create(workflow_id=workflow_id, node=key, defaults=fields)
        schedule = Schedule.objects.select_for_update(no_key=True).get(workflow_id=workflow_id, node=key)
        if schedule.next_at is None or schedule.config != fields["config"]:
            schedule.config = fields["config"]
            schedule.next_at = None if key in paused else _next(config, now)
            schedule.save(update_fields=["config", "next_at"])


def rest_schedules(workflow_id: UUID) -> None:
    """The workflow is paused: nothing is due until it is published again, and what is due meanwhile was not missed."""
    _rest(Schedule.objects.filter(workflow_id=workflow_id))


def rest_schedule(workflow_id: UUID, node: str) -> None:
    """The same for one of its schedules."""
    _rest(Schedule.objects.filter(workflow_id=workflow_id, node=node))


def wake_schedule(workflow_id: UUID, node: str) -> None:
    """A schedule that rested is due at its next time again."""
    for schedule in Schedule.objects.select_for_update(no_key=True).filter(workflow_id=workflow_id, node=node):
        schedule.next_at = _next(StartSchedule.Config.model_validate(schedule.config), _now())
        schedule.save(update_fields=["next_at"])


def _rest(schedules: Any) -> None:
    schedules.update(next_at=None)
    Occurrence.objects.filter(schedule__in=schedules, state=OccurrenceState.QUEUED).update(
        state=OccurrenceState.SKIPPED_PAUSED, reason="The schedule was paused before this could start."
    )


def start_due() -> None:
    """Start what is due. Called each second by every engine worker."""
    for schedule in _due():
        try:
            with transaction.atomic():
                _take_up(schedule)
        except OperationalError:
            raise
        except Exception:
            log.exception("Schedule %s could not be taken up", schedule)  # the others must not wait for it


def _due() -> list[UUID]:
    """The schedules that have something to start, or that had to wait for a run that has ended."""
    queued = Occurrence.objects.filter(schedule=OuterRef("pk"), state=OccurrenceState.QUEUED)
    ended = Q(last_run__isnull=True) | Q(last_run__status__gte=RunStatus.DONE)
    due = Schedule.objects.filter(next_at__lte=_now()).order_by("next_at")
    freed = Schedule.objects.filter(ended, Exists(queued), next_at__isnull=False)
    return [*due.values_list("pk", flat=True)[:LOOK_AT], *freed.values_list("pk", flat=True)[:LOOK_AT]]


@dataclass(kw_only=True)
class _Taken:
    """A schedule that is locked by this transaction."""

    schedule: Schedule
    config: StartSchedule.Config
    workflow: Workflow
    busy: bool
    """A run of it is not finished, or another time waits for that."""


def _take_up(id: UUID) -> None:
    rows = Schedule.objects.select_for_update(skip_locked=True, no_key=True)
    schedule = rows.filter(pk=id, next_at__isnull=False).first()
    if schedule is None:
        return  # another process is at it, or it was paused
    workflow = Workflow.objects.live().select_related("live_version").filter(pk=schedule.workflow_id).first()
    if workflow is None:
        _rest(Schedule.objects.filter(pk=id))
        return
    config = StartSchedule.Config.model_validate(schedule.config)
    taken = _Taken(schedule=schedule, config=config, workflow=workflow, busy=_run_is_open(schedule))
    _start_queued(taken)
    now = _now()
    if schedule.next_at <= now:
        _start_times(taken, due_times(config, schedule.next_at, now, MOST_MISSED), now)
        schedule.next_at = _next(config, now)
    schedule.save(update_fields=["next_at", "last_run"])


def _start_queued(taken: _Taken) -> None:
    queued = taken.schedule.occurrences.filter(state=OccurrenceState.QUEUED).order_by("scheduled_for")
    first = queued.first()
    if first is None:
        return
    if not taken.busy:
        _start(taken, first)
        first.save(update_fields=["state", "reason", "run"])
    taken.busy = taken.busy or queued.exists()


def _start_times(taken: _Taken, due: list[datetime], now: datetime) -> None:
    """What becomes of each of `due`, oldest first: on time, or missed."""
    late = [time for time in due if now - time > GRACE]
    forgotten = _forgotten(due)
    kept = _kept(taken.config, due, late) - forgotten
    patient = taken.config.overlap == "queue" or (taken.config.misfire == "catch_up" and bool(late))
    rows = []
    for time in due:
        row = Occurrence(schedule=taken.schedule, scheduled_for=time)
        if time in kept:
            _start_or_wait(taken, row, patient=patient)
        else:
            row.state = OccurrenceState.SKIPPED_MISFIRE
            row.reason = FORGOTTEN if time in forgotten else MISSED
        rows.append(row)
    Occurrence.objects.bulk_create(rows)


def _forgotten(due: list[datetime]) -> set[datetime]:
    """Of these the times that may have been started before the installation returned to a backup: starting them again
    could do everything twice, so it is left to a person."""
    if not due:
        return set()
    away = list(Restoration.objects.filter(restored_at__gt=due[0]).values_list("taken_at", "restored_at"))
    return {time for time in due if any(taken_at < time <= restored_at for taken_at, restored_at in away)}


def _kept(config: StartSchedule.Config, due: list[datetime], late: list[datetime]) -> set[datetime]:
    """Of the times that are due, those that start a run."""
    if config.misfire == "latest":
        return set(due[len(late) :] or due[-1:])
    if config.misfire == "catch_up":
        return set(late[-config.catch_up :]) | set(due[len(late) :])
    return set(due[len(late) :])


def _start_or_wait(taken: _Taken, row: Occurrence, *, patient: bool) -> None:
    if not taken.busy:
        _start(taken, row)
    elif taken.config.overlap == "cancel_previous":
        _cancel_previous(taken.schedule)
        _start(taken, row)
    elif patient and _queue_length(taken.schedule) < MOST_QUEUED:
        row.state = OccurrenceState.QUEUED
    else:
        row.state = OccurrenceState.SKIPPED_OVERLAP
        row.reason = "The run before was not finished."
        if patient:
            row.reason = f"{MOST_QUEUED} times waited already for the run before."


def _start(taken: _Taken, row: Occurrence) -> None:
    """Fills `row` in, unsaved."""
    scheduled_for = row.scheduled_for.isoformat()
    try:
        with transaction.atomic():
            row.run = start_run(
                system("schedule"),
                workflow=taken.workflow,
                version=taken.workflow.live_version,
                start=taken.schedule.node,
                payload={"scheduled_for": scheduled_for},
                how=STARTED_BY,
                start_key=f"schedule:{taken.schedule.pk}:{scheduled_for}",
            )
    except ProblemError as error:
        full = isinstance(error, TooMany)
        row.state = OccurrenceState.SKIPPED_BACKLOG if full else OccurrenceState.REFUSED
        row.reason = error.detail[:300]
        return
    row.state = OccurrenceState.STARTED
    row.reason = ""
    taken.schedule.last_run = row.run
    taken.busy = True


def _cancel_previous(schedule: Schedule) -> None:
    run = schedule.last_run
    if run is None or run.ended:
        return
    try:
        cancel_run(system("schedule"), run, "The schedule started the next run.")
    except Conflict:
        return  # it has ended in between


def _run_is_open(schedule: Schedule) -> bool:
    return Run.objects.filter(pk=schedule.last_run_id, status__lt=RunStatus.DONE).exists()


def _queue_length(schedule: Schedule) -> int:
    return schedule.occurrences.filter(state=OccurrenceState.QUEUED).count()


def _next(config: StartSchedule.Config, after: datetime) -> datetime | None:
    """None for a rule that is never due again."""
    return next(iter(next_times(config, after, 1)), None)


def _now() -> datetime:
    """By the database: the clocks of the workers may differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
