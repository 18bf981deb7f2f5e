"""The statements of the hot path, on a psycopg connection of their own: no ORM, one round trip each.

What each must hold against (races, lost commits, stale owners) is told in the docstrings; the tests try it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import connections
from psycopg.rows import namedtuple_row
from psycopg.types.json import set_json_loads
from uuid_utils.compat import uuid7

from orchestrator.engine.events import Event, EventKind
from orchestrator.runs import kin, statements
from orchestrator.runs.kin import LastWord, NewChild
from orchestrator.runs.letter import Letter
from orchestrator.runs.projection import StepRow

Connection = psycopg.Connection[Any]
NO_HEAD = bytes(32)
NEAR_THE_LIMIT = 128
"""More than the starts that can be under way at once: one for each connection to the database."""
SCHEMA_KEYS = ("host", "port", "user", "password", "dbname", "options", "sslmode", "sslrootcert")
SILENCE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A line on which nothing arrives any more (a cut cable, a forgetful router) fails within 25 s instead of hours."""


def connect() -> Connection:
    """A connection of one's own to the default database: autocommit, outside Django's pool."""
    parameters = connections["default"].get_connection_params()
    wanted = {key: parameters[key] for key in SCHEMA_KEYS if parameters.get(key)}
    connection = psycopg.connect(
        **wanted,
        **SILENCE,
        autocommit=True,
        row_factory=namedtuple_row,
        connect_timeout=5,
        application_name="tutti-engine",
    )
    set_json_loads(orjson.loads, connection)
    return connection


@dataclass(frozen=True, kw_only=True)
class KeptValue:
    """A value of a run on its way into `run_values`."""

    number: int
    salt: bytes
    digest: str
    body: bytes | None
    artifact_id: UUID | None = None
    sealed: bytes | None = None
    """In place of the body, where the workspace keeps its data sealed."""


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A human task that comes with a `step_waiting`."""

    id: UUID
    step: int
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class NewWait:
    """A wait for a call or a message that comes with a `step_waiting`."""

    id: UUID
    step: int
    kind: str
    name: str
    correlation: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewStepTask:
    step: int
    attempt: int
    queue: str
    body: bytes


@dataclass(kw_only=True)
class Append:
    """Everything one run wants to make durable at once."""

    run_id: UUID
    fence: int
    expect: int
    head: bytes
    status: int
    release: bool
    wake_at: datetime | None
    waiting_for: str
    error: bytes | None
    crashes: int
    events: Sequence[Event] = ()
    bodies: Sequence[bytes] = ()
    hashes: Sequence[bytes] = ()
    values: Sequence[KeptValue] = ()
    steps: Sequence[StepRow] = ()
    tasks: Sequence[NewTask] = ()
    waits: Sequence[NewWait] = ()
    settled: Sequence[int] = ()
    """Steps that waited for somebody and do so no longer: their tasks and waits are closed."""
    step_tasks: Sequence[NewStepTask] = ()
    stop_tasks: Sequence[tuple[int, int]] = ()
    """(step, attempt) of remote steps to cancel."""
    read_mail: Sequence[int] = ()
    calls: Sequence[dict[str, Any]] = ()
    """What its steps asked assets: the records in the events, each with its id, step, node, attempt and time."""
    children: Sequence[NewChild] = ()
    stop_children: Sequence[UUID] = ()
    last_word: LastWord | None = None

    @property
    def rows(self) -> int:
        return 1 + len(self.events) + len(self.values) + len(self.steps) + len(self.calls) + 4 * len(self.children)

    @property
    def addressed(self) -> list[UUID]:
        """The runs that get mail by it, and so have to be woken after the commit."""
        return [*self.stop_children, *([self.last_word.parent] if self.last_word else [])]


def event_hash(before: bytes, run_id: UUID, event: Event, body: bytes) -> bytes:
    """SHA-256 over the hash before, the run, the number, the kind, the time and the stored bytes."""
    digest = hashlib.sha256(before)
    digest.update(run_id.bytes)
    digest.update(event.seq.to_bytes(4, "big"))
    digest.update(f"{event.kind}|{event.at.astimezone(UTC).isoformat()}|".encode())
    digest.update(body)
    return digest.digest()


def sealed_events(run_id: UUID, head: bytes, events: Iterable[Event]) -> tuple[list[bytes], list[bytes]]:
    """Stored bytes and hashes of `events`, chained on `head`."""
    bodies, hashes = [], []
    for event in events:
        body = orjson.dumps(event.body)
        head = event_hash(head, run_id, event, body)
        bodies.append(body)
        hashes.append(head)
    return bodies, hashes


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def _rows(batch: Sequence[Append], pick: str, row: Callable[[Any], dict[str, Any]]) -> str:
    """A table as one JSON text: the array parameters of psycopg cost a hundred times as much."""
    return orjson.dumps(
        [{"run_id": append.run_id, **row(item)} for append in batch for item in getattr(append, pick)]
    ).decode()


def _hex(value: bytes) -> str:
    return "\\x" + value.hex()


def _run_row(append: Append) -> dict[str, Any]:
    return {
        "run_id": append.run_id,
        "fence": append.fence,
        "expect": append.expect,
        "n": len(append.events),
        "status": append.status,
        "rel": append.release,
        "wake": append.wake_at,
        "head": _hex(append.hashes[-1] if append.hashes else append.head),
        "waiting_for": append.waiting_for,
        "error": _text(append.error),
        "crashes": append.crashes,
    }


def _events(batch: Sequence[Append]) -> str:
    """Their bodies are texts in it: what is stored is what was hashed, to the byte."""
    return orjson.dumps(
        [
            {
                "run_id": append.run_id,
                "seq": event.seq,
                "kind": event.kind,
                "at": event.at,
                "body": body.decode(),
                "hash": _hex(digest),
            }
            for append in batch
            for event, body, digest in zip(append.events, append.bodies, append.hashes, strict=True)
        ]
    ).decode()


def _value_row(value: KeptValue) -> dict[str, Any]:
    return {
        "number": value.number,
        "salt": _hex(value.salt),
        "body": _text(value.body),
        "artifact": value.artifact_id,
        "sealed": _hex(value.sealed) if value.sealed else None,
    }


def _step_row(row: StepRow) -> dict[str, Any]:
    return {
        "step": row.step,
        "node": row.node,
        "scope": row.scope,
        "attempt": row.attempt,
        "status": row.status,
        "port": row.port,
        "value_id": row.value_id,
        "facts": _json(row.facts),
        "error": _json(row.error),
        "wait": _json(row.wait),
        "count": row.count,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "retry_at": row.retry_at,
    }


def append(connection: Connection, me: UUID, batch: Sequence[Append]) -> list[Any]:
    """Write what many runs have to say in one statement. Rows: (id, workspace_id, status, released, seq) of the runs
    that were still owned at the expected number; a run missing from the answer was not touched.

    `count` tells the planner that they are few: it then looks them up one by one.
    """
    parameters = {
        "me": me,
        "count": len(batch),
        "runs": orjson.dumps([_run_row(append) for append in batch]).decode(),
        "events": _events(batch),
        "values": _rows(batch, "values", _value_row),
        "steps": _rows(batch, "steps", _step_row),
        "tasks": _rows(batch, "tasks", lambda task: {"id": task.id, "step": task.step, "body": _json(task.body)}),
        "waits": _rows(batch, "waits", asdict),
        "settled": _rows(batch, "settled", lambda step: {"step": step}),
        "step_tasks": _rows(batch, "step_tasks", lambda task: {**asdict(task), "body": task.body.decode()}),
        "stopped": _rows(batch, "stop_tasks", lambda pair: {"step": pair[0], "attempt": pair[1]}),
        "mail": _rows(batch, "read_mail", lambda number: {"id": number}),
    }
    asked = any(append.calls for append in batch)
    if asked:
        parameters["calls"] = _rows(batch, "calls", dict)
    if kin.speaks(batch):
        with_kin = statements.APPEND_WITH_KIN_AND_CALLS if asked else statements.APPEND_WITH_KIN
        return connection.execute(with_kin, parameters | kin.parameters(batch)).fetchall()
    plain = statements.APPEND_WITH_CALLS if asked else statements.APPEND
    return connection.execute(plain, parameters, prepare=True).fetchall()


def call_rows(records: Iterable[dict[str, Any]], *, step: int, attempt: int, at: datetime) -> list[dict[str, Any]]:
    """What the records of calls in an event add to the table of calls. Each has its id from now on."""
    return [{"id": uuid7(), "step": step, "attempt": attempt, "at": at, **record} for record in records]


def count_calls(connection: Connection, run: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Count what was asked for nothing: by an attempt whose result nobody wants any more."""
    body = orjson.dumps([{"run_id": run, **row} for row in rows]).decode()
    connection.execute(statements.COUNT_CALLS, {"run": run, "calls": body})


def claim(connection: Connection, me: UUID, rung: Sequence[UUID]) -> tuple[list[Any], list[UUID]]:
    """Take the runs of `rung` that are due, within the limits of their workspaces and workflows. Beside them those
    whose workspace's slot is locked by another claimer: try them again in a moment.

    Two statements: counted inside the locking one, the count's snapshot could be older than the lock.
    """
    with connection.transaction():
        found = connection.execute(statements.LOCK_SLOTS, {"rung": list(rung)}).fetchall()
        locked = list({row.workspace_id for row in found if row.locked})
        rows = connection.execute(statements.CLAIM, {"locked": locked, "rung": list(rung), "me": me}).fetchall()
    return rows, [row.id for row in found if not row.locked]


def histories(connection: Connection, runs: Sequence[UUID]) -> dict[UUID, list[Event]]:
    """The whole logs of `runs`."""
    found: dict[UUID, list[Event]] = {run: [] for run in runs}
    rows = named(connection).execute(
        "SELECT run_id, seq, kind, at, body FROM run_events WHERE run_id = ANY(%s) ORDER BY run_id, seq", [list(runs)]
    )
    for row in rows:
        found[row.run_id].append(Event(seq=row.seq, kind=EventKind(row.kind), at=row.at, body=row.body))
    return found


def named(connection: Connection) -> psycopg.Cursor[Any]:
    """A cursor with named columns, also on a connection of Django's."""
    return connection.cursor(row_factory=namedtuple_row)


def post(connection: Connection, run: UUID, kind: str, *, step: int | None, body: dict[str, Any], dedupe: str) -> bool:
    """Put mail into a run's box. False: the run has ended or the mail was there already.

    After the commit of the transaction around this, `promote` must be called: it is what wakes the run.
    """
    parameters = {"run": run, "kind": kind, "step": step, "body": _json(body), "dedupe": dedupe}
    return named(connection).execute(statements.POST, parameters).fetchone() is not None


def promote(connection: Connection, runs: Sequence[UUID]) -> list[UUID]:
    """Make parked runs due; gives those that need the doorbell. An owned run finds its mail by itself."""
    return [row.id for row in named(connection).execute(statements.PROMOTE, {"runs": list(runs)})]


def letters(connection: Connection, runs: Sequence[UUID]) -> dict[UUID, list[Letter]]:
    """Unread mail of `runs`, oldest first."""
    found: dict[UUID, list[Letter]] = {}
    rows = connection.execute(
        "SELECT id, run_id, kind, step, body FROM mailbox WHERE run_id = ANY(%s) ORDER BY id", [list(runs)]
    )
    for row in rows:
        found.setdefault(row.run_id, []).append(Letter(id=row.id, kind=row.kind, step=row.step, body=row.body))
    return found


def inputs(connection: Connection, runs: Sequence[UUID]) -> dict[UUID, Any]:
    """The inputs of new runs; large ones, kept elsewhere, are left out, and sealed ones."""
    rows = connection.execute(
        "SELECT run_id, body FROM run_values WHERE run_id = ANY(%s) AND number = 0 AND artifact_id IS NULL"
        " AND sealed IS NULL",
        [list(runs)],
    )
    return {row.run_id: row.body for row in rows}


def standing(connection: Connection, runs: Sequence[UUID]) -> tuple[dict[UUID, set[int]], dict[UUID, int]]:
    """Of runs that are taken over: the steps that run elsewhere, and the number of the last value."""
    remote: dict[UUID, set[int]] = {}
    for row in connection.execute(
        "SELECT run_id, step FROM step_tasks WHERE run_id = ANY(%s) AND state < 3", [list(runs)]
    ):
        remote.setdefault(row.run_id, set()).add(row.step)
    numbers = connection.execute(
        "SELECT run_id, max(number) AS last FROM run_values WHERE run_id = ANY(%s) GROUP BY run_id", [list(runs)]
    )
    return remote, {row.run_id: row.last for row in numbers}


def start(connection: Connection, parameters: dict[str, Any], carried: dict[str, Any] | None = None) -> Any:
    """Insert a run with its first event, its input and the values it carries over from earlier runs.

    `id` is None where the start key was used or no room is left. Starts at the same time do not see each other, so
    close to the limit they go one by one: each then counts those before it.
    """
    row = _start(connection, {**parameters, "spare": NEAR_THE_LIMIT}, carried)
    if row.id is not None or not row.current:
        return row
    with connection.transaction():
        connection.execute(statements.LOCK_STARTS, parameters)
        return _start(connection, {**parameters, "spare": 0}, carried)


def _start(connection: Connection, parameters: dict[str, Any], carried: dict[str, Any] | None) -> Any:
    cursor = psycopg.Cursor(connection, row_factory=namedtuple_row)  # Django's own cursors never prepare a statement
    if carried is not None:
        return cursor.execute(statements.START_CARRYING, {**parameters, **carried}).fetchone()
    return cursor.execute(statements.START, parameters, prepare=True).fetchone()
