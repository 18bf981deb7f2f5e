"""Runs and the runs that work for them, driven as the doorbells would have them driven."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from orchestrator.runs.host import Host
from orchestrator.runs.models import Mail, Run, RunStatus
from tests.integration.runs.graphs import node

SECONDS = 30


def calling(workflow: Any, key: str = "call", **given: Any) -> dict[str, Any]:
    """A step that runs `workflow`."""
    fields = [{"name": name, "value": value} for name, value in given.items()]
    return node(key, "run_workflow", {"workflow": str(workflow.pk), "input": fields})


def family(run: Run) -> list[Run]:
    """The run, its children, theirs ..., elders first."""
    found = [Run.objects.get(pk=run.pk)]
    for each in found:
        found += Run.objects.filter(parent_id=each.pk).order_by("parent_chunk", "id")
    return found


def drive_family(host: Host, run: Run, *, until: RunStatus = RunStatus.DONE) -> Run:
    """Drive every run of the family that is due, until the eldest is in `until` or has ended."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        now = Run.objects.get(pk=run.pk)
        if now.ended or (now.status == until and now.owner is None):
            return now
        members = [each.pk for each in family(run)]
        due = Run.objects.filter(Q(wake_at__lte=timezone.now()), pk__in=members, owner__isnull=True)
        waiting = [host.execute(UUID(str(pk))) for pk in due.values_list("pk", flat=True)]
        assert waiting or until, f"Nothing moves the run: {[(each.title, each.status) for each in family(run)]}"
        for future in waiting:
            future.result(SECONDS)
    mail = list(Mail.objects.values_list("run_id", "kind"))
    raise AssertionError(f"Still open: {[(each.pk, each.status, each.wake_at) for each in family(run)]}, mail {mail}")
