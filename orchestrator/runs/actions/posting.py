"""Mail to a run, in the transaction of what causes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from orchestrator.runs import store
from orchestrator.runs.doorbell import wake


def raw() -> store.Connection:
    """Django's own connection underneath: the same transaction, without the ORM."""
    connection.ensure_connection()
    return connection.connection


def post(run: UUID, kind: str, step: int | None, body: dict[str, Any], dedupe: str) -> bool:
    """Mail in the caller's transaction; the run is woken after its commit."""
    posted = store.post(raw(), run, kind, step=step, body=body, dedupe=dedupe)
    transaction.on_commit(lambda: wake(raw(), run))
    return posted
