"""Whether the database still refuses to change the trail: its owner could have dropped the triggers that do.

A change is told in the installation's chain, and shown wherever the state of the trail is.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction

from orchestrator.governance import audit
from orchestrator.governance.models import AuditLink, AuditResult
from orchestrator.governance.principal import system

log = logging.getLogger(__name__)

GUARDS = {
    "governance_auditevent": ("append_only", "leaves_in_time", "no_truncate"),
    "governance_audithead": ("append_only", "moves_on", "no_truncate"),
    "governance_auditvalue": ("append_only", "no_truncate"),
    "governance_auditcheckpoint": ("append_only", "is_kept", "no_truncate"),
}
"""Table -> the triggers that fire always, also where replication is pretended."""
AWAKE = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relname = ANY(%s) AND c.relnamespace = current_schema()::regnamespace AND t.tgenabled = 'A'
"""
LOST, BACK = "guard.lost", "guard.restored"


def missing_guards() -> list[str]:
    """`table.trigger` of each that is gone or asleep."""
    with connection.cursor() as cursor:
        cursor.execute(AWAKE, [list(GUARDS)])
        awake = set(cursor.fetchall())
    return [f"{table}.{name}" for table, names in GUARDS.items() for name in names if (table, name) not in awake]


def watch_guards() -> None:
    """Tell when a guard is gone, and when it is back; once each."""
    missing = missing_guards()
    told = AuditLink.objects.filter(workspace_id=audit.INSTALLATION, action__in=(LOST, BACK)).order_by("-seq").first()
    if missing == (told.detail["missing"] if told else []):
        return
    if missing:
        log.error("The database does not guard the trail any more: %s. Restore these triggers.", ", ".join(missing))
    with transaction.atomic():
        audit.record(
            system("guards"),
            LOST if missing else BACK,
            workspace_id=audit.INSTALLATION,
            object_type="audit",
            object_id=None,
            result=AuditResult.FAILED if missing else AuditResult.DONE,
            detail={"missing": missing},
        )
