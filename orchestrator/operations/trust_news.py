"""Those who answer for the installation hear when keys, trail or backups stand badly: in the bell, and by one mail."""

from __future__ import annotations

import time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from orchestrator.governance.audit import INSTALLATION
from orchestrator.governance.matrix import VERBS
from orchestrator.governance.models import Membership, Workspace
from orchestrator.operations.mailing import mail_each
from orchestrator.operations.models import TrustAlert
from orchestrator.operations.trust import CARDS
from orchestrator.runs.doorbell import ring_chore
from orchestrator.runs.stream import tell_workspace

LOOK_EVERY_S = 60.0
TOLD = {
    "key_missing": "A key is missing: some connections cannot be opened",
    "key_old": "The key that seals connections is more than a year old",
    "trail_unguarded": "The database does not protect the audit trail any more",
    "trail_broken": "The audit trail was changed",
    "checkpoint_late": "The audit trail is not signed in time",
    "backup_failed": "The last backup failed",
    "backup_late": "The last backup is too old",
    "backup_keys_missing": "The keys of the last backup are not here",
}
"""What is told without being asked for, with the subject of the mail. The rest can wait until somebody looks."""

_looked_at = float("-inf")


def watch_trust() -> None:
    """Raise what does not stand well, end what does again. Each engine worker looks now and then; one of them tells."""
    global _looked_at
    if time.monotonic() - _looked_at < LOOK_EVERY_S:
        return
    _looked_at = time.monotonic()
    renew_alerts()


def renew_alerts() -> None:
    """Now, and tell the pages that are open where anything changed."""
    if _renew():
        for workspace in Workspace.objects.values_list("id", flat=True):
            tell_workspace(workspace, "trust")


def _renew() -> bool:
    known = {alert.card: alert for alert in TrustAlert.objects.filter(ended_at=None)}
    changed = False
    for card in CARDS:
        reason = card.judge(card.load(INSTALLATION)).reason
        before = known.get(card.key)
        if before is not None and before.reason == reason:
            continue
        if before is not None:
            changed |= _end(before)
        if reason in TOLD:
            changed |= _raise(card.key, reason)
    return changed


def _end(alert: TrustAlert) -> bool:
    return bool(TrustAlert.objects.filter(pk=alert.pk, ended_at=None).update(ended_at=timezone.now()))


def _raise(card: str, reason: str) -> bool:
    """False: another worker was faster."""
    alert = TrustAlert(card=card, reason=reason, raised_at=timezone.now())
    with transaction.atomic():
        made = TrustAlert.objects.bulk_create([alert], ignore_conflicts=True)
    if not made or not TrustAlert.objects.filter(pk=alert.pk).exists():
        return False
    if settings.EMAIL_URL:
        ring_chore("mail_trust", alert.pk)
    return True


def mail_trust(alert_id: UUID) -> None:
    """One mail to everybody who may see how the installation stands. What has ended meanwhile is no news."""
    alert = TrustAlert.objects.filter(pk=alert_id, ended_at=None).first()
    if alert is None:
        return
    subject = TOLD[alert.reason]
    text = render_to_string("mails/trust.txt", {"subject": subject, "address": settings.PUBLIC_URL})
    people = Membership.objects.people().filter(user__is_active=True)
    members = people.filter(roles__overlap=sorted(VERBS["installation:read"]))
    mail_each(members.order_by("user__email").values_list("user__email", flat=True).distinct(), subject, text)
