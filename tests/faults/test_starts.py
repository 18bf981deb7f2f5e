"""Between acceptance and start the broker forgets everything: each kind of start is made good by the sweep."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run, RunStatus
from orchestrator.triggers.actions.schedules import start_due
from orchestrator.triggers.models import IncomingLink, Occurrence, PublicForm, Schedule
from tests.faults.conftest import HERE, Crew
from tests.integration.authoring import edge, graph, node, sound

pytestmark = pytest.mark.product
STARTS: dict[str, dict[str, Any]] = {
    "start_link": {"access": "public"},
    "start_form": {"title": "Claims", "fields": [{"key": "name", "label": "Your name"}]},
    "start_schedule": {"kind": "cron", "cron": "0 0 29 2 *"},
}


def started_by(kind: str) -> dict[str, Any]:
    step = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": "hello"}]})
    return graph(node("start", kind, config=STARTS[kind]), step, edges=(edge("start", "greet"),))


def test_what_was_accepted_runs_although_the_broker_forgot_it(
    crew: Crew, publish: Callable[[dict[str, Any]], Workflow], settled: Callable[..., Run]
) -> None:
    by_hand = publish(sound())
    called, filled, clocked = (publish(started_by(kind)) for kind in STARTS)
    token = IncomingLink.objects.get(workflow=called).token
    slug = PublicForm.objects.get(workflow=filled).slug
    assert Client().get(f"/api/forms/{slug}").status_code == 200  # loads what the doors need
    frozen = crew.of("engine")
    for worker in frozen:
        worker.signal(signal.SIGSTOP)
    start_run(HERE, workflow=by_hand, payload={}, how="manual")
    assert Client().post(f"/hooks/{token}", {}, content_type="application/json").status_code == 202
    assert Client().post(f"/api/forms/{slug}", {"name": "Ann"}).status_code == 202
    Schedule.objects.filter(workflow=clocked).update(next_at=timezone.now())
    start_due()
    assert Occurrence.objects.get(schedule__workflow=clocked).state == "started"
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    for worker in frozen:
        worker.signal(signal.SIGCONT)
    runs = [Run.objects.get(workflow=workflow) for workflow in (by_hand, called, filled, clocked)]
    assert {RunStatus(settled(run.pk).status) for run in runs} == {RunStatus.DONE}
    assert [run.how for run in runs] == ["manual", "link", "form", "schedule"]


def test_many_workers_start_each_time_once(
    crew: Crew, publish: Callable[[dict[str, Any]], Workflow], settled: Callable[..., Run]
) -> None:
    """The workers' own sweeps, one of them killed on the way."""
    workflow = publish(started_by("start_schedule"))
    crew.hire(engine=3)
    crew.all_ready()
    for killed in range(3):
        Schedule.objects.filter(workflow=workflow).update(next_at=timezone.now())
        if killed == 1:
            crew.of("engine")[0].kill()
        until = time.monotonic() + 30
        while Occurrence.objects.filter(schedule__workflow=workflow).count() <= killed:
            assert time.monotonic() < until
            time.sleep(0.02)  # looks again; ends with the state, not with the time
        for occurrence in Occurrence.objects.filter(schedule__workflow=workflow):
            assert RunStatus(settled(occurrence.run_id).status) is RunStatus.DONE
    assert Run.objects.filter(workflow=workflow).count() == 3
