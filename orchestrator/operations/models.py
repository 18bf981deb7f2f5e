"""What people are told without asking."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet


class NotificationKind(models.TextChoices):
    FAILED = "failed"
    """Live runs of a workflow failed."""
    PAUSED = "paused"
    """A workflow paused by itself because its runs kept failing."""


class BackupBy(models.TextChoices):
    SCHEDULE = "schedule"
    COMMAND = "command"


class Backup(models.Model):
    """A backup that was begun. Whether it can be put back, only putting it back shows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.CharField(max_length=10, choices=BackupBy)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """None: it is being written, or its process died before it was."""
    name = models.CharField(max_length=255, blank=True, default="")
    """Of the file; empty where none was written."""
    size = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    lacking = models.PositiveIntegerField(default=0)
    """Stored files whose content was gone or damaged."""
    digest = models.CharField(max_length=64, blank=True, default="")
    """Of its manifest."""
    keys = ArrayField(models.CharField(max_length=40), default=list)
    """The names of the keys without which its connections stay closed."""
    error = models.CharField(max_length=500, blank=True, default="")
    """Why there is no file."""

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="backups_newest")]


class TrustAlert(models.Model):
    """A card of the page "Trust" that does not stand well; it ends by itself when the card does again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card"], condition=Q(ended_at=None), name="one_open_alert_a_card")
        ]


class Notification(models.Model):
    """One a person, workflow and kind until it is read: what happens again meanwhile is counted in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=NotificationKind)
    count = models.PositiveIntegerField(default=1)
    run = models.UUIDField()
    """The newest of the runs it tells of."""
    message = models.TextField()
    """Why that one failed."""
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    """When a mail about it is due. None: it was sent, or nothing new has happened since."""

    objects = TenantQuerySet["Notification"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workflow", "kind"], condition=Q(read_at=None), name="one_unread_notification"
            )
        ]
        indexes = [
            models.Index(fields=["user", "workspace", "-last_at", "-id"], name="notifications_of_person"),
            models.Index(fields=["mail_at"], name="notifications_to_mail", condition=Q(mail_at__isnull=False)),
        ]
