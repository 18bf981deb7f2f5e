"""A process that lost a run tells the next owner what became of the effects it began."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.models import Workflow
from orchestrator.runs.host import Host
from orchestrator.runs.models import Mail, Run, RunEvent, RunStatus
from tests.integration.authoring import Browser
from tests.integration.runs.conftest import DRIVE_SECONDS
from tests.integration.runs.graphs import node, row
from tests.integration.runs.outside import Outside

Publish = Callable[[dict[str, Any]], Workflow]
Start = Callable[..., Run]
Drive = Callable[[Run], Run]
SOMEBODY = UUID(int=7)


@pytest.fixture
def lost(host: Host, publish: Publish, start: Start, outside: Outside) -> Run:
    """A run that was taken over while its step was paying; whoever drove it before heard the answer."""
    outside.held["pay"] = threading.Event()
    run = start(publish(row(node("pay", "http_request", {"method": "POST", "url": outside.url("pay")}))))
    driven = host.execute(UUID(str(run.id)))
    assert outside.arrived.acquire(timeout=DRIVE_SECONDS)
    Run.objects.filter(pk=run.pk).update(owner=SOMEBODY, fence=99)
    outside.held["pay"].set()
    assert driven.result(DRIVE_SECONDS) == "stale"
    reading = asyncio.run_coroutine_threadsafe(host.read_value(run.id, 0), host.loop)
    reading.result(DRIVE_SECONDS)  # the thread that reads it posted the mail before
    return run


def take_over(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(owner=None, wake_at=timezone.now())


def test_the_outcome_is_mail_to_the_run(lost: Run) -> None:
    letter = Mail.objects.get(run_id=lost.pk)
    assert (letter.kind, letter.step, letter.dedupe) == ("late_result", 2, "late:2:1")
    assert letter.body["output"]["json"] == {"seen": 1}


def test_the_next_owner_takes_what_it_could_not_know(lost: Run, drive: Drive, maria: Browser, outside: Outside) -> None:
    take_over(lost)
    assert drive(lost).status == RunStatus.DONE
    assert outside.hits == ["pay"]
    assert maria.get(f"runs/{lost.pk}/values").json()["pay"]["json"] == {"seen": 1}
    kinds = list(RunEvent.objects.filter(run_id=lost.pk).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["run_started", "step_started", "step_unknown", "step_done", "run_finished"]


def test_it_is_too_late_once_somebody_has_answered(lost: Run, drive: Drive, maria: Browser) -> None:
    letter = Mail.objects.get(run_id=lost.pk)
    Mail.objects.all().delete()
    take_over(lost)
    assert drive(lost).status == RunStatus.WAITING
    maria.post(f"runs/{lost.pk}/steps/2/review", {"answer": "done", "note": "The bank shows it", "output": 5})
    letter.id = None
    letter.dedupe = f"{uuid7()}"
    letter.save()
    assert drive(lost).status == RunStatus.DONE
    assert maria.get(f"runs/{lost.pk}/values").json()["pay"] == 5
    assert "mail_ignored" in RunEvent.objects.filter(run_id=lost.pk).values_list("kind", flat=True)
