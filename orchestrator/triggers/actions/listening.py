"""Waiting for a test call: what comes first becomes the kept sample of the start step, and starts no run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from builder.models import Draft, Workflow
from builder.samples import keep_sample
from orchestrator.api.errors import NotFound
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal
from orchestrator.nodes.start_link import StartLink
from orchestrator.triggers.links import start_links
from orchestrator.triggers.models import Listening

LONGEST = timedelta(minutes=15)


def listen(principal: Principal, workflow: Workflow, node: str) -> Listening:
    """Wait for the next test call of a step of the draft."""
    _require(principal, workflow)
    if node not in start_links(Draft.objects.get(workflow=workflow).graph):
        raise NotFound()
    listening, _ = Listening.objects.update_or_create(
        workflow=workflow, node=node, defaults={"until": timezone.now() + LONGEST, "caught_at": None}
    )
    return listening


def stop_listening(principal: Principal, workflow: Workflow, node: str) -> None:
    _require(principal, workflow)
    Listening.objects.filter(workflow=workflow, node=node).delete()


def catch(principal: Principal, workflow: Workflow, node: str, payload: Callable[[], dict[str, Any]]) -> bool:
    """Whether somebody listened: then what was sent is the sample, signed or not, because it starts nothing."""
    now = timezone.now()
    waiting = Listening.objects.filter(workflow=workflow, node=node, caught_at=None, until__gt=now)
    if not waiting.exists():
        return False
    start = start_links(Draft.objects.get(workflow=workflow).graph).get(node)
    if start is None:
        return False
    config = StartLink.Config.model_validate(start.config)
    caught = StartLink().accept(config, payload())
    with transaction.atomic():
        if not waiting.update(caught_at=now):
            return False
        keep_sample(principal, workflow, node, caught)
    return True


def _require(principal: Principal, workflow: Workflow) -> None:
    sharing.require(principal, "workflow:edit", workflow)
