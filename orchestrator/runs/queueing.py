"""Who is rung for next: a workspace's runs wait in the table, not in the broker.

A bell rings only while fewer runs of the workspace, and of the workflow, are rung or owned than may run at once. So a
flood of one workspace never stands in the broker's queue before the others. Each end or park of a run makes room, and
the oldest that waits is rung for; what that misses, the sweep finds within a second.

`rung_at` says that a bell is under way: a claim clears it, and so does a refusal.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from uuid import UUID

import psycopg

from orchestrator.runs import store
from orchestrator.runs.doorbell import ring

log = logging.getLogger(__name__)

COLLECT_SECONDS = 0.02
"""Ends that come this close together are answered by one statement."""

RING_NEXT = """
WITH busy AS (
  SELECT workspace_id, workflow_id FROM runs WHERE workspace_id = ANY(%(workspaces)s) AND owner IS NOT NULL
  UNION ALL
  SELECT workspace_id, workflow_id FROM runs
  WHERE workspace_id = ANY(%(workspaces)s) AND owner IS NULL AND rung_at IS NOT NULL AND wake_at IS NOT NULL),
 w AS (
  SELECT g.id, g.max_running - (SELECT count(*) FROM busy b WHERE b.workspace_id = g.id) AS room
  FROM governance_workspace g WHERE g.id = ANY(%(workspaces)s)),
 f AS (
  SELECT f.id, w.id AS workspace_id, w.room,
         least(w.room, f.max_running - (SELECT count(*) FROM busy b WHERE b.workflow_id = f.id)) AS own
  FROM w JOIN builder_workflow f ON f.workspace_id = w.id WHERE w.room > 0),
 q AS (
  SELECT x.id, f.room, row_number() OVER (PARTITION BY f.workspace_id ORDER BY x.wake_at, x.id) AS place
  FROM f CROSS JOIN LATERAL (
    SELECT r.id, r.wake_at FROM runs r
    WHERE r.workflow_id = f.id AND r.owner IS NULL AND r.rung_at IS NULL AND r.wake_at <= (SELECT clock_timestamp())
    ORDER BY r.wake_at, r.id LIMIT greatest(f.own, 0)) x),
 l AS MATERIALIZED (
  SELECT r.id FROM runs r JOIN q ON q.id = r.id
  WHERE q.place <= q.room AND r.owner IS NULL AND r.rung_at IS NULL AND r.wake_at IS NOT NULL
  ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED)
UPDATE runs r SET rung_at = clock_timestamp() FROM l WHERE r.id = l.id RETURNING r.id
"""

UNRING = """
WITH l AS MATERIALIZED (
  SELECT id FROM runs WHERE id = ANY(%(runs)s) AND owner IS NULL AND rung_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM worker_leases WHERE id = %(me)s AND alive_until > clock_timestamp())
  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE runs r SET rung_at = NULL FROM l WHERE r.id = l.id RETURNING r.workspace_id
"""


def ring_next(connection: store.Connection, workspaces: Sequence[UUID]) -> list[UUID]:
    """Of each workspace the oldest runs that it has room for, marked as rung; the caller rings for them."""
    return [row.id for row in connection.execute(RING_NEXT, {"workspaces": list(workspaces)}).fetchall()]


def put_back(connection: store.Connection, me: UUID, runs: Sequence[UUID]) -> set[UUID]:
    """No room was found for `runs`: they wait again. Gives their workspaces, for which `ring_next` must then look,
    because room may have been made before they stood in the queue."""
    return {row.workspace_id for row in connection.execute(UNRING, {"runs": list(runs), "me": me}).fetchall()}


class NextInLine:
    """Owns a thread and a connection; is told of the workspaces that may have room now."""

    def __init__(self) -> None:
        self._workspaces: set[UUID] = set()
        self._lock = threading.Lock()
        self._told = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="next in line", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._told.set()
        self._thread.join()

    def freed(self, workspaces: Iterable[UUID]) -> None:
        with self._lock:
            self._workspaces.update(workspaces)
        self._told.set()

    def _work(self) -> None:
        connection: store.Connection | None = None
        while self._told.wait() and not self._stopped.wait(COLLECT_SECONDS):
            self._told.clear()
            with self._lock:
                workspaces, self._workspaces = self._workspaces, set()
            try:
                connection = connection or store.connect()
                ring(ring_next(connection, list(workspaces)))
            except psycopg.Error as error:
                log.warning("Nobody was rung for next, the sweep will do it: %s", error)
                connection = None
        if connection is not None:
            connection.close()
