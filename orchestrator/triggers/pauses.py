"""Which starts are paused one by one, whatever their workflow does."""

from __future__ import annotations

from uuid import UUID

from orchestrator.triggers.models import PausedStart


def is_paused(workflow: UUID, node: str) -> bool:
    return PausedStart.objects.filter(workflow_id=workflow, node=node).exists()


def paused_nodes(workflow: UUID) -> set[str]:
    return set(PausedStart.objects.filter(workflow_id=workflow).values_list("node", flat=True))
