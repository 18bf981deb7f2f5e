"""How long events stay in a trail, and taking out those whose time is over."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from orchestrator.api.errors import Invalid
from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.chain import FIRST_HASH
from orchestrator.governance.checkpoints import of_row
from orchestrator.governance.models import AuditCheckpoint, AuditLink, Workspace
from orchestrator.governance.principal import Principal, system
from orchestrator.governance.signing import public_keys
from orchestrator.governance.verification import PRUNED, Broken, verify_between

log = logging.getLogger(__name__)

FEWEST_MONTHS = 6
"""The database refuses less, too."""
MOST_MONTHS = 240
DUE = """
SELECT w.id FROM governance_workspace w
JOIN LATERAL (SELECT at FROM governance_auditevent e WHERE e.workspace_id = w.id ORDER BY e.seq LIMIT 1) first ON true
WHERE w.trail_months > 0 AND NOT w.legal_hold
  AND EXISTS (SELECT 1 FROM governance_auditcheckpoint c WHERE c.workspace_id = w.id AND c.at >= first.at
              AND c.at < clock_timestamp() - make_interval(months => w.trail_months))
"""
OVER = "SELECT clock_timestamp() - make_interval(months => %s)"
NOW_PRUNING = "SELECT set_config('governance.pruning', %s, true)"
UNUSED_VALUES = """
DELETE FROM governance_auditvalue v WHERE v.workspace_id = %(workspace)s AND v.commitment NOT IN (
  SELECT m[1] FROM governance_auditevent e,
       regexp_matches(concat_ws(' ', e.actor_name, e.ip, e.object_name, e.before, e.after, e.detail),
                      'committed:[0-9a-f]{64}', 'g') m
  WHERE e.workspace_id = %(workspace)s)
"""


@dataclass(frozen=True, kw_only=True)
class Retention:
    months: int
    """0: for ever."""
    legal_hold: bool


def retention_of(principal: Principal, workspace_id: UUID) -> Retention:
    workspace = enter(principal, workspace_id, "audit:retain")
    return Retention(months=workspace.trail_months, legal_hold=workspace.legal_hold)


def change_retention(
    principal: Principal, workspace_id: UUID, *, months: int, legal_hold: bool, reason: str
) -> Retention:
    """Events older than `months` leave the trail (0: none ever does); with `legal_hold` nothing leaves it."""
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().find(principal, workspace_id)
        principal.require("audit:retain", workspace.id, object_type="workspace", object_id=workspace.id)
        if months and not FEWEST_MONTHS <= months <= MOST_MONTHS:
            said = f"Events stay for {FEWEST_MONTHS} months at least and {MOST_MONTHS} at most, or for ever."
            raise Invalid("retention_out_of_range", said)
        if not reason.strip():
            raise Invalid("reason_missing", "Say why: an auditor will ask.")
        before = {"trail_months": workspace.trail_months, "legal_hold": workspace.legal_hold}
        workspace.trail_months, workspace.legal_hold = months, legal_hold
        workspace.save(update_fields=["trail_months", "legal_hold"])
        audit.record(
            principal,
            "retention.changed",
            workspace_id=workspace.id,
            object_type="workspace",
            object_id=workspace.id,
            object_name=workspace.name,
            before=before,
            after={"trail_months": months, "legal_hold": legal_hold},
            reason=reason.strip(),
        )
    return Retention(months=months, legal_hold=legal_hold)


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
        workspace = Workspace.objects.select_for_update().get(id=workspace_id)
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
            cursor.execute(UNUSED_VALUES, {"workspace": workspace_id})
            cursor.execute(NOW_PRUNING, [""])
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
