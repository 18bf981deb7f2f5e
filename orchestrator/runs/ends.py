"""Waiting for the end of runs in the threads of the web server: few at a time, looked after by one statement.

A request that waits holds one of a fixed number of threads, so only some of them may; whoever finds no place is told
at once. One thread looks for all who wait, often at first and then less and less, and needs no broker for it.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, close_old_connections

from orchestrator.runs.database import in_database
from orchestrator.runs.models import Run, RunStatus

log = logging.getLogger(__name__)

FIRST_LOOK_S = 0.01
LAST_LOOK_S = 0.5
LESS_OFTEN = 0.1
"""Looked at again after a tenth of the time that the youngest has waited."""


@dataclass(frozen=True, kw_only=True)
class _Waiter:
    run: UUID
    since: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)


class Ends:
    """`places` is how many may wait at once."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._waiting: set[_Waiter] = set()
        self._lock = threading.Lock()
        self._looking = False

    def wait(self, run: UUID, seconds: float) -> bool:
        """Whether the run has ended within so many seconds. False at once where too many wait already."""
        if not self._places.acquire(blocking=False):
            return False
        waiter = _Waiter(run=run)
        close_old_connections()  # nobody who only waits keeps one from those who work
        try:
            self._join(waiter)
            return waiter.ended.wait(seconds)
        finally:
            with self._lock:
                self._waiting.discard(waiter)
            self._places.release()

    def _join(self, waiter: _Waiter) -> None:
        with self._lock:
            self._waiting.add(waiter)
            start, self._looking = not self._looking, True
        if start:
            threading.Thread(target=self._look, name="ends", daemon=True).start()

    def _look(self) -> None:
        """Until nobody waits any more."""
        while True:
            with self._lock:
                waiting = list(self._waiting)
                self._looking = bool(waiting)
            if not waiting:
                return
            self._tell(waiting)
            youngest = time.monotonic() - max(waiter.since for waiter in waiting)
            time.sleep(min(max(youngest * LESS_OFTEN, FIRST_LOOK_S), LAST_LOOK_S))  # between two looks

    @staticmethod
    def _tell(waiting: list[_Waiter]) -> None:
        try:
            ended = in_database(_ended, {waiter.run for waiter in waiting})
        except OperationalError as error:
            log.warning("Nobody could be told that a run has ended: %s", error)
            return
        for waiter in waiting:
            if waiter.run in ended:
                waiter.ended.set()


def _ended(runs: set[UUID]) -> set[UUID]:
    found = Run.objects.filter(id__in=runs, status__gte=RunStatus.DONE)
    return set(found.values_list("id", flat=True))


ends = Ends(max(1, settings.DATABASE_POOL // 2))
"""Of this process. Half of its threads stay free for those who do not wait."""
