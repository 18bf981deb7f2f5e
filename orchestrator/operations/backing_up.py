"""Backups that are taken by themselves, where `BACKUP_DIR` names a folder for them."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from orchestrator.governance.audit import INSTALLATION
from orchestrator.operations.backups import next_at, noted, thin_out
from orchestrator.operations.errors import BackupFailed
from orchestrator.operations.models import Backup, BackupBy
from orchestrator.operations.trust_news import renew_alerts
from orchestrator.runs import store
from orchestrator.runs.doorbell import ring_chore

log = logging.getLogger(__name__)

ONE_AT_A_TIME = 4_201_973
"""The number of the advisory lock that is held while one is written."""
LOOK_EVERY_S = 30.0
DIED = "The process that wrote this backup ended before it was whole."

_looked_at = float("-inf")


def back_up_due() -> None:
    """Have a backup taken when its time has come. Each engine worker looks; a doubled bell finds the lock taken."""
    global _looked_at
    if not settings.BACKUP_DIR or time.monotonic() - _looked_at < LOOK_EVERY_S:
        return
    _looked_at = time.monotonic()
    if (due := next_at()) is not None and due <= timezone.now():
        ring_chore("back_up", INSTALLATION)


def take_scheduled(_: UUID) -> None:
    """One backup, if it is still due, and no more than `BACKUP_KEEP` of them afterwards."""
    with store.connect() as line:
        if not line.execute("SELECT pg_try_advisory_lock(%s) AS ours", [ONE_AT_A_TIME]).fetchone().ours:
            return
        Backup.objects.filter(ended_at=None, by=BackupBy.SCHEDULE).update(ended_at=timezone.now(), error=DIED)
        due = next_at()
        if due is None or due > timezone.now():
            return
        try:
            taken = noted(settings.BACKUP_DIR, BackupBy.SCHEDULE)
        except BackupFailed as error:
            log.error("No backup: %s", error)
            return
        finally:
            renew_alerts()
        gone = thin_out(settings.BACKUP_DIR, settings.BACKUP_KEEP)
        log.info("The backup %s is written; %d older ones went.", taken.path, len(gone))
