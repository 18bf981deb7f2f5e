"""Is the trail as it was written, and are the logs of runs what it sealed?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from orchestrator.governance.audit import INSTALLATION, verify
from orchestrator.governance.models import AuditEvent, AuditHead, Workspace
from orchestrator.runs import sealing
from orchestrator.runs.models import Run


class Command(BaseCommand):
    help = "Compute every hash of the audit trail and of the runs' logs again; ends with 1 and names what was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        sealing.seal_everything()
        chains = sorted(_chains())
        verdicts = [verify(workspace_id) for workspace_id in chains]
        findings = [f"{_title(verdict.workspace_id)}: {verdict.finding}" for verdict in verdicts if not verdict.whole]
        logs = 0
        for workspace_id in chains:
            for run, sealed in sealing.sealed_heads(workspace_id).items():
                logs += 1
                findings += [f"{_title(workspace_id)}: {finding}" for finding in _finding(run, sealed)]
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            sys.exit(1)
        events = sum(verdict.events for verdict in verdicts)
        self.stdout.write(
            f"The audit trail is whole: {events} events in {len(chains)} chains, and {logs} logs of runs."
        )


def _chains() -> set[UUID]:
    heads = AuditHead.objects.values_list("workspace_id", flat=True)
    return {*heads, *AuditEvent.objects.order_by().values_list("workspace_id", flat=True).distinct()}


def _title(workspace_id: UUID) -> str:
    if workspace_id == INSTALLATION:
        return "The installation"
    workspace = Workspace.objects.filter(id=workspace_id).first()
    return f"Workspace {workspace.name if workspace else workspace_id}"


def _finding(run: UUID, sealed: dict[int, str]) -> Iterator[str]:
    broken = sealing.broken_event(run, sealed)
    if broken is None:
        return
    title = Run.objects.filter(pk=run).values_list("title", flat=True).first()
    name = f"{run} ({title})" if title else str(run)
    yield f"The log of run {name} is not what was sealed, from its event {broken} on."
