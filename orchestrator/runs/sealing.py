"""The heads of runs' logs go into the workspace's audit chain, so that runs are tamper-evident without queueing on it.

The engine leaves an anchor with each append that parks or ends a run; each second one sweep per workspace writes all
new anchors into *one* audit event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from orchestrator.governance import audit
from orchestrator.governance.models import AuditLink, AuditResult
from orchestrator.governance.principal import Kind, Principal, system
from orchestrator.runs.models import Run, RunAnchor, RunEvent, RunStatus
from orchestrator.runs.snapshots import events_after
from orchestrator.runs.store import NO_HEAD, event_hash

AT_ONCE = 500
SEALED = "run.sealed"
RAN = "run.ended"
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
            SEALED,
            workspace_id=workspace,
            object_type="run",
            object_id=anchors[0].run_id if len(anchors) == 1 else None,
            detail={"heads": heads},
        )
        _tell_who_ran(workspace, anchors)
    return len(anchors)


def _tell_who_ran(workspace: UUID, anchors: Sequence[RunAnchor]) -> None:
    """One event for what a person ran, by workflow and outcome: whoever starts a thousand runs is told of once."""
    last = {anchor.run_id: anchor.seq for anchor in anchors}
    rows = Run.objects.filter(pk__in=last, started_by__isnull=False, parent_id=None, status__gte=RunStatus.DONE)
    told: dict[tuple[Any, ...], list[Run]] = {}
    found = rows.select_related("workflow", "version", "started_by").order_by("id")
    ended = [run for run in found if run.seq == last[run.pk]]
    came = _came_by([run.pk for run in ended])
    for run in ended:
        way = came.get(run.pk, ("", None))
        told.setdefault((run.started_by_id, run.version_id, run.status, way), []).append(run)
    for (_, _, _, (auth, token)), runs in told.items():
        run, who = runs[0], runs[0].started_by
        audit.record(
            Principal(kind=Kind.PERSON, id=run.started_by_id, name=who.name if who else "", auth=auth, token=token),
            RAN,
            workspace_id=workspace,
            object_type="run",
            object_id=run.pk,
            object_name=run.workflow.name,
            result=AuditResult.FAILED if run.status == RunStatus.FAILED else AuditResult.DONE,
            detail={
                "workflow": str(run.workflow_id),
                "version": run.version.number,
                "status": RunStatus(run.status).name.lower(),
                "runs": len(runs),
            },
        )


def _came_by(runs: Sequence[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """How whoever started a run had signed in, and their access token."""
    started = RunEvent.objects.filter(run_id__in=runs, seq=1).values_list("run_id", "body")
    tokens = {run: body.get("token") for run, body in started}
    return {run: (str(body.get("auth", "")), UUID(tokens[run]) if tokens[run] else None) for run, body in started}


def seal_everything() -> None:
    """Every anchor that stands there now; those that come meanwhile are the next sweep's."""
    last = RunAnchor.objects.order_by("-id").values_list("id", flat=True).first()
    while last is not None and RunAnchor.objects.filter(id__lte=last).exists():
        seal_all()


def sealed_heads(workspace: UUID) -> dict[UUID, dict[int, str]]:
    """What the workspace's chain says of its runs' logs: run -> number of an event -> head, hex."""
    heads: dict[UUID, dict[int, str]] = {}
    sealed = AuditLink.objects.filter(workspace_id=workspace, action=SEALED).order_by("seq")
    for detail in sealed.values_list("detail", flat=True).iterator(chunk_size=500):
        for anchor in detail["heads"]:
            heads.setdefault(UUID(anchor["run"]), {})[anchor["seq"]] = anchor["head"]
    return heads


def broken_event(run: UUID, sealed: dict[int, str]) -> int | None:
    """The number of the first event of `run` that is not what was written and sealed (number -> head, hex); None: all
    is whole. Where the hashes behind a change were computed anew, it is the first sealed event behind the change."""
    head, expected = NO_HEAD, 1
    stored = _stored(run)
    for event in events_after(run, 0):
        body, written = stored[event.seq]
        head = event_hash(head, run, event, body)
        if event.seq != expected or head != written or sealed.get(event.seq, head.hex()) != head.hex():
            return expected
        expected += 1
    missing = [number for number in sealed if number >= expected]
    return expected if missing else None


def _stored(run: UUID) -> dict[int, tuple[bytes, bytes]]:
    """Body and hash as they stand in the table: reading a body as JSON and writing it again could differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, body::text, hash FROM run_events WHERE run_id = %s", [run])
        rows: list[Any] = cursor.fetchall()
    return {seq: (body.encode(), bytes(written)) for seq, body, written in rows}
