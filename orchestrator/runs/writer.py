"""The one writer of a process: what all its runs want to keep goes to PostgreSQL in one statement at a time.

While a batch is under way the next one collects, so the number of commits does not grow with the number of runs.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import random
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
REFUSED = (
    *(errors.DiskFull, errors.OutOfMemory, errors.InsufficientResources, errors.TooManyConnections),
    *(errors.ReadOnlySqlTransaction, errors.LockNotAvailable, errors.CannotConnectNow),
)
"""The server lives and has written nothing: it cannot at the moment."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 2.0


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
        """Until each of the batch is durable or refused for good, whatever the database does meanwhile."""
        pause, read_first = FIRST_PAUSE, False
        while batch:
            try:
                if read_first:
                    batch = self._settle(connection, batch)
                rows = store.append(connection, self._me, [request.append for request in batch]) if batch else []
            except RESEND:
                self._pause(FIRST_PAUSE)
            except REFUSED as error:
                log.warning("The database cannot write at the moment: %s", error)
                pause = self._pause(pause)
            except psycopg.OperationalError as error:
                log.warning("The database went away during a commit: %s", error)
                connection, read_first = self._reconnect(connection), True
            except psycopg.Error as error:
                return self._isolate(connection, batch, error)
            else:
                written = {row.id: row for row in rows}
                # After a lost line the backend of the first try may have committed late, between the reading and the
                # second try: what that try did not find is read once more before it is called stale.
                late = [request for request in batch if read_first and request.append.run_id not in written]
                self._answer([request for request in batch if request not in late], written)
                done = [request.append for request in batch if request.append.run_id in written]
                connection = self._look_again(connection, rows, done)
                batch = late
        return connection

    def _pause(self, seconds: float) -> float:
        """The database is there and cannot write: nothing to wait on but time. Gives the next pause."""
        time.sleep(seconds * random.uniform(0.5, 1.0))
        self.moved_at = time.monotonic()  # waiting for the database is not being stuck
        return min(2 * seconds, LONGEST_PAUSE)

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
        pause = FIRST_PAUSE
        while True:
            try:
                return store.connect()
            except psycopg.OperationalError:
                pause = self._pause(pause)

    def _settle(self, connection: store.Connection, batch: list[Request]) -> list[Request]:
        """The commit's outcome is unknown: read, then decide for each run. Gives what is to be sent again, as it was:
        never merged, never reordered."""
        rows = connection.execute(
            "SELECT id, workspace_id, status, owner, fence, seq FROM runs WHERE id = ANY(%s)",
            [[request.append.run_id for request in batch]],
        ).fetchall()
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
        return again

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

    def _look_again(
        self, connection: store.Connection, rows: Sequence[Any], written: Sequence[Append]
    ) -> store.Connection:
        """A mail that was committed while a run was being parked, and a message that came before its wait: the append
        could not see them, this look can. Runs that got mail by the append are woken."""
        parked = [row.id for row in rows if row.released and row.status < 10]
        opened = [wait.id for append in written for wait in append.waits]
        addressed = {run for append in written for run in append.addressed}
        try:
            if opened:
                waits.look(connection, waits=opened)
            if parked:
                found = connection.execute("SELECT DISTINCT run_id FROM mailbox WHERE run_id = ANY(%s)", [parked])
                addressed |= {row.run_id for row in found}
            if addressed:
                self._wake(connection, *addressed)
        except psycopg.Error as error:
            log.warning("The database went away after a commit: %s", error)  # the sweep looks again
            return self._reconnect(connection)
        return connection
