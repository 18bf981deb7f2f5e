"""The doorbell: a Celery message that says "look at this run". It carries no state.

Lost, the sweep rings again; doubled, the claim refuses. So failures to ring are counted in the log and forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

from orchestrator.celery import app
from orchestrator.runs import store

log = logging.getLogger(__name__)
LOST = (OperationalError, redis.RedisError, OSError)


def _send(task: str, arguments: list[object], queue: str) -> bool:
    try:
        app.send_task(task, arguments, queue=queue, retry=False, ignore_result=True)
    except LOST as error:
        log.warning("The doorbell %s was not heard: %s", task, error)
        return False
    return True


def ring(runs: Iterable[UUID]) -> None:
    """Have some engine worker look at each of `runs`. Call it after the commit."""
    for run in runs:
        if not _send("runs.advance_run", [str(run)], "engine"):
            return


def ring_step(run: UUID, step: int, attempt: int, queue: str) -> None:
    """Have a worker of `queue` look at a step task."""
    _send("runs.execute_step", [str(run), step, attempt], queue)


def wake(connection: store.Connection, *runs: UUID) -> None:
    """After mail for `runs` was committed: parked ones are rung for, the owners of running ones are told.

    Without the owner's bell it finds the mail within a quarter of a second.
    """
    parked = store.promote(connection, runs)
    ring(parked)
    owned = [run for run in runs if run not in parked]
    if not owned:
        return
    owners = "SELECT DISTINCT owner FROM runs WHERE id = ANY(%s) AND owner IS NOT NULL"
    try:
        for row in connection.execute(owners, [owned]).fetchall():
            _broker().publish(f"host:{row[0]}", b"mail")
    except redis.RedisError as error:
        log.warning("The owner's bell was not heard: %s", error)


@lru_cache(maxsize=1)
def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)
