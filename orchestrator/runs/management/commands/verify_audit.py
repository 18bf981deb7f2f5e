"""Is the trail as it was written, and are the logs of runs what it sealed?"""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from orchestrator.governance.audit import INSTALLATION, Verdict, verify
from orchestrator.governance.guards import missing_guards
from orchestrator.governance.models import AuditHead, AuditLink, Workspace
from orchestrator.runs import sealing
from orchestrator.runs.checking import finding_of


class Command(BaseCommand):
    help = (
        "Compute every hash of the audit trail and of the runs' logs again, and hold them against the signed "
        "checkpoints; ends with 1 and names what was changed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sealing.seal_everything()
        chains = sorted(_chains())
        verdicts = [verify(workspace_id) for workspace_id in chains]
        findings = [f"{_title(verdict.workspace_id)}: {verdict.finding}" for verdict in verdicts if not verdict.whole]
        logs = 0
        for workspace_id in chains:
            for run, sealed in sealing.sealed_heads(workspace_id).items():
                logs += 1
                broken = sealing.broken_event(run, sealed)
                findings += [] if broken is None else [f"{_title(workspace_id)}: {finding_of(run, broken)}"]
        missing = missing_guards()
        findings += [f"The database does not guard the trail any more: {', '.join(missing)}."] if missing else []
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            sys.exit(1)
        events = sum(verdict.events for verdict in verdicts)
        self.stdout.write(
            f"The audit trail is whole: {events} events in {len(chains)} chains, {_signed(verdicts)}, and {logs} logs "
            "of runs."
        )


def _signed(verdicts: list[Verdict]) -> str:
    count = sum(verdict.checkpoints for verdict in verdicts)
    unread = sum(verdict.outside is None for verdict in verdicts)
    return f"{count} signed checkpoints" + (
        f" (the place outside did not answer for {unread} chains)" if unread else ""
    )


def _chains() -> set[UUID]:
    heads = AuditHead.objects.values_list("workspace_id", flat=True)
    return {*heads, *AuditLink.objects.order_by().values_list("workspace_id", flat=True).distinct()}


def _title(workspace_id: UUID) -> str:
    if workspace_id == INSTALLATION:
        return "The installation"
    workspace = Workspace.objects.filter(id=workspace_id).first()
    return f"Workspace {workspace.name if workspace else workspace_id}"
