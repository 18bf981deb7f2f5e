"""Looking after the trails: verifying them with the logs of runs, signing them, taking out what is too old."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orchestrator.governance import audit
from orchestrator.governance.actions.checkpoints import due_for_signing, sign_chain
from orchestrator.governance.actions.checks import begin_check, end_check, forgotten_checks
from orchestrator.governance.actions.retention import due_for_pruning
from orchestrator.governance.guards import watch_guards
from orchestrator.governance.models import AuditCheck, AuditCheckpoint
from orchestrator.runs import sealing
from orchestrator.runs.doorbell import ring_chore
from orchestrator.runs.models import Run

QUEUE = "cpu"
"""Verifying keeps a processor busy: not beside the runs."""
TELL_EVERY = 100


def ring_for_check(check: UUID) -> None:
    """Subscribes to `check.asked`."""
    transaction.on_commit(lambda: ring_chore("check_trail", check, QUEUE))


def look_after_trails() -> None:
    """Ring for what is due. Every engine worker calls it each second; one of them looks, once a minute."""
    if not audit.first_in_a_minute("trails"):
        return
    watch_guards()
    for check in forgotten_checks():
        ring_chore("check_trail", check, QUEUE)
    for workspace in due_for_signing(settings.CHECKPOINT_SECONDS):
        ring_chore("sign_chain", workspace)
    if AuditCheckpoint.objects.filter(kept_at=None).exists():
        ring_chore("keep_checkpoints", audit.INSTALLATION)
    for workspace in due_for_pruning():
        ring_chore("prune_trail", workspace)


def check_trail(check_id: UUID) -> None:
    """Do a verification that somebody asked for, and sign what is whole."""
    check = begin_check(check_id)
    if check is None:
        return
    workspace = check.workspace_id
    while sealing.seal(workspace):
        pass
    verdict = audit.verify(workspace, lambda events, of: _beat(check, events=events, of=of))
    check.events, check.code, check.finding = verdict.events, verdict.code, verdict.finding
    check.bad_seq, check.checkpoints, check.outside = verdict.bad_seq, verdict.checkpoints, verdict.outside
    for run, event in broken_logs(check):
        if not check.code:
            check.code, check.run, check.bad_seq = "run_log", run, None
            check.finding = finding_of(run, event)
    end_check(check)
    if not check.code:
        sign_chain(workspace)


def broken_logs(check: AuditCheck) -> Iterator[tuple[UUID, int]]:
    """The runs whose log is not what the trail sealed, each with the number of the first event that is not."""
    for run, sealed in sealing.sealed_heads(check.workspace_id).items():
        broken = sealing.broken_event(run, sealed)
        if broken is not None:
            yield run, broken
        check.logs += 1
        if check.logs % TELL_EVERY == 0:
            _beat(check, logs=check.logs)


def finding_of(run: UUID, event: int) -> str:
    title = Run.objects.filter(pk=run).values_list("title", flat=True).first()
    name = f"{run} ({title})" if title else str(run)
    return f"The log of run {name} is not what was sealed, from its event {event} on."


def _beat(check: AuditCheck, **progress: int) -> None:
    AuditCheck.objects.filter(id=check.id).update(beat_at=timezone.now(), **progress)
