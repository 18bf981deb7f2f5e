"""What people are told without asking."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet


class NotificationKind(models.TextChoices):
    FAILED = "failed"
    """Live runs of a workflow failed."""
    PAUSED = "paused"
    """A workflow paused by itself because its runs kept failing."""


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
