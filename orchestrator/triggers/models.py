"""How the outside world reaches the starts of a workflow."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.sealed import Sealed
from orchestrator.governance.tenancy import TenantQuerySet

TOKEN_BYTES = 32
SLUG_BYTES = 18


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


class MessageStart(models.Model):
    """A start step of a live version that listens for messages of a name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    """Key of the start step."""
    name = models.CharField(max_length=200)

    objects = TenantQuerySet["MessageStart"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "name"], name="message_starts_by_name")]


class AlertStart(models.Model):
    """A start step of a live version that listens for alerts of an asset."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    """Key of the start step."""
    asset = models.CharField(max_length=100)
    """By name: it may come later."""
    kinds = ArrayField(models.CharField(max_length=20))

    objects = TenantQuerySet["AlertStart"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "asset"], name="alert_starts_by_asset")]


def new_slug() -> str:
    return secrets.token_urlsafe(SLUG_BYTES)


class IncomingLink(Sealed):
    """The address of one start step. It stays the same from version to version, as long as the step exists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    """Key of the start step."""
    token = models.CharField(max_length=60, unique=True, default=new_token)
    """In clear: it is an address that people copy. What proves a sender is the secret."""
    path = models.CharField(max_length=80, blank=True, default="")
    """What the live version calls the end of its second address, which people can read; empty where it has none."""
    key = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(default=bytes)
    """The secret, sealed; empty until somebody asks for one."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["IncomingLink"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "node"], name="one_link_a_start"),
            models.UniqueConstraint(fields=["workspace", "path"], name="one_link_a_path", condition=~models.Q(path="")),
        ]

    @property
    def has_secret(self) -> bool:
        return bool(self.sealed)


class Listening(models.Model):
    """Somebody waits for a test call of a start step; the first one becomes its kept sample and starts no run."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    until = models.DateTimeField()
    caught_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "node"], name="one_listening_a_start")]


class PausedStart(models.Model):
    """One start of a workflow that starts nothing for now, whichever version is live."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    paused_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["PausedStart"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "node"], name="one_pause_a_start")]


class PublicForm(models.Model):
    """The address of one form. It stays the same from version to version, as long as the step exists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    slug = models.CharField(max_length=40, unique=True, default=new_slug)
    """In clear: people pass it on. Nobody can guess it."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["PublicForm"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "node"], name="one_form_a_start")]


class Schedule(models.Model):
    """The clock of one start step. It outlives versions, pauses and the step itself, and so do its occurrences."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    config = models.JSONField()
    """The settings of the step in the live version: its rule, and what happens to times that were missed."""
    next_at = models.DateTimeField(null=True)
    """When it is due next. None: nothing starts it, because the workflow is paused or the step is gone."""
    last_run = models.ForeignKey("runs.Run", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Schedule"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "node"], name="one_schedule_a_start")]
        indexes = [
            models.Index(fields=["next_at"], name="schedules_due", condition=models.Q(next_at__isnull=False)),
        ]


class OccurrenceState(models.TextChoices):
    STARTED = "started"
    QUEUED = "queued"
    """Starts when the run before has ended."""
    SKIPPED_OVERLAP = "skipped_overlap"
    SKIPPED_MISFIRE = "skipped_misfire"
    """Nothing was running when it was due."""
    SKIPPED_BACKLOG = "skipped_backlog"
    SKIPPED_PAUSED = "skipped_paused"
    REFUSED = "refused"
    """The run could not be started; the reason says why."""


class Occurrence(models.Model):
    """One time at which a schedule was due, and what became of it. The same time never counts twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="occurrences")
    scheduled_for = models.DateTimeField()
    state = models.CharField(max_length=20, choices=OccurrenceState)
    reason = models.CharField(max_length=300, blank=True, default="")
    run = models.ForeignKey("runs.Run", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "scheduled_for"], name="one_occurrence_a_time")]
        indexes = [
            models.Index(
                fields=["schedule", "scheduled_for"], name="occurrences_queued", condition=models.Q(state="queued")
            ),
        ]
