"""Looking at the data of runs, which leaves a mark."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import Principal
from orchestrator.runs.models import Mode, Run
from orchestrator.runs.subjects import Sought, runs_about


def note_data_read(principal: Principal, run: Run) -> None:
    """Once a minute for the same person and run. Test runs hold what their makers put in."""
    if run.mode != Mode.LIVE or not audit.first_in_a_minute("run data", principal.id, run.id):
        return
    with transaction.atomic():
        audit.record(
            principal,
            "run.data_read",
            workspace_id=run.workspace_id,
            object_type="run",
            object_id=run.id,
            object_name=run.title or run.workflow.name,
        )


def search_subject(principal: Principal, workspace_id: UUID, sought: Sought) -> QuerySet[Run]:
    """The runs about a person or record. The trail keeps that somebody looked, not for whom: that would be the very
    data that may have to be erased."""
    workspace = enter(principal, workspace_id, "audit:read")
    principal.require("run:payload", workspace.id, object_type="run")
    if audit.first_in_a_minute("subject", principal.id, workspace.id, sought.value, sought.since, sought.until):
        with transaction.atomic():
            audit.record(
                principal,
                "subject.searched",
                workspace_id=workspace.id,
                object_type="subject",
                object_id=None,
                detail={"since": sought.since, "until": sought.until},
            )
    return runs_about(principal, workspace.id, sought)
