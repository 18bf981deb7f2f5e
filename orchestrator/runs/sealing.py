"""The heads of runs' logs go into the workspace's audit chain, so that runs are tamper-evident without queueing on it.

The engine leaves an anchor with each append that parks or ends a run; each second one sweep per workspace writes all
new anchors into *one* audit event.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from orchestrator.governance import audit
from orchestrator.governance.principal import system
from orchestrator.runs.models import RunAnchor
from orchestrator.runs.snapshots import events_after
from orchestrator.runs.store import NO_HEAD, event_hash

AT_ONCE = 500
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


def seal_all() -> None:
    """One round over every workspace with new anchors."""
    for workspace in RunAnchor.objects.values_list("workspace_id", flat=True).distinct():
        seal(workspace)


def seal(workspace: UUID) -> int:
    """Write the new anchors of a workspace into its chain; gives how many. Another sealer at work: none."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [f"seal {workspace}"])
            if not cursor.fetchone()[0]:
                return 0
        anchors = list(RunAnchor.objects.filter(workspace_id=workspace).order_by("id")[:AT_ONCE])
        if not anchors:
            return 0
        RunAnchor.objects.filter(id__in=[anchor.id for anchor in anchors]).delete()
        heads = [{"run": str(anchor.run_id), "seq": anchor.seq, "head": bytes(anchor.head).hex()} for anchor in anchors]
        audit.record(
            system("engine"),
            "run.sealed",
            workspace_id=workspace,
            object_type="run",
            object_id=anchors[0].run_id if len(anchors) == 1 else None,
            detail={"heads": heads},
        )
    return len(anchors)


def broken_event(run: UUID, sealed: dict[int, str]) -> int | None:
    """The number of the first event of `run` that is not what was sealed (number -> head, hex); None: all is whole."""
    head, seen = NO_HEAD, 0
    bodies = _stored_bodies(run)
    for event in events_after(run, 0):
        head = event_hash(head, run, event, bodies[event.seq])
        seen = event.seq
        if event.seq in sealed and head.hex() != sealed[event.seq]:
            return event.seq
    missing = [number for number in sealed if number > seen]
    return min(missing) if missing else None


def _stored_bodies(run: UUID) -> dict[int, bytes]:
    """The bytes as they stand in the table: reading them as JSON and writing them again could differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, body::text FROM run_events WHERE run_id = %s", [run])
        rows: list[Any] = cursor.fetchall()
    return {seq: body.encode() for seq, body in rows}
