"""Signing what the chains have come to, and writing it outside."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from orchestrator.api.errors import ProblemError
from orchestrator.governance.chain import FIRST_HASH
from orchestrator.governance.checkpoints import keep_outside, new_checkpoint, of_row
from orchestrator.governance.guards import missing_guards
from orchestrator.governance.models import AuditCheck, AuditCheckpoint, AuditHead, CheckState, Workspace
from orchestrator.governance.signing import public_keys
from orchestrator.governance.verification import Broken, verify_between

log = logging.getLogger(__name__)

AT_ONCE = 100
LATE = 3
"""A chain is stale where an event waits to be signed for so many times as long as it should."""
CHAINS = """
FROM governance_audithead h
LEFT JOIN LATERAL (SELECT seq, at FROM governance_auditcheckpoint c WHERE c.workspace_id = h.workspace_id
                   ORDER BY seq DESC LIMIT 1) c ON true
"""
DUE = f"""
SELECT h.workspace_id {CHAINS}
WHERE h.seq > COALESCE(c.seq, 0)
  AND (c.at IS NULL OR c.at < clock_timestamp() - make_interval(secs => %s))
"""
STALE = f"""
SELECT count(*) {CHAINS}
JOIN governance_auditevent e ON e.workspace_id = h.workspace_id AND e.seq = COALESCE(c.seq, 0) + 1
WHERE e.at < clock_timestamp() - make_interval(secs => %s)
"""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)), clock_timestamp()"


def due_for_signing(seconds: float) -> list[UUID]:
    """Chains with events that nobody has signed, unless the last one was signed less long ago."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [seconds])
        return [row[0] for row in cursor.fetchall()]


def stale_chains(seconds: float) -> int:
    """So many have an event that waits for longer."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, [seconds])
        return int(cursor.fetchone()[0])


def sign_chain(workspace_id: UUID) -> None:
    """Sign the newest event of a chain, and keep that outside. What is not whole is not signed, but told."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [f"sign {workspace_id}"])
            mine, now = cursor.fetchone()
        if not mine:
            return
        head = AuditHead.objects.get(workspace_id=workspace_id)
        rows = AuditCheckpoint.objects.filter(workspace_id=workspace_id).order_by("-seq")
        last = rows.first()
        if last is not None and last.seq >= head.seq:
            return
        try:
            hash = _whole_since(workspace_id, last, head)
        except Broken as broken:
            _tell(workspace_id, broken)
            return
        row = new_checkpoint(workspace_id, head.seq, hash, now)
        row.save(force_insert=True)
    _keep(row)


def keep_checkpoints(_: UUID) -> None:
    """Write those outside that could not be written when they were signed."""
    for row in AuditCheckpoint.objects.filter(kept_at=None).order_by("at")[:AT_ONCE]:
        if not _keep(row):
            return


def state() -> dict[str, Any]:
    """How the trail of the installation is kept, for its admins: names and numbers, nothing of a workspace."""
    checks = AuditCheck.objects.filter(workspace_id=OuterRef("pk"), state__in=(CheckState.WHOLE, CheckState.BROKEN))
    newest = Subquery(checks.order_by("-id").values("state")[:1])
    return {
        "last_at": AuditCheckpoint.objects.order_by("-id").values_list("at", flat=True).first(),
        "every_s": settings.CHECKPOINT_SECONDS,
        "chains": AuditHead.objects.filter(seq__gt=0).count(),
        "stale": stale_chains(LATE * settings.CHECKPOINT_SECONDS),
        "not_kept": AuditCheckpoint.objects.filter(kept_at=None).count(),
        "outside": bool(settings.CHECKPOINTS_URL),
        "broken": Workspace.objects.alias(newest=newest).filter(newest=CheckState.BROKEN).count(),
        "missing_guards": missing_guards(),
        "keys": {name: key.hex() for name, key in public_keys().items()},
    }


def _whole_since(workspace_id: UUID, last: AuditCheckpoint | None, head: AuditHead) -> bytes:
    """The hash of the newest event, where everything since the last checkpoint is whole. Raises `Broken`."""
    if last is not None and not of_row(last).is_genuine(public_keys()):
        finding = f"The checkpoint of event {last.seq} was not signed by this installation."
        raise Broken("checkpoint_forged", last.seq, finding)
    known = (last.seq, bytes(last.hash)) if last else (0, FIRST_HASH)
    hash = verify_between(workspace_id, known, head.seq)
    if hash != bytes(head.hash):
        raise Broken("head_differs", head.seq, f"The head of the trail does not match its last event {head.seq}.")
    return hash


def _tell(workspace_id: UUID, broken: Broken) -> None:
    """As a verification that nobody asked for; once for the same finding."""
    log.error("The trail of %s is not signed: %s", workspace_id, broken.finding)
    workspace = Workspace.objects.filter(id=workspace_id).first()
    newest = AuditCheck.objects.filter(workspace_id=workspace_id).order_by("-id").first()
    if workspace is None or (newest and (newest.code, newest.bad_seq) == (broken.code, broken.seq)):
        return
    AuditCheck.objects.create(
        workspace=workspace,
        state=CheckState.BROKEN,
        ended_at=timezone.now(),
        code=broken.code,
        bad_seq=broken.seq,
        finding=broken.finding,
    )


def _keep(row: AuditCheckpoint) -> bool:
    try:
        keep_outside(of_row(row))
    except (OSError, ProblemError) as error:
        log.warning("A checkpoint could not be written outside: %s", getattr(error, "cause", error))
        return False
    AuditCheckpoint.objects.filter(id=row.id, kept_at=None).update(kept_at=timezone.now())
    return True
