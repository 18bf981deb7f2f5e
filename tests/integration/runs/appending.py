"""Writing to runs as their owner does, without an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.engine.events import Event, EventKind
from orchestrator.runs import store
from orchestrator.runs.models import Run, RunStatus

ME = UUID(int=1)
FENCE = 3
DONE = {"status": "done", "error": None}


def raw() -> store.Connection:
    """Django's connection underneath, so that what is written is rolled back with the test."""
    connection.ensure_connection()
    return connection.connection


def own(run: Run, owner: UUID = ME, fence: int = FENCE) -> Run:
    Run.objects.filter(pk=run.pk).update(owner=owner, fence=fence, status=RunStatus.RUNNING, wake_at=None)
    run.refresh_from_db()
    return run


def append_of(run: Run, bodies: Sequence[dict[str, Any]] = (DONE,), **changes: Any) -> store.Append:
    """An append of `run` as it stands; the last of its events ends the run."""
    kinds = [EventKind.MAIL_IGNORED] * (len(bodies) - 1) + [EventKind.RUN_FINISHED]
    events = [
        Event(seq=run.seq + 1 + index, kind=kind, at=timezone.now(), body=body)
        for index, (kind, body) in enumerate(zip(kinds, bodies, strict=True))
    ]
    texts, hashes = store.sealed_events(run.id, bytes(run.head), events)
    whole = store.Append(
        run_id=run.id,
        fence=run.fence,
        expect=run.seq,
        head=bytes(run.head),
        status=RunStatus.DONE,
        release=True,
        wake_at=None,
        waiting_for="",
        error=None,
        crashes=0,
        events=events,
        bodies=texts,
        hashes=hashes,
    )
    return replace(whole, **changes)


def write(*appends: store.Append, me: UUID = ME) -> list[UUID]:
    """The runs that took what was written."""
    return [row[0] for row in store.append(raw(), me, appends)]


def finish(run: Run) -> Run:
    """End a run with three more events."""
    assert write(append_of(own(run), ({"n": 1}, {"n": 2}, DONE))) == [run.pk]
    run.refresh_from_db()
    return run


def lease(connection_of: store.Connection, seconds: float = 60) -> UUID:
    """A lease that runs for so long, or ran out so long ago."""
    me = uuid7()
    connection_of.execute(
        "INSERT INTO worker_leases (id, kind, alive_until)"
        " VALUES (%s, 'engine', clock_timestamp() + make_interval(secs => %s))",
        [me, seconds],
    )
    return me
