"""The lease of a process: one row, one heartbeat, whatever the number of runs it owns.

The local deadline counts from *before* a beat was sent, so a slow database never makes this process believe it lives
longer than the others believe it does.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from uuid import UUID

import psycopg
from django.conf import settings

from orchestrator.runs import store

log = logging.getLogger(__name__)

FENCED_OFF = 70
BEAT = """
UPDATE worker_leases SET alive_until = clock_timestamp() + make_interval(secs => %(lease)s) WHERE id = %(me)s
RETURNING id
"""
BEGIN = """
INSERT INTO worker_leases (id, kind, alive_until)
VALUES (%(me)s, %(kind)s, clock_timestamp() + make_interval(secs => %(lease)s))
"""


class Lease:
    """Beats in a thread of its own, every third of the lease, for as long as `alive()` says so."""

    def __init__(self, me: UUID, kind: str, alive: Callable[[], bool]) -> None:
        self._me = me
        self._kind = kind
        self._alive = alive
        self._seconds = settings.LEASE_SECONDS
        self._until = 0.0
        self._steady_since = float("-inf")
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)

    def start(self) -> None:
        connection = store.connect()
        asked = time.monotonic()
        connection.execute(BEGIN, {"me": self._me, "kind": self._kind, "lease": self._seconds})
        self._until = asked + self._seconds
        connection.close()
        self._thread.start()

    def stop(self) -> None:
        """Give the lease back at once, so that nobody waits for it to run out."""
        self._stopped.set()
        self._thread.join()
        connection = store.connect()
        connection.execute("DELETE FROM worker_leases WHERE id = %s", [self._me])
        connection.close()

    def is_fresh(self) -> bool:
        """May an effect still be started? A quarter of the lease is kept as margin."""
        return time.monotonic() < self._until - self._seconds / 4

    def may_bury(self) -> bool:
        """May this process call others dead? When the database comes back every lease is old; whoever is first must
        leave the others the time for a beat, or all would be buried and what they know be lost."""
        return self.is_fresh() and time.monotonic() - self._steady_since > self._seconds / 2

    def _beat(self) -> None:
        connection: store.Connection | None = None
        pause = self._seconds / 3
        while not self._stopped.wait(pause):
            pause = self._seconds / 3
            if not self._alive():
                log.error("The loop or the writer of this worker is stuck; it gives up its runs.")
                os._exit(FENCED_OFF)
            try:
                connection = connection or store.connect()
                self._renew(connection)
            except psycopg.Error as error:  # also of a server that only reads: the heart must go on trying
                log.warning("No heartbeat: %s", error)
                if connection is not None:
                    connection.close()
                connection, pause = None, self._seconds / 10
        if connection is not None:
            connection.close()

    def _renew(self, connection: store.Connection) -> None:
        asked = time.monotonic()
        with connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = off")
            row = connection.execute(BEAT, {"me": self._me, "lease": self._seconds}).fetchone()
        if row is None:
            # Others took over what this process owned: nothing it still holds may be written or done.
            log.error("This worker's lease ran out; it stops and starts anew.")
            os._exit(FENCED_OFF)
        if asked > self._until:
            self._steady_since = asked
        self._until = asked + self._seconds
