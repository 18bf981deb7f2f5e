"""What people do with a run under way, and with one that failed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.api.errors import Conflict
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal
from orchestrator.runs import mail, rights
from orchestrator.runs.actions.posting import post, raw
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.stream import tell_workspace

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
HELD = """
SELECT status, coalesce((SELECT kind = 'pause' FROM mailbox WHERE run_id = r.id AND kind IN ('pause', 'resume')
                         ORDER BY id DESC LIMIT 1), status = 3)
FROM runs r WHERE id = %s
"""
"""What the run will be once it has read its mail: one statement, so that no letter is read between the two looks."""


def cancel_run(principal: Principal, run: Run, reason: str) -> None:
    """Ask a run to stop. What is in flight is interrupted; steps already done stay done."""
    rights.require(principal, "run:cancel", run)
    if run.ended:
        raise Conflict("ended", "This run has ended already.")
    with transaction.atomic():
        if not post(run.id, mail.CANCEL, None, {"by": principal.name or "system", "reason": reason}, "cancel"):
            return  # somebody has asked already, and the run will read that
        _record(principal, "run.cancelled", run, reason)


def pause_run(principal: Principal, run: Run, reason: str) -> None:
    """Hold a run. What is in flight ends and is kept; nothing new begins and no time runs out until it is resumed."""
    rights.require(principal, "run:cancel", run)
    with transaction.atomic():
        if _is_held(run):
            raise Conflict("paused", "This run is paused already.")
        post(run.id, mail.PAUSE, None, {"by": principal.name or "system", "reason": reason}, f"pause:{uuid7()}")
        _record(principal, "run.paused", run, reason)


def resume_run(principal: Principal, run: Run) -> None:
    """Let a paused run go on. What fell due meanwhile happens now."""
    rights.require(principal, "run:cancel", run)
    with transaction.atomic():
        if not _is_held(run):
            raise Conflict("not_paused", "This run is not paused.")
        post(run.id, mail.RESUME, None, {"by": principal.name or "system"}, f"resume:{uuid7()}")
        _record(principal, "run.resumed", run, "")


def dismiss_run(principal: Principal, run: Run, reason: str) -> None:
    """Take a failed run off the list of those that somebody has to look after."""
    rights.require(principal, "run:cancel", run)
    with transaction.atomic():
        settle(run)
        _record(principal, "run.dismissed", run, reason)
    transaction.on_commit(lambda: tell_workspace(run.workspace_id, "runs"))


def settle(run: Run) -> None:
    """Mark a failed run as looked after, in the caller's transaction. Raises Conflict where it needs nobody (more)."""
    if run.status != RunStatus.FAILED:
        raise Conflict("not_failed", "This run did not fail, so there is nothing to look after.")
    if not Run.objects.filter(pk=run.pk, settled_at=None).update(settled_at=timezone.now()):
        raise Conflict("settled", "Somebody ran this again or dismissed it already.")


def _is_held(run: Run) -> bool:
    """Whether the run is paused, or will be; locked against others who ask the same. Raises Conflict if it has ended.

    The lock is not the run's row: the engine's writer must never wait for a request.
    """
    cursor = raw().cursor()
    cursor.execute(LOCK, [f"pause {run.id}"])
    status, held = cursor.execute(HELD, [run.id]).fetchone() or (RunStatus.CANCELLED, False)
    if status >= RunStatus.DONE:
        raise Conflict("ended", "This run has ended already.")
    return bool(held)


def _record(principal: Principal, action: str, run: Run, reason: str) -> None:
    audit.record(
        principal,
        action,
        workspace_id=run.workspace_id,
        object_type="run",
        object_id=run.id,
        object_name=run.title,
        reason=reason,
    )
