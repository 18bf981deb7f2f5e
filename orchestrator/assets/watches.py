"""Whether a model still does what it was measured to do: what is watched, what was found, what people were told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet


class Watch(models.Model):
    """What of one asset raises an alert. A limit that is None raises none."""

    asset = models.OneToOneField("assets.Asset", models.CASCADE, primary_key=True, related_name="watch")
    drift = models.BooleanField(default=True)
    agreement_at_least = models.FloatField(null=True)
    """Share of the answers that people agreed with, 0 to 1."""
    errors_at_most = models.FloatField(null=True)
    """Share of the calls that failed, 0 to 1."""
    p95_at_most_ms = models.FloatField(null=True)
    next_at = models.DateTimeField(default=timezone.now)
    """When it is looked at again."""
    asked = models.BooleanField(default=False, db_default=False)
    """Somebody wants it looked at although nothing may have happened since."""

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="watches_due")]


class Check(models.Model):
    """One look at the latest calls of a version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey("assets.Asset", models.CASCADE, related_name="checks", db_index=False)
    version = models.ForeignKey("assets.AssetVersion", models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    calls = models.PositiveIntegerField()
    """Answered calls that were looked at."""
    last_call = models.UUIDField(null=True)
    """The newest of them: without newer ones there is nothing to look at again."""
    drift = models.JSONField(null=True)
    """As `drift.check.Drift`; None for a version that was not trained here."""
    drifted = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    agreed = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    error_rate = models.FloatField(null=True)
    p95_ms = models.FloatField(null=True)
    confidence = models.FloatField(null=True)
    over = ArrayField(models.CharField(max_length=20), default=list)
    """Which limits were passed, as they were then: what was told is not told again at the next look."""

    class Meta:
        indexes = [models.Index(fields=["asset", "-id"], name="checks_of_an_asset")]


class Judgement(models.Model):
    """What a person made of one answer of a model: they agreed, or said what is right. It can be learned from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey("assets.Asset", models.CASCADE, related_name="judgements", db_index=False)
    version = models.ForeignKey("assets.AssetVersion", models.CASCADE, related_name="+")
    run = models.UUIDField()
    """No reference: runs belong to a room above."""
    step = models.IntegerField()
    """Where the person was asked."""
    question = models.CharField(max_length=200)
    answered = models.CharField(max_length=200)
    right = models.CharField(max_length=200)
    agreed = models.BooleanField()
    inputs = models.JSONField(null=True)
    """What the model was asked, by name of the column; None where it is not known any more."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "step", "question"], name="one_judgement_an_answer")]
        indexes = [
            models.Index(fields=["asset", "-id"], name="judgements_of_an_asset"),
            models.Index(fields=["asset", "-id"], name="corrections_of_an_asset", condition=Q(agreed=False)),
        ]


class AlertKind(models.TextChoices):
    DRIFT_INPUT = "drift_input"
    DRIFT_OUTPUT = "drift_output"
    QUALITY = "quality"
    ERRORS = "errors"
    LATENCY = "latency"
    BUDGET = "budget"


class Alert(models.Model):
    """People should look at an asset. It stays on the bell until somebody has seen it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    asset = models.ForeignKey("assets.Asset", models.CASCADE, related_name="alerts", db_index=False)
    version = models.ForeignKey("assets.AssetVersion", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=AlertKind)
    words = models.JSONField(default=dict)
    """{text, ...}: a sentence, and what else is worth knowing."""
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    run = models.UUIDField(null=True)
    """The first run that it started."""

    objects = TenantQuerySet["Alert"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["asset", "-id"], name="alerts_of_an_asset"),
            models.Index(fields=["workspace", "-id"], name="alerts_unseen", condition=Q(seen_at__isnull=True)),
        ]
