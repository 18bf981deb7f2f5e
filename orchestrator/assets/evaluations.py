"""Evaluations: a version asked every case of a data set, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.assets.evaluation.report import Report

SILENT_FOR = timedelta(seconds=60)
"""A worker that has said nothing for so long is gone."""
RING_AGAIN = timedelta(seconds=10)


class EvaluationState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Somebody stopped it; there is no report."""


UNDER_WAY = (EvaluationState.QUEUED, EvaluationState.RUNNING)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def forgotten(self) -> Self:
        """Those that nobody works on although somebody should."""
        now = timezone.now()
        queued = Q(state=EvaluationState.QUEUED, alive_at__lt=now - RING_AGAIN)
        return self.filter(queued | Q(state=EvaluationState.RUNNING, alive_at__lt=now - SILENT_FOR))


class Evaluation(models.Model):
    """Kept for good: why a version went live is told by its reports. The ids of cases are those of the data set."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey("assets.Asset", models.CASCADE, related_name="evaluations")
    version = models.ForeignKey("assets.AssetVersion", models.CASCADE, related_name="evaluations")
    data_set = models.ForeignKey("assets.AssetVersion", models.RESTRICT, related_name="+")
    """The version of the data set."""
    state = models.CharField(max_length=10, choices=EvaluationState, default=EvaluationState.QUEUED)
    cases = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    """Of the cases so far."""
    report = models.JSONField(null=True)
    """A `Report` without its outcomes: those stand in `rows`."""
    rows = models.ForeignKey("artifacts.Artifact", models.RESTRICT, null=True, related_name="+")
    """JSON lines, one a case: {id, expected, given, code, ms, cost, outcome}."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often a worker has begun it."""
    error = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    alive_at = models.DateTimeField(default=timezone.now)
    """When somebody last rang or worked for it."""
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["asset", "-id"], name="evaluations_of_an_asset"),
            models.Index(fields=["version", "data_set"], name="evaluations_of_a_version"),
            models.Index(fields=["alive_at"], name="evaluations_under_way", condition=Q(state__in=UNDER_WAY)),
        ]

    @property
    def known_report(self) -> Report | None:
        return None if self.report is None else Report.model_validate(self.report)
