"""Taking out of a trail what has been there for as long as its workspace wants."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from orchestrator.governance import audit
from orchestrator.governance.chain import FIRST_HASH
from orchestrator.governance.checkpoints import of_row
from orchestrator.governance.models import AuditCheckpoint, AuditHead, AuditLink, Workspace
from orchestrator.governance.principal import system
from orchestrator.governance.signing import public_keys
from orchestrator.governance.verification import PRUNED, Broken, verify_between

log = logging.getLogger(__name__)

DUE = """
SELECT w.id FROM governance_workspace w
JOIN LATERAL (SELECT at FROM governance_auditevent e WHERE e.workspace_id = w.id ORDER BY e.seq LIMIT 1) first ON true
WHERE w.trail_months > 0 AND NOT w.legal_hold
  AND EXISTS (SELECT 1 FROM governance_auditcheckpoint c WHERE c.workspace_id = w.id AND c.at >= first.at
              AND c.at < clock_timestamp() - make_interval(months => w.trail_months))
"""
OVER = "SELECT clock_timestamp() - make_interval(months => %s)"
NOW_PRUNING = "SELECT set_config('governance.pruning', %s, true)"
TOLD = """
SELECT m[1] FROM governance_auditevent e,
     regexp_matches(concat_ws(' ', e.actor_name, e.ip, e.object_name, e.before, e.after, e.detail),
                    'committed:[0-9a-f]{64}', 'g') m
WHERE e.workspace_id = %(workspace)s AND e.seq > %(after)s
"""
UNUSED_VALUES = f"""
SELECT commitment FROM governance_auditvalue WHERE workspace_id = %(workspace)s AND commitment NOT IN ({TOLD})
"""  # noqa: S608  nothing in it from outside
STILL_UNUSED = f"""
DELETE FROM governance_auditvalue
WHERE workspace_id = %(workspace)s AND commitment = ANY(%(unused)s) AND commitment NOT IN ({TOLD})
"""  # noqa: S608  as above


def due_for_pruning() -> list[UUID]:
    """Workspaces with events whose time is over, and a checkpoint that can stand for them."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        return [row[0] for row in cursor.fetchall()]


def prune_trail(workspace_id: UUID) -> int:
    """Take out the events whose time is over, up to a signed checkpoint: the rest continues from it and verifies.

    What is not whole stays. Gives how many left.
    """
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update(no_key=True).get(id=workspace_id)
        if not workspace.trail_months or workspace.legal_hold:
            return 0
        links = AuditLink.objects.filter(workspace_id=workspace_id)
        first = links.order_by("seq").values_list("seq", flat=True).first()
        last = _checkpoint_before(workspace_id, _cutoff(workspace.trail_months))
        if first is None or last is None or last.seq < first:
            return 0
        try:
            _require_whole(workspace_id, first, last)
        except Broken as broken:
            log.error("Nothing leaves the trail of %s: %s", workspace_id, broken.finding)
            return 0
        with connection.cursor() as cursor:
            cursor.execute(NOW_PRUNING, [str(workspace_id)])
            gone, _ = links.filter(seq__lte=last.seq).delete()
            cursor.execute(NOW_PRUNING, [""])
        _drop_unused_values(workspace_id, last.seq)
        audit.record(
            system("retention"),
            PRUNED,
            workspace_id=workspace_id,
            object_type="audit",
            object_id=None,
            detail={
                "from": first,
                "to": last.seq,
                "hash": bytes(last.hash).hex(),
                "checkpoint": str(last.id),
                "months": workspace.trail_months,
            },
        )
    return gone


def _drop_unused_values(workspace_id: UUID, pruned_to: int) -> None:
    """Looking through the whole trail takes a while: only what was told meanwhile is looked through under the lock."""
    head = AuditHead.objects.filter(workspace_id=workspace_id)
    newest = head.values_list("seq", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(UNUSED_VALUES, {"workspace": workspace_id, "after": pruned_to})
        unused = [row[0] for row in cursor.fetchall()]
        head.select_for_update().get()
        cursor.execute(STILL_UNUSED, {"workspace": workspace_id, "after": newest, "unused": unused})


def _cutoff(months: int) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(OVER, [months])
        return cursor.fetchone()[0]


def _checkpoint_before(workspace_id: UUID, moment: datetime) -> AuditCheckpoint | None:
    """The newest that was signed before then and is kept outside."""
    rows = AuditCheckpoint.objects.filter(workspace_id=workspace_id, at__lt=moment).exclude(kept_at=None)
    return rows.order_by("-seq").first()


def _require_whole(workspace_id: UUID, first: int, last: AuditCheckpoint) -> None:
    """Raises `Broken` where the events from `first` on are not what leads to the checkpoint."""
    known = (0, FIRST_HASH)
    if first > 1:
        base = AuditCheckpoint.objects.filter(workspace_id=workspace_id, seq=first - 1).first()
        if base is None:
            raise Broken("missing", 1, "Event 1 is missing.")
        known = (base.seq, bytes(base.hash))
    hash = verify_between(workspace_id, known, last.seq)
    if hash != bytes(last.hash) or not of_row(last).is_genuine(public_keys()):
        raise Broken("checkpoint_forged", last.seq, f"The checkpoint of event {last.seq} does not match the event.")
