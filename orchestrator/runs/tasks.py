"""The Celery tasks: what the doorbells ring for."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import bootsteps, shared_task, signals
from django.conf import settings
from django.utils.module_loading import import_string

from orchestrator.documents.parse import parse
from orchestrator.runs.database import in_database
from orchestrator.runs.host import Host
from orchestrator.runs.reminders import remind
from orchestrator.runs.remote import work

log = logging.getLogger(__name__)


class HostStep(bootsteps.StartStopStep):
    """Starts and drains the host together with an engine worker (the one with a pool of threads)."""

    requires = {"celery.worker.components:Pool"}
    host: Host | None = None

    def include_if(self, parent: Any) -> bool:
        return "thread" in getattr(parent.pool_cls, "__module__", "")

    def start(self, parent: Any) -> None:
        HostStep.host = Host()
        HostStep.host.start()

    def stop(self, parent: Any) -> None:
        if HostStep.host is not None:
            HostStep.host.stop()
            HostStep.host = None


@signals.worker_shutting_down.connect
def begin_drain(**_: Any) -> None:
    """Called in a signal handler: only a flag is set."""
    if HostStep.host is not None:
        HostStep.host.drain()


@signals.worker_process_init.connect
def warm_up(**_: Any) -> None:
    """The first document after a start would otherwise wait for the parsers to be loaded."""
    parse(b"A short letter, long enough to tell in which language it was written.", "letter.txt")


@shared_task(name="runs.advance_run", ignore_result=True)
def advance_run(*runs: str) -> list[str]:
    """Drive `runs` until each has ended or is parked. Lost, doubled or late it changes nothing."""
    host = HostStep.host
    if host is None:
        return []
    return [driven.result() for driven in [host.execute(UUID(run)) for run in runs]]


@shared_task(name="runs.execute_step", ignore_result=True)
def execute_step(run: str, step: int, attempt: int) -> str:
    """Do one attempt of a step that runs away from the engine."""
    return work(UUID(run), step, attempt)


@shared_task(name="runs.remind", ignore_result=True)
def send_reminder(task: str) -> None:
    """Remind the people a human task waits for."""
    in_database(remind, UUID(task))


@shared_task(name="runs.do_chore", ignore_result=True)
def do_chore(name: str, id: str) -> None:
    """Do one of `settings.CHORES` for the row with this id."""
    in_database(import_string(settings.CHORES[name]), UUID(id))
