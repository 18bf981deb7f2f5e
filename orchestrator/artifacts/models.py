"""Stored files: content-addressed, written before the row that points at them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet


class Artifact(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    """As the sender called it: shown, never used as a path."""
    data_key = models.UUIDField(null=True)
    """Which key of the workspace sealed its content; None: it is kept as it is."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Artifact"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "sha256"])]

    @property
    def place(self) -> str:
        """Where the storage keeps the content, made from what we computed and never from what somebody sent."""
        return f"{self.workspace_id}/{self.sha256}" + (f".{self.data_key}" if self.data_key else "")

    def as_ref(self) -> dict[str, Any]:
        """The FileRef that travels in values."""
        return {
            "file_id": str(self.id),
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }
