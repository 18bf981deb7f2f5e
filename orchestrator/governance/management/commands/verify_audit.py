"""Is the trail as it was written?"""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from orchestrator.governance.audit import INSTALLATION, verify
from orchestrator.governance.models import AuditEvent, AuditHead, Workspace


class Command(BaseCommand):
    help = "Compute every hash of the audit trail again; ends with 1 and names the first event that was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        verdicts = [verify(workspace_id) for workspace_id in sorted(_chains())]
        damaged = [verdict for verdict in verdicts if not verdict.whole]
        for verdict in damaged:
            self.stderr.write(f"{_title(verdict.workspace_id)}: {verdict.finding}")
        if damaged:
            sys.exit(1)
        events = sum(verdict.events for verdict in verdicts)
        self.stdout.write(f"The audit trail is whole: {events} events in {len(verdicts)} chains.")


def _chains() -> set[UUID]:
    heads = AuditHead.objects.values_list("workspace_id", flat=True)
    return {*heads, *AuditEvent.objects.order_by().values_list("workspace_id", flat=True).distinct()}


def _title(workspace_id: UUID) -> str:
    if workspace_id == INSTALLATION:
        return "The installation"
    workspace = Workspace.objects.filter(id=workspace_id).first()
    return f"Workspace {workspace.name if workspace else workspace_id}"
