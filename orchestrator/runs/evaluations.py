"""Rings for what models are measured by: a worker of the `cpu` queue asks the cases, no request waits for it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orchestrator.assets.actions.evaluations import begin_again
from orchestrator.assets.models import Replacement
from orchestrator.runs.doorbell import ring_chore

QUEUE = "cpu"


def ring_for_evaluation(evaluation: UUID) -> None:
    """Subscribes to `evaluation.asked`."""
    transaction.on_commit(lambda: ring_chore("measure", evaluation, QUEUE))


def ring_for_cases(replacement: UUID) -> None:
    """Subscribes to `replacement.asked`."""
    transaction.on_commit(lambda: ring_chore("try_cases", replacement, QUEUE))


def ring_for_forgotten() -> None:
    """Called by the sweep: bells are lost, and workers end."""
    for evaluation in begin_again():
        ring_chore("measure", evaluation.id, QUEUE)
    for replacement in Replacement.objects.untried():
        if Replacement.objects.untried().filter(id=replacement.id).update(rung_at=timezone.now()):
            ring_chore("try_cases", replacement.id, QUEUE)
