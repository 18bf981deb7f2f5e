"""What admins and auditors rely on without seeing it: keys, the trail, backups, who tries to sign in. One card each.

A card tells facts, how it stands, and why: what `reason` means and what to do about it, the page says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from orchestrator.governance import failed_sign_ins, rotation
from orchestrator.governance.actions import checkpoints
from orchestrator.governance.keys import ring
from orchestrator.governance.models import AuditHead, Workspace
from orchestrator.operations.backups import next_at
from orchestrator.operations.models import Backup
from orchestrator.runs.models import Restoration, RunAnchor

KEY_LIFE = timedelta(days=365)
BY_HAND = timedelta(days=7)
"""Where no backups are taken by themselves, one may be so old."""
GRACE = timedelta(hours=2)
"""A backup takes its time, and a worker may be busy."""
MANY_REFUSALS = 20
"""Sign-ins in a day that were refused."""


class Standing(StrEnum):
    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`reason` is empty where all is well."""

    standing: Standing = Standing.GOOD
    reason: str = ""


GOOD = Verdict()


def watch(reason: str) -> Verdict:
    return Verdict(standing=Standing.WATCH, reason=reason)


def bad(reason: str) -> Verdict:
    return Verdict(standing=Standing.BAD, reason=reason)


def keys(_: UUID) -> dict[str, Any]:
    """The ring, and how much each key has sealed. Nothing in it opens anything."""
    state = rotation.state()
    first = Workspace.objects.aggregate(first=Min("created_at"))["first"]
    return {**state, "since": state["rotated_at"] or first}


def judge_keys(state: dict[str, Any]) -> Verdict:
    if any(not key["in_ring"] for key in state["keys"]):
        return bad("key_missing")
    if not state["complete"]:
        return watch("key_change_unfinished")
    if state["since"] is not None and timezone.now() - state["since"] > KEY_LIFE:
        return watch("key_old")
    return GOOD


def trail(workspace_id: UUID) -> dict[str, Any]:
    """The chain of the workspace; signatures and guards are those of the whole installation."""
    head = AuditHead.objects.filter(workspace_id=workspace_id).first()
    state = checkpoints.state()
    return {
        **state,
        "events": head.seq if head else 0,
        "unsealed": RunAnchor.objects.filter(workspace_id=workspace_id).count(),
        "guarded": not state["missing_guards"],
    }


def judge_trail(state: dict[str, Any]) -> Verdict:
    if not state["guarded"]:
        return bad("trail_unguarded")
    if state["broken"]:
        return bad("trail_broken")
    if state["stale"] and state["last_at"] is not None:  # before the first, nobody was late
        return bad("checkpoint_late")
    if state["not_kept"]:
        return watch("checkpoint_not_kept")
    return GOOD if state["outside"] else watch("checkpoint_inside")


def backups(_: UUID) -> dict[str, Any]:
    """The last ones, the next one, and the returns to one."""
    good = Backup.objects.exclude(name="").order_by("-started_at").first()
    last = Backup.objects.filter(ended_at__isnull=False).order_by("-started_at").first()
    back = Restoration.objects.order_by("-epoch").first()
    return {
        "scheduled": settings.BACKUP_DIR is not None,
        "every_hours": settings.BACKUP_HOURS,
        "kept": settings.BACKUP_KEEP,
        "next_at": next_at(),
        "last_good": good,
        "failed_at": last.started_at if last and last.error else None,
        "error": last.error if last else "",
        "restored_at": back.restored_at if back else None,
        "restored_to": back.taken_at if back else None,
        "missing_keys": [name for name in good.keys if name not in ring()] if good else [],
    }


def judge_backups(state: dict[str, Any]) -> Verdict:
    good, now = state["last_good"], timezone.now()
    if state["failed_at"] is not None:
        return bad("backup_failed")
    if good is None:
        return watch("backup_none")
    may_be = timedelta(hours=state["every_hours"]) + GRACE if state["scheduled"] else BY_HAND
    if now - good.started_at > may_be:
        return bad("backup_late")
    if state["missing_keys"]:
        return bad("backup_keys_missing")
    if good.lacking:
        return watch("backup_lacking")
    return GOOD


def judge_sign_ins(state: dict[str, Any]) -> Verdict:
    return watch("many_refused") if state["last_day"] >= MANY_REFUSALS else GOOD


@dataclass(frozen=True, kw_only=True)
class Card:
    """`load` takes the workspace that asks, `judge` what it gave."""

    key: str
    load: Callable[[UUID], dict[str, Any]]
    judge: Callable[[dict[str, Any]], Verdict]


CARDS = (
    Card(key="keys", load=keys, judge=judge_keys),
    Card(key="trail", load=trail, judge=judge_trail),
    Card(key="backups", load=backups, judge=judge_backups),
    Card(key="sign_ins", load=failed_sign_ins.state, judge=judge_sign_ins),
)


def cards(workspace_id: UUID) -> dict[str, Any]:
    """Each card's facts by its key, with `standing` and `reason`."""
    found = {}
    for card in CARDS:
        state = card.load(workspace_id)
        verdict = card.judge(state)
        found[card.key] = {**state, "standing": verdict.standing, "reason": verdict.reason}
    return found
