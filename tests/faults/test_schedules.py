"""Schedules whose schedulers die, or sleep for hours: each time is taken once, and what was missed as was agreed."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.models import Run, RunStatus
from orchestrator.triggers.models import Occurrence, Schedule
from tests.faults.crew import Crew, fault
from tests.faults.invariants import World, again
from tests.faults.load import Publish, call
from tests.faults.sink import Sink
from tests.integration.runs.graphs import graph, line, node

pytestmark = [pytest.mark.product, pytest.mark.full]
SCHEDULERS = 5
MISSED = 13
"""Times in two hours, ten minutes apart, both ends counted."""
MOST = 5
KILLS = 12
BERLIN = ZoneInfo("Europe/Berlin")


def ten_minutes(newest: datetime, sink: Sink, **policy: Any) -> dict[str, Any]:
    """Due every ten minutes, one of them at `newest`."""
    rule = {"kind": "cron", "cron": f"{newest.minute % 10}-59/10 * * * *", **policy}
    return graph([node("clock", "start_schedule", rule), call(sink, "keyed")], [line("clock", "keyed")])


@pytest.fixture
def newest() -> datetime:
    """The last of the times that were missed: too late to be on time, too early for the next to be due."""
    return (timezone.now() - timedelta(minutes=3)).replace(second=0, microsecond=0)


def asleep_for_two_hours(workflow: Workflow, newest: datetime) -> None:
    """As if nobody had looked since."""
    assert Schedule.objects.filter(workflow=workflow).update(next_at=newest - timedelta(hours=2)) == 1


def occurrences(workflow: Workflow) -> Counter[str]:
    return Counter(Occurrence.objects.filter(schedule__workflow=workflow).values_list("state", flat=True))


def taken_up(workflow: Workflow, crew: Crew, world: World, seconds: float = 120) -> None:
    """Looks until nothing is due and nothing waits."""
    until = time.monotonic() + seconds

    def busy() -> bool:
        due = Schedule.objects.filter(workflow=workflow, next_at__lte=timezone.now()).exists()
        return due or occurrences(workflow)["queued"] > 0

    while again(busy):
        if world.supervisor is not None:
            world.supervisor()
        assert time.monotonic() < until, occurrences(workflow)
        time.sleep(0.05)  # looks again; ends with the state, not with the time


def test_five_schedulers_that_are_killed_at_any_moment_start_each_time_once(
    bare_crew: Crew, world: World, publish: Publish, sink: Sink, newest: datetime
) -> None:
    """In a transaction of the sweep, before its commit, after it, between two statements; two hours are to be caught
    up with, one run after the other."""
    workflow = publish(ten_minutes(newest, sink, misfire="catch_up", catch_up=MISSED, overlap="queue"))
    bare_crew.kill_all()
    moments = itertools.cycle(
        [
            *[fault(f"{when} commit of sweep", nth) for nth in (1, 2, 3) for when in ("before", "after")],
            *[fault("any of the sweep", nth) for nth in (25, 40, 55, 70, 85, 100)],
        ]
    )
    doomed = 0

    def replace() -> None:
        nonlocal doomed
        for _ in range(SCHEDULERS - len(bare_crew.of("engine"))):
            doomed += 1
            bare_crew.add(faults=[next(moments)] if doomed <= KILLS else [])

    asleep_for_two_hours(workflow, newest)
    world.supervisor = replace
    taken_up(workflow, bare_crew, world)
    assert occurrences(workflow) == {"started": MISSED}
    taken = Occurrence.objects.filter(schedule__workflow=workflow).order_by("scheduled_for")
    world.started += [one.run_id for one in taken]
    assert len(set(world.started)) == MISSED
    assert world.violations(within=60) == []
    runs = [Run.objects.get(pk=run) for run in world.started]
    assert {RunStatus(run.status) for run in runs} == {RunStatus.DONE}
    assert [(one, other) for one, other in itertools.pairwise(runs) if other.created_at < one.ended_at] == []
    assert len([worker for worker in bare_crew.everybody if worker.struck() and not worker.lives]) >= KILLS // 2


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"misfire": "skip"}, {"skipped_misfire": MISSED}),
        ({"misfire": "latest"}, {"skipped_misfire": MISSED - 1, "started": 1}),
        ({"misfire": "catch_up", "catch_up": MOST}, {"skipped_misfire": MISSED - MOST, "started": MOST}),
    ],
)
def test_what_was_missed_in_two_hours_is_dealt_with_as_agreed_and_no_more(
    crew: Crew,
    world: World,
    publish: Publish,
    sink: Sink,
    newest: datetime,
    policy: dict[str, Any],
    expected: dict[str, int],
) -> None:
    workflow = publish(ten_minutes(newest, sink, **policy))
    asleep_for_two_hours(workflow, newest)
    taken_up(workflow, crew, world)
    assert occurrences(workflow) == expected
    started = Occurrence.objects.filter(schedule__workflow=workflow, state="started").order_by("scheduled_for")
    last = Occurrence.objects.filter(schedule__workflow=workflow).order_by("-scheduled_for")[: len(started)]
    assert set(started) == set(last)
    world.started += [one.run_id for one in started]
    assert world.violations(within=60) == []
    assert sink.hits.total() == len(started)


def test_a_time_that_clocks_skip_or_show_twice_is_taken_once_on_its_day(
    crew: Crew, world: World, publish: Publish, sink: Sink
) -> None:
    """Half past two in Berlin, each day of four hundred: in spring it is left out, in autumn it comes twice."""
    rule = {"kind": "cron", "cron": "30 2 * * *", "time_zone": "Europe/Berlin", "misfire": "skip"}
    graph_ = graph([node("clock", "start_schedule", rule), call(sink, "keyed")], [line("clock", "keyed")])
    workflow = publish(graph_)
    today = timezone.now().astimezone(BERLIN)
    last = today.date() - timedelta(days=1)
    first = last - timedelta(days=400)
    begin = datetime(first.year, first.month, first.day, 2, 30, tzinfo=BERLIN)
    Schedule.objects.filter(workflow=workflow).update(next_at=begin)
    taken_up(workflow, crew, world)
    times = Occurrence.objects.filter(schedule__workflow=workflow).values_list("scheduled_for", flat=True)
    days = Counter(time.astimezone(BERLIN).date() for time in times)
    days.pop(today.date(), None)  # may have come already, or not yet
    assert days == {first + timedelta(days=day): 1 for day in range(401)}
    world.started += Occurrence.objects.filter(schedule__workflow=workflow, run__isnull=False).values_list(
        "run", flat=True
    )
    assert world.violations(within=60) == []
