"""Brings the mail of this process's runs to them: when its bell rings, and every quarter of a second anyway.

On the same line it hears which versions of assets are to be read anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

import psycopg
import redis
from django.conf import settings

from orchestrator.assets import versions
from orchestrator.runs import store
from orchestrator.runs.letter import Letter
from orchestrator.runs.watching import watched

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.25
OWNED_MAIL = """
SELECT m.id, m.run_id, m.kind, m.step, m.body FROM runs r JOIN mailbox m ON m.run_id = r.id
WHERE r.owner = %s ORDER BY m.id
"""


class LetterReader:
    """Owns a thread, a connection and a subscription. Also keeps who is watching which run in a browser."""

    def __init__(self, me: UUID, deliver: Callable[[dict[UUID, list[Letter]]], None]) -> None:
        self._me = me
        self._deliver = deliver
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="letters", daemon=True)
        self._broker = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1)
        self.watched: frozenset[str] = frozenset()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _read(self) -> None:
        connection: store.Connection | None = None
        bell: redis.client.PubSub | None = None
        while not self._stopped.is_set():
            bell = self._listen(bell)
            try:
                connection = connection or _listening()
                self._fetch(connection)
            except psycopg.OperationalError as error:
                log.warning("No mail can be read: %s", error)
                connection = None
        if connection is not None:
            connection.close()

    def _listen(self, bell: redis.client.PubSub | None) -> redis.client.PubSub | None:
        """Wait for the bell, at most a quarter of a second. Without a broker the time alone passes."""
        until = time.monotonic() + EVERY_SECONDS
        try:
            if bell is None:
                bell = self._broker.pubsub(ignore_subscribe_messages=True)
                bell.subscribe(f"host:{self._me}")
            while (left := until - time.monotonic()) > 0:
                if bell.get_message(timeout=left):
                    break
            self.watched = watched(self._broker)
        except redis.RedisError:
            self._stopped.wait(max(until - time.monotonic(), 0))
            return None
        return bell

    def _fetch(self, connection: store.Connection) -> None:
        piles: dict[UUID, list[Letter]] = {}
        for row in connection.execute(OWNED_MAIL, [self._me]):
            piles.setdefault(row.run_id, []).append(Letter(id=row.id, kind=row.kind, step=row.step, body=row.body))
        if piles:
            self._deliver(piles)


def _listening() -> store.Connection:
    """A line on which each reading of the mail also brings the notices that came meanwhile."""
    connection = store.connect()
    connection.add_notify_handler(lambda notice: versions.heard(notice.payload))
    connection.execute(f"LISTEN {versions.CHANNEL}")
    return connection
