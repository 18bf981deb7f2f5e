"""The guarantee behind every doorbell: each second, every engine worker looks for what was forgotten.

Short statements of their own, SKIP LOCKED where rows are chosen, no long transaction; any number may run at once.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from uuid import UUID

import psycopg
from django.conf import settings
from django.utils.module_loading import import_string

from orchestrator.runs import store, waits
from orchestrator.runs.database import in_database
from orchestrator.runs.doorbell import ring, ring_step
from orchestrator.runs.mail import STEP_LOST, TASK_EXPIRED
from orchestrator.runs.queueing import ring_next

log = logging.getLogger(__name__)

RING_AGAIN = "5 seconds"

DEAD = """
WITH dead AS (DELETE FROM worker_leases WHERE alive_until < clock_timestamp() RETURNING id),
 l AS MATERIALIZED (SELECT r.id FROM runs r JOIN dead ON r.owner = dead.id ORDER BY r.id FOR NO KEY UPDATE OF r)
UPDATE runs r SET owner = NULL, wake_at = clock_timestamp(), rung_at = clock_timestamp(), crashes = crashes + 1 FROM l
WHERE r.id = l.id RETURNING r.id
"""
ORPHANS = """
WITH l AS MATERIALIZED (
  SELECT r.id FROM runs r WHERE r.owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM worker_leases w WHERE w.id = r.owner)
  ORDER BY r.id LIMIT 500 FOR NO KEY UPDATE OF r SKIP LOCKED)
UPDATE runs r SET owner = NULL, wake_at = clock_timestamp(), rung_at = clock_timestamp(), crashes = crashes + 1 FROM l
WHERE r.id = l.id AND NOT EXISTS (SELECT 1 FROM worker_leases w WHERE w.id = r.owner) RETURNING r.id
"""
LOST_STEPS = """
WITH l AS (SELECT run_id, step, attempt FROM step_tasks t WHERE state = 1
           AND NOT EXISTS (SELECT 1 FROM worker_leases w WHERE w.id = t.owner) LIMIT 500 FOR UPDATE SKIP LOCKED),
 t AS (UPDATE step_tasks t SET state = 3 FROM l WHERE t.run_id = l.run_id AND t.step = l.step AND t.attempt = l.attempt)
INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
SELECT l.run_id, %(kind)s, l.step, json_build_object('attempt', l.attempt), 'lost:' || l.step || ':' || l.attempt,
       clock_timestamp() FROM l JOIN runs r ON r.id = l.run_id AND r.status < 10
ON CONFLICT DO NOTHING RETURNING run_id
"""
EXPIRED = """
WITH d AS (UPDATE human_tasks SET state = 'expired', closed_at = clock_timestamp()
           WHERE id IN (SELECT id FROM human_tasks t WHERE state IN ('open', 'taken')
                        AND due_at <= (SELECT clock_timestamp())
                        AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.id = t.run_id AND p.status = 3)
                        LIMIT 500 FOR UPDATE SKIP LOCKED)
           RETURNING run_id, step, id)
INSERT INTO mailbox (run_id, kind, step, body, dedupe, at)
SELECT d.run_id, %(kind)s, d.step, '{}', 'task:' || d.id, clock_timestamp() FROM d
JOIN runs r ON r.id = d.run_id AND r.status < 10 ON CONFLICT DO NOTHING RETURNING run_id
"""
WITH_MAIL = """
SELECT DISTINCT m.run_id FROM mailbox m JOIN runs r ON r.id = m.run_id
WHERE r.owner IS NULL AND r.status < 10 AND (r.wake_at IS NULL OR r.wake_at > clock_timestamp()) LIMIT 500
"""
DEAD_MAIL = "DELETE FROM mailbox m USING runs r WHERE r.id = m.run_id AND r.status >= 10"
SILENT_STEPS = """
UPDATE step_tasks SET rung_at = clock_timestamp()
WHERE (run_id, step, attempt) IN (
  SELECT run_id, step, attempt FROM step_tasks
  WHERE state = 0 AND (rung_at IS NULL OR rung_at < (SELECT clock_timestamp()) - %(again)s::interval)
  LIMIT 500 FOR UPDATE SKIP LOCKED)
RETURNING run_id, step, attempt, queue
"""
SILENT_RUNS = """
UPDATE runs SET rung_at = clock_timestamp()
WHERE id IN (
  SELECT id FROM runs WHERE owner IS NULL AND wake_at <= (SELECT clock_timestamp())
    AND rung_at < (SELECT clock_timestamp()) - %(again)s::interval
  ORDER BY wake_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id
"""
QUEUED = """
SELECT DISTINCT workspace_id FROM runs
WHERE owner IS NULL AND rung_at IS NULL AND wake_at <= (SELECT clock_timestamp())
"""


class Sweep:
    """Owns a thread and a connection."""

    def __init__(self, me: UUID, driven: Callable[[], set[UUID]], may_bury: Callable[[], bool]) -> None:
        self._me = me
        self._may_bury = may_bury
        self._driven = driven
        self._suspects: set[UUID] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sweep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        others = [import_string(name) for name in settings.SWEEPS]
        connection: store.Connection | None = None
        while not self._stopped.wait(settings.SWEEP_SECONDS * random.uniform(0.7, 1.3)):
            try:
                connection = connection or store.connect()
                self._sweep(connection)
                for other in others:
                    in_database(other)
            except psycopg.OperationalError as error:
                log.warning("The sweep is held up: %s", error)
                connection = None
            except Exception:
                log.exception("A sweep failed")
        if connection is not None:
            connection.close()

    def _sweep(self, connection: store.Connection) -> None:
        if self._may_bury():
            ring(row.id for row in connection.execute(DEAD).fetchall())
        ring(row.id for row in connection.execute(ORPHANS).fetchall())
        woken = [row.run_id for row in connection.execute(LOST_STEPS, {"kind": STEP_LOST}).fetchall()]
        woken += [row.run_id for row in connection.execute(EXPIRED, {"kind": TASK_EXPIRED}).fetchall()]
        woken += waits.sweep(connection)
        woken += [row.run_id for row in connection.execute(WITH_MAIL).fetchall()]
        if woken:
            ring(store.promote(connection, woken))
        connection.execute(DEAD_MAIL)
        for row in connection.execute(SILENT_STEPS, {"again": RING_AGAIN}).fetchall():
            ring_step(row.run_id, row.step, row.attempt, row.queue)
        ring(row.id for row in connection.execute(SILENT_RUNS, {"again": RING_AGAIN}).fetchall())
        queued = [row.workspace_id for row in connection.execute(QUEUED).fetchall()]
        ring(ring_next(connection, queued))
        self._release_undriven(connection)

    def _release_undriven(self, connection: store.Connection) -> None:
        """Runs that are ours in the table but that nobody drives: a claim whose commit was never answered."""
        owned = {row.id for row in connection.execute("SELECT id FROM runs WHERE owner = %s", [self._me])}
        undriven = owned - self._driven()
        twice = list(undriven & self._suspects)
        self._suspects = undriven
        if twice:
            connection.execute(
                "UPDATE runs SET owner = NULL, wake_at = clock_timestamp() WHERE owner = %s AND id = ANY(%s)",
                [self._me, twice],
            )
