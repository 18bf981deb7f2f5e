"""Taking runs over, in groups: all that was rung for in the same few milliseconds is claimed in one transaction."""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from orchestrator.engine.errors import GraphInvalid
from orchestrator.engine.events import Event
from orchestrator.engine.plan import Plan
from orchestrator.governance.data_keys import Sealer, sealer_of
from orchestrator.runs import store
from orchestrator.runs.database import in_database
from orchestrator.runs.late import Known, post_late
from orchestrator.runs.letter import Letter
from orchestrator.runs.plans import plan_of_run
from orchestrator.runs.queueing import put_back

log = logging.getLogger(__name__)

GROUP = 128
SLOT_WAIT = (0.005, 0.02)
MOST_TRIES = 25
"""After about a third of a second a run is left to the sweep."""

GIVE_UP = """
UPDATE runs SET owner = NULL, crashes = crashes + 1,
  wake_at = clock_timestamp() + make_interval(secs => 5 * (crashes + 1))
WHERE id = %(run)s AND owner = %(me)s AND fence = %(fence)s
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A run that this process owns from now on: its row, plan, log, unread mail and the steps that run elsewhere."""

    row: Any
    plan: Plan
    events: list[Event]
    letters: list[Letter] = field(default_factory=list)
    remote: frozenset[int] = frozenset()
    last_value: int = 0
    known: dict[int, Any] = field(default_factory=dict)
    """Values that are needed at once: the input of a new run."""
    sealer: Sealer | None = None
    """Where the workspace keeps its data sealed."""


def _last_carried(log: list[Event]) -> int:
    """The number of the last value that a new run was given at its start."""
    body = log[0].body
    refs = [*(kept["value"] for kept in body.get("kept", ())), *body.get("given", {}).values()]
    return max((ref["id"] for ref in refs), default=0)


class Claimer:
    """Owns a thread and a connection; also reads old values for the actors."""

    def __init__(
        self,
        me: UUID,
        adopt: Callable[[Sequence[Taken]], None],
        refuse: Callable[[Sequence[UUID]], None],
        make_room: Callable[[Iterable[UUID]], None],
    ) -> None:
        self._me = me
        self._adopt = adopt
        self._refuse = refuse
        self._make_room = make_room
        self._tries: dict[UUID, int] = {}
        """How often a run was not claimed because somebody else held its workspace's slot."""
        self._wanted: queue.SimpleQueue[UUID | Callable[[store.Connection], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="claimer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._wanted.put(None)
        self._thread.join()

    def want(self, run: UUID) -> None:
        self._wanted.put(run)

    def read_value(self, run: UUID, number: int) -> Future[Any]:
        """The row of a value: body, artifact_id, salt and sealed."""
        answer: Future[Any] = Future()

        def read(connection: store.Connection) -> None:
            try:
                row = connection.execute(
                    "SELECT body, artifact_id, salt, sealed FROM run_values WHERE run_id = %s AND number = %s",
                    [run, number],
                ).fetchone()
            except psycopg.Error as error:
                answer.set_exception(error)
                raise
            if row is None:
                answer.set_exception(LookupError(f"Run {run} has no value {number}."))
            else:
                answer.set_result(row)

        self._wanted.put(read)
        return answer

    def post_late(self, run: UUID, outcomes: list[Known]) -> None:
        """Tell whoever owns the run now what became of its effects."""
        self._wanted.put(lambda connection: post_late(connection, run, outcomes))

    def count_calls(self, run: UUID, rows: list[dict[str, Any]]) -> None:
        """Count what was asked for a run that is somebody else's now."""
        self._wanted.put(lambda connection: store.count_calls(connection, run, rows))

    def give_up(self, run: UUID, fence: int) -> None:
        """Hand a run back that could not be driven, for later."""
        self._wanted.put(
            lambda connection: connection.execute(GIVE_UP, {"run": run, "me": self._me, "fence": fence}) and None
        )

    def _work(self) -> None:
        connection = store.connect()
        while (first := self._wanted.get()) is not None:
            runs: list[UUID] = []
            jobs: list[Callable[[store.Connection], None]] = []
            self._sort(first, runs, jobs)
            while len(runs) < GROUP and not self._wanted.empty():
                following = self._wanted.get_nowait()
                if following is None:
                    self._wanted.put(None)
                    break
                self._sort(following, runs, jobs)
            try:
                for job in jobs:
                    job(connection)
                self._claim(connection, runs)
            except Exception as error:
                log.warning(
                    "No runs can be claimed: %s", error, exc_info=not isinstance(error, psycopg.OperationalError)
                )
                self._refuse(runs)  # the sweep rings again
                connection.close()
                connection = self._reconnect()
        connection.close()

    @staticmethod
    def _sort(item: Any, runs: list[UUID], jobs: list[Callable[[store.Connection], None]]) -> None:
        if isinstance(item, UUID):
            runs.append(item)
        else:
            jobs.append(item)

    @staticmethod
    def _reconnect() -> store.Connection:
        while True:
            try:
                return store.connect()
            except psycopg.OperationalError:
                time.sleep(0.5)  # the database is down: nothing to wait on but time

    def _claim(self, connection: store.Connection, runs: list[UUID]) -> None:
        if not runs:
            return
        rows, held = store.claim(connection, self._me, runs)
        again = {run for run in held if self._tries.get(run, 0) < MOST_TRIES}
        gone = again | {row.id for row in rows}
        lost = [run for run in runs if run not in gone]
        self._refuse(lost)
        if rows:
            self._adopt(self._load(connection, rows))
        if lost:
            self._make_room(put_back(connection, self._me, lost))
        self._tries = {run: self._tries.get(run, 0) + 1 for run in again}
        if again:
            # Another claimer holds the slot for the length of one statement. What is wanted meanwhile comes along.
            time.sleep(random.uniform(*SLOT_WAIT))
            for run in again:
                self._wanted.put(run)

    def _load(self, connection: store.Connection, rows: list[Any]) -> list[Taken]:
        ids = [row.id for row in rows]
        logs = store.histories(connection, ids)
        letters = store.letters(connection, ids)
        later = [row.id for row in rows if row.seq > 1]
        remote, last = store.standing(connection, later) if later else ({}, {})
        inputs = store.inputs(connection, [row.id for row in rows if row.seq == 1])
        plans = self._plans(connection, rows, logs)
        sealers = {each: in_database(sealer_of, each) for each in {row.workspace_id for row in rows}}
        return [
            Taken(
                row=row,
                plan=plans[row.id],
                events=logs[row.id],
                letters=letters.get(row.id, []),
                remote=frozenset(remote.get(row.id, ())),
                last_value=last.get(row.id) or _last_carried(logs[row.id]),
                known={0: inputs[row.id]} if row.id in inputs else {},
                sealer=sealers[row.workspace_id],
            )
            for row in rows
            if row.id in plans
        ]

    def _plans(self, connection: store.Connection, rows: list[Any], logs: dict[UUID, list[Event]]) -> dict[UUID, Plan]:
        """By run. A run whose version this worker cannot load (a step type of a newer release) is handed back."""
        plans = {}
        for row in rows:
            try:
                plans[row.id] = in_database(plan_of_run, row.version_id, logs[row.id][0].body)
            except GraphInvalid as error:
                log.error("Run %s cannot be driven by this worker: %s", row.id, error)
                connection.execute(GIVE_UP, {"run": row.id, "me": self._me, "fence": row.fence})
                self._refuse([row.id])
        return plans
