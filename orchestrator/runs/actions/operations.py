"""What people do with a run under way."""

from __future__ import annotations

from django.db import transaction

from orchestrator.api.errors import Conflict
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal
from orchestrator.runs import mail
from orchestrator.runs.actions.posting import post
from orchestrator.runs.models import Run


def cancel_run(principal: Principal, run: Run, reason: str) -> None:
    """Ask a run to stop. What is in flight is interrupted; steps already done stay done."""
    principal.require("run:cancel", run.workspace_id, object_type="run", object_id=run.id)
    if run.ended:
        raise Conflict("ended", "This run has ended already.")
    with transaction.atomic():
        if not post(run.id, mail.CANCEL, None, {"by": principal.name or "system", "reason": reason}, "cancel"):
            return  # somebody has asked already, and the run will read that
        audit.record(
            principal,
            "run.cancelled",
            workspace_id=run.workspace_id,
            object_type="run",
            object_id=run.id,
            object_name=run.title,
            reason=reason,
        )
