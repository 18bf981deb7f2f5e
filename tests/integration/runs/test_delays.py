"""Runs that wait for a time: in memory for seconds, in the database for longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from builder.models import Workflow
from orchestrator.runs.models import Run, RunStatus, Step, Wait
from tests.integration.authoring import Browser
from tests.integration.runs.graphs import Graph, node, row

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]


def resting(seconds: float) -> Graph:
    return row(
        node("rest", "wait", {"amount": seconds, "unit": "seconds"}),
        node("after", "set_fields", {"fields": [{"name": "rested", "value": {"$expr": "rest.until"}}]}),
    )


def test_a_long_wait_is_left_to_the_database(publish: Publish, start: Start, drive: Drive, maria: Browser) -> None:
    run = drive(start(publish(resting(3600))))
    assert (RunStatus(run.status), run.owner) == (RunStatus.WAITING, None)
    assert run.wake_at is not None
    assert timedelta(minutes=59) < run.wake_at - timezone.now() < timedelta(minutes=61)
    assert run.waiting_for == f"Waits until {run.wake_at.day} {run.wake_at:%b, %H:%M} UTC"
    shown = next(step for step in maria.get(f"runs/{run.pk}").json()["steps"] if step["node"] == "rest")
    assert (shown["status"], shown["wait"]["kind"]) == ("waiting", "delay")
    assert not Wait.objects.exists()


def test_a_waiting_run_that_nobody_woke_goes_back_to_its_wait(publish: Publish, start: Start, drive: Drive) -> None:
    run = drive(start(publish(resting(3600))))
    Run.objects.filter(pk=run.pk).update(wake_at=timezone.now())
    again = drive(run)
    assert (RunStatus(again.status), again.wake_at) == (RunStatus.WAITING, run.wake_at)


@pytest.mark.parametrize("seconds", [0.3, 5.3])
def test_when_the_time_has_come_the_run_goes_on(
    publish: Publish, start: Start, drive: Drive, maria: Browser, seconds: float
) -> None:
    """The longer one is parked in between: the database and nobody else knows of it then."""
    began = time.monotonic()
    run = drive(start(publish(resting(seconds))))
    while run.wake_at is not None:
        time.sleep(max((run.wake_at - timezone.now()).total_seconds(), 0))  # it waits for the clock, and so do we
        run = drive(run)
    assert time.monotonic() - began >= seconds
    assert RunStatus(run.status) is RunStatus.DONE, run.error
    values = maria.get(f"runs/{run.pk}/values").json()
    assert values["after"]["rested"] == values["rest"]["until"]
    rest = Step.objects.get(run_id=run.pk, node="rest")
    assert rest.ended_at - rest.started_at >= timedelta(seconds=seconds - 0.05)


def test_a_stopped_run_waits_no_longer(publish: Publish, start: Start, drive: Drive, maria: Browser) -> None:
    run = drive(start(publish(resting(3600))))
    maria.post(f"runs/{run.pk}/cancel", {"reason": "Not needed"})
    ended = drive(run)
    assert (RunStatus(ended.status), ended.waiting_for, ended.wake_at) == (RunStatus.CANCELLED, "", None)
