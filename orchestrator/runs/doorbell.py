"""The doorbell: a Celery message that says "look at this run". It carries no state.

Lost, the sweep rings again; doubled, the claim refuses. So failures to ring are counted in the log and forgotten.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

from orchestrator.celery import app
from orchestrator.runs import store

log = logging.getLogger(__name__)
GROUP = 32
"""Runs a message names at most: a worker's thread is held until the last of them has ended or parked."""
LOST = (OperationalError, redis.RedisError, OSError)


def _send(task: str, arguments: list[object], queue: str) -> bool:
    try:
        app.send_task(task, arguments, queue=queue, retry=False, ignore_result=True)
    except LOST as error:
        log.warning("The doorbell %s was not heard: %s", task, error)
        return False
    return True


class Bell:
    """Rings from a thread of its own. What is rung for while a message is on its way shares the next one: many starts
    at once are few messages, a single one waits for nobody. The thread is joined at the end of the process."""

    def __init__(self) -> None:
        self._runs: deque[UUID] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bell")

    def ring(self, runs: Iterable[UUID]) -> None:
        self._runs.extend(runs)
        if self._runs:
            self._thread.submit(self._send)

    def _send(self) -> None:
        while self._runs:
            group = [self._runs.popleft() for _ in range(min(len(self._runs), GROUP))]
            if not _send("runs.advance_run", [str(run) for run in group], "engine"):
                self._runs.clear()
                return


_bell = Bell()


def _hang_anew() -> None:
    """Threads do not live through a fork."""
    global _bell
    _bell = Bell()


os.register_at_fork(after_in_child=_hang_anew)


def ring(runs: Iterable[UUID]) -> None:
    """Have some engine worker look at each of `runs`. Call it after the commit."""
    _bell.ring(runs)


def ring_step(run: UUID, step: int, attempt: int, queue: str) -> None:
    """Have a worker of `queue` look at a step task."""
    _send("runs.execute_step", [str(run), step, attempt], queue)


def ring_reminder(task: UUID) -> None:
    """Have a worker send the reminder of a human task."""
    _send("runs.remind", [str(task)], "engine")


def ring_chore(name: str, id: UUID, queue: str = "engine") -> None:
    """Have a worker do one of `settings.CHORES`: work of another room that is too slow for a sweep or a request."""
    _send("runs.do_chore", [name, str(id)], queue)


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
