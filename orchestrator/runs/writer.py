"""The one writer of a process: what all its runs want to keep goes to PostgreSQL in one statement at a time.

While a batch is under way the next one collects, so the number of commits does not grow with the number of runs.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors

from orchestrator.runs import store, waits
from orchestrator.runs.store import Append

log = logging.getLogger(__name__)

BATCH_ROWS = 2_000
RESEND = (errors.SerializationFailure, errors.DeadlockDetected, errors.QueryCanceled)


class Stale(Exception):
    """The run is no longer this process's: whatever was unsaved is discarded."""


class Unstorable(Exception):
    """PostgreSQL refuses this run's data for good."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """An append that is durable."""

    seq: int
    status: int
    workspace_id: UUID
    released: bool


@dataclass(frozen=True, kw_only=True)
class Request:
    append: Append
    answer: asyncio.Future[Written]


class Writer:
    """Owns a thread and a connection. `wake` is called, after the commit, for the runs that have mail by it."""

    def __init__(self, me: UUID, loop: asyncio.AbstractEventLoop, wake: Callable[..., None]) -> None:
        self._me = me
        self._loop = loop
        self._wake = wake
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self.moved_at = time.monotonic()
        self.busy = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._requests.put(None)
        self._thread.join()

    async def append(self, append: Append) -> Written:
        """Durable when it returns. Raises Stale or Unstorable."""
        answer: asyncio.Future[Written] = self._loop.create_future()
        self._requests.put(Request(append=append, answer=answer))
        return await answer

    def _batch(self) -> list[Request] | None:
        first = self._requests.get()
        if first is None:
            return None
        batch, rows = [first], first.append.rows
        while rows < BATCH_ROWS:
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                break
            if request is None:
                self._requests.put(None)
                break
            batch.append(request)
            rows += request.append.rows
        return batch

    def _write(self) -> None:
        connection = store.connect()
        while (batch := self._batch()) is not None:
            self.busy = True
            connection = self._send(connection, batch)
            self.moved_at = time.monotonic()
            self.busy = False
        connection.close()

    def _send(self, connection: store.Connection, batch: list[Request]) -> store.Connection:
        appends = [request.append for request in batch]
        try:
            rows = store.append(connection, self._me, appends)
        except RESEND:
            return self._send(connection, batch)
        except psycopg.OperationalError as error:
            log.warning("The database went away during a commit: %s", error)
            connection = self._reconnect(connection)
            return self._settle(connection, batch)
        except psycopg.Error as error:
            return self._isolate(connection, batch, error)
        self._answer(batch, {row.id: row for row in rows})
        try:
            self._look_again(connection, rows, [wait.id for append in appends for wait in append.waits])
            self._wake_addressed(connection, appends, {row.id for row in rows})
        except psycopg.OperationalError as error:
            log.warning("The database went away after a commit: %s", error)  # the sweep looks again
            return self._reconnect(connection)
        return connection

    def _isolate(self, connection: store.Connection, batch: list[Request], error: psycopg.Error) -> store.Connection:
        """Bad data of one run must not fail the others."""
        if len(batch) == 1:
            self._resolve([(batch[0], Unstorable(str(error)))])
            return connection
        middle = len(batch) // 2
        connection = self._send(connection, batch[:middle])
        return self._send(connection, batch[middle:])

    def _reconnect(self, connection: store.Connection) -> store.Connection:
        connection.close()
        wait = 0.1
        while True:
            try:
                return store.connect()
            except psycopg.OperationalError:
                time.sleep(wait)  # the database is down: nothing to wait on but time
                wait = min(wait * 2, 2.0)

    def _settle(self, connection: store.Connection, batch: list[Request]) -> store.Connection:
        """The commit's outcome is unknown: read, then decide for each run. Never merged, never reordered."""
        try:
            rows = connection.execute(
                "SELECT id, workspace_id, status, owner, fence, seq FROM runs WHERE id = ANY(%s)",
                [[request.append.run_id for request in batch]],
            ).fetchall()
        except psycopg.OperationalError:
            return self._settle(self._reconnect(connection), batch)
        found = {row.id: row for row in rows}
        again = []
        for request in batch:
            row, append = found.get(request.append.run_id), request.append
            applied = row is not None and row.fence == append.fence and row.seq == append.expect + len(append.events)
            if applied and append.events and (row.owner == self._me or append.release):
                written = Written(
                    seq=row.seq, status=row.status, workspace_id=row.workspace_id, released=row.owner is None
                )
                self._resolve([(request, written)])
            elif row is not None and row.owner == self._me and row.fence == append.fence and row.seq == append.expect:
                again.append(request)
            else:
                self._resolve([(request, Stale())])
        return self._send(connection, again) if again else connection

    def _answer(self, batch: list[Request], rows: dict[UUID, Any]) -> None:
        outcomes: list[tuple[Request, Written | Exception]] = []
        for request in batch:
            row = rows.get(request.append.run_id)
            if row is None:
                outcomes.append((request, Stale()))
                continue
            outcomes.append(
                (
                    request,
                    Written(seq=row.seq, status=row.status, workspace_id=row.workspace_id, released=row.released),
                )
            )
        self._resolve(outcomes)

    def _resolve(self, outcomes: Sequence[tuple[Request, Written | Exception]]) -> None:
        """Wake the loop once a batch."""

        def tell() -> None:
            for request, outcome in outcomes:
                if request.answer.done():
                    continue
                if isinstance(outcome, Exception):
                    request.answer.set_exception(outcome)
                else:
                    request.answer.set_result(outcome)

        self._loop.call_soon_threadsafe(tell)

    def _look_again(self, connection: store.Connection, rows: Sequence[Any], opened: Sequence[UUID]) -> None:
        """A mail that was committed while a run was being parked, and a message that came before its wait: the append
        could not see them, this look can."""
        if opened:
            waits.look(connection, waits=opened)
        parked = [row.id for row in rows if row.released and row.status < 10]
        if not parked:
            return
        with_mail = [
            row.run_id
            for row in connection.execute("SELECT DISTINCT run_id FROM mailbox WHERE run_id = ANY(%s)", [parked])
        ]
        if with_mail:
            self._wake(connection, *with_mail)

    def _wake_addressed(self, connection: store.Connection, batch: Sequence[Append], written: set[UUID]) -> None:
        addressed = {run for append in batch if append.run_id in written for run in append.addressed}
        if addressed:
            self._wake(connection, *addressed)
