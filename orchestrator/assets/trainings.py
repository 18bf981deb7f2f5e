"""What is kept of each training: how far it is, what it learns from, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet


class TrainingState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Somebody cancelled it, or the run it belonged to ended without it."""


OPEN = (TrainingState.QUEUED, TrainingState.RUNNING)


class Training(models.Model):
    """One training of a model. The work itself is a step of the run; this is what its people look at."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    asset = models.ForeignKey("assets.Asset", models.CASCADE, related_name="trainings", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """In whose name; nobody where the product did it."""
    run = models.UUIDField()
    """No reference: runs belong to a room above."""
    key = models.CharField(max_length=36, null=True, unique=True)
    """Of the step that does it, the same for each of its tries; None until it begins."""
    state = models.CharField(max_length=8, choices=TrainingState, default=TrainingState.QUEUED)
    share = models.FloatField(default=0.0)
    """Of the work that is done, 0 to 1."""
    doing = models.CharField(max_length=80, blank=True, default="")
    source = models.CharField(max_length=300)
    """The file or data set, in words."""
    target = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(null=True)
    version = models.ForeignKey("assets.AssetVersion", models.SET_NULL, null=True, related_name="+")
    """What came of it."""
    code = models.CharField(max_length=60, blank=True, default="")
    message = models.TextField(blank=True, default="")
    """Why it failed, in words that say what to do."""
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Training"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["asset", "-id"], name="trainings_of_an_asset"),
            models.Index(fields=["workspace", "created_at"], name="trainings_of_a_workspace"),
            models.Index(fields=["run"], name="trainings_open", condition=models.Q(state__in=["queued", "running"])),
        ]

    @property
    def open(self) -> bool:
        return self.state in OPEN
