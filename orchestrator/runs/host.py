"""The part of an engine worker that drives runs: one asyncio loop, one writer, one lease, one claimer, one sweep.

A Celery task hands a run in and waits in its thread until the run has ended, is parked or was refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from uuid_utils.compat import uuid7

from orchestrator.assets.pins import Pins
from orchestrator.runs import store
from orchestrator.runs.actor import Actor
from orchestrator.runs.claims import Claimer, Taken
from orchestrator.runs.context import Context, Outside
from orchestrator.runs.doorbell import ring, ring_step, wake
from orchestrator.runs.lease import Lease
from orchestrator.runs.letter import Letter
from orchestrator.runs.letters import LetterReader
from orchestrator.runs.queueing import NextInLine
from orchestrator.runs.stream import Stream
from orchestrator.runs.sweep import Sweep
from orchestrator.runs.tools import NOBODY, Listener
from orchestrator.runs.writer import Stale, Unstorable, Writer, Written

log = logging.getLogger(__name__)

DRAIN_SECONDS = 20.0
STOP_SECONDS = DRAIN_SECONDS + 20
STUCK = 72
"""How a worker exits that was told to stop and could not give its runs back: their lease runs out."""
RELEASE = """
WITH l AS MATERIALIZED (SELECT id FROM runs WHERE owner = %(me)s ORDER BY id FOR NO KEY UPDATE)
UPDATE runs r SET owner = NULL, wake_at = clock_timestamp(), rung_at = clock_timestamp() FROM l
WHERE r.id = l.id RETURNING r.id
"""


class Host:
    """One per engine process."""

    def __init__(self) -> None:
        self.me: UUID = uuid7()
        self.loop = asyncio.new_event_loop()
        self.writer = Writer(self.me, self.loop, wake)
        self._lease = Lease(self.me, "engine", self._moves)
        self._next = NextInLine()
        self._claimer = Claimer(self.me, self._adopt, self._refuse, self._next.freed)
        self._letters = LetterReader(self.me, self._deliver)
        self._sweep = Sweep(self.me, self._driven, self._lease.may_bury)
        self._stream = Stream(lambda: self._letters.watched)
        self._outside = Outside()
        self._actors: dict[UUID, Actor] = {}
        self._waiting: dict[UUID, Future[str]] = {}
        self._lock = threading.Lock()
        self._draining = False
        self._last_gone: asyncio.Event | None = None
        self._ticked_at = time.monotonic()
        self._thread = threading.Thread(target=self._run_loop, name="loop", daemon=True)

    # -- life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        sys.setswitchinterval(0.0005)  # the loop and the writer must not wait 5 ms for each thread that computes
        self._lease.start()
        self.writer.start()
        self._thread.start()
        self._next.start()
        self._claimer.start()
        self._letters.start()
        self._sweep.start()
        log.info("This engine worker drives runs as %s.", self.me)

    def drain(self) -> None:
        """No new runs; what runs now is handed back at its next commit."""
        self._draining = True

    def stop(self) -> None:
        self.drain()
        # Each part waits for its thread, and a thread may wait for a database that never comes back.
        giving_up = threading.Timer(STOP_SECONDS, os._exit, [STUCK])
        giving_up.daemon = True
        giving_up.start()
        self._sweep.stop()
        self._claimer.stop()
        self._letters.stop()
        asyncio.run_coroutine_threadsafe(self._hand_back(), self.loop).result(DRAIN_SECONDS + 10)
        self.writer.stop()
        self._next.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self._release()
        self._lease.stop()
        giving_up.cancel()

    def _release(self) -> None:
        """What could not end in time is due for the others at once, and no crash."""
        try:
            with store.connect() as connection:
                ring(row.id for row in connection.execute(RELEASE, {"me": self.me}).fetchall())
        except psycopg.OperationalError as error:
            log.warning("The runs could not be handed back; they are taken over with the lease: %s", error)

    async def _hand_back(self) -> None:
        """Short steps may end; then the lease is given back, and the sweep of another worker takes the runs over."""
        if self._actors:
            self._last_gone = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._last_gone.wait(), DRAIN_SECONDS)
        for run in list(self._waiting):
            self._tell_waiting(run, "handed back")

    def _driven(self) -> set[UUID]:
        with self._lock:
            return set(self._waiting)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self.loop)
        chores = [self.loop.create_task(self._tick()), self.loop.create_task(self._stream.run())]
        self.loop.run_forever()
        for chore in chores:
            chore.cancel()
        self.loop.run_until_complete(asyncio.gather(*chores, return_exceptions=True))
        self.loop.run_until_complete(self._outside.close())
        self.loop.close()

    async def _tick(self) -> None:
        while True:
            self._ticked_at = time.monotonic()
            await asyncio.sleep(1)

    def _moves(self) -> bool:
        """The loop ticks, and the writer is idle or moves."""
        now, limit = time.monotonic(), max(30.0, 2 * settings.LEASE_SECONDS)
        return now - self._ticked_at < limit and (not self.writer.busy or now - self.writer.moved_at < limit)

    # -- runs ----------------------------------------------------------------------------------------------------

    def execute(self, run: UUID) -> Future[str]:
        """Drive `run` if it is free and due. The future tells why it ended: `ended`, `parked`, `refused` ..."""
        future: Future[str] = Future()
        with self._lock:
            if self._draining or run in self._waiting:
                future.set_result("refused")
                return future
            self._waiting[run] = future
        self._claimer.want(run)
        return future

    def _refuse(self, runs: Sequence[UUID]) -> None:
        for run in runs:
            self._tell_waiting(run, "refused")

    def _tell_waiting(self, run: UUID, outcome: str) -> None:
        with self._lock:
            future = self._waiting.pop(run, None)
        if future is not None:
            future.set_result(outcome)

    def _adopt(self, taken: Sequence[Taken]) -> None:
        """Called by the claimer's thread with the runs that are this process's now."""

        def begin() -> None:
            for run in taken:
                self.loop.create_task(self._drive(run))

        self.loop.call_soon_threadsafe(begin)

    async def _drive(self, taken: Taken) -> None:
        run = taken.row.id
        outcome = "parked"
        try:
            self._actors[run] = actor = Actor(self, taken)
            await actor.drive()
        except Stale:
            outcome = "stale"
            if known := self._actors[run].late_results():
                self._claimer.post_late(run, known)
            if calls := self._actors[run].lost_calls():
                self._claimer.count_calls(run, calls)
        except Unstorable as error:
            outcome = "broken"
            log.error("Run %s holds what the database refuses: %s", run, error)
            self._claimer.give_up(run, taken.row.fence)
        except Exception:
            outcome = "broken"
            log.exception("Run %s could not be driven", run)
            self._claimer.give_up(run, taken.row.fence)
        finally:
            self._actors.pop(run, None)
            self._stream.forget(run)
            self._tell_waiting(run, outcome)
            if self._last_gone is not None and not self._actors:
                self._last_gone.set()

    def _deliver(self, letters: dict[UUID, list[Letter]]) -> None:
        def hand_over() -> None:
            for run, pile in letters.items():
                if actor := self._actors.get(run):
                    actor.deliver(pile)

        self.loop.call_soon_threadsafe(hand_over)

    # -- what actors ask for -------------------------------------------------------------------------------------

    def lease_is_fresh(self) -> bool:
        return self._lease.is_fresh()

    def context(
        self,
        row: Any,
        step: str,
        step_type: str,
        attempt: int,
        key: UUID,
        pins: Pins | None = None,
        asked: list[dict[str, Any]] | None = None,
        listener: Listener = NOBODY,
        agents_above: int = 0,
    ) -> Context:
        return Context(
            outside=self._outside,
            workspace_id=row.workspace_id,
            run=row.id,
            step_key=step,
            step_type=step_type,
            attempt=attempt,
            key=key,
            pins=pins,
            asked=asked,
            listener=listener,
            agents_above=agents_above,
        )

    def say(self, run: UUID, step: int, attempt: int, text: str) -> None:
        self._stream.say(run, step, attempt, text)

    def hush(self, run: UUID, step: int) -> None:
        """What the step was saying is over: its result takes the place of that."""
        self._stream.hush(run, step)

    async def read_value(self, run: UUID, number: int) -> Any:
        return await asyncio.wrap_future(self._claimer.read_value(run, number))

    def ring_runs(self, runs: Sequence[UUID]) -> None:
        self.loop.run_in_executor(None, ring, runs)

    def ring_step(self, run: UUID, task: store.NewStepTask) -> None:
        self.loop.run_in_executor(None, ring_step, run, task.step, task.attempt, task.queue)

    def tell(self, row: Any, append: store.Append, written: Written) -> None:
        if written.released:
            self._next.freed([row.workspace_id])
        self._stream.tell(row, append, written, self._letters.watched)
