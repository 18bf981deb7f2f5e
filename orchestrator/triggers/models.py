"""How the outside world reaches the starts of a workflow."""

from __future__ import annotations

import secrets

from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet

TOKEN_BYTES = 32


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


class IncomingLink(models.Model):
    """The address of one start step. It stays the same from version to version, as long as the step exists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="+")
    node = models.CharField(max_length=60)
    """Key of the start step."""
    token = models.CharField(max_length=60, unique=True, default=new_token)
    """In clear: it is an address that people copy. What proves a sender is the secret."""
    key = models.CharField(max_length=40, blank=True)
    """Which key of the ring sealed the secret."""
    sealed = models.BinaryField(default=bytes)
    """The secret, sealed; empty until somebody asks for one."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["IncomingLink"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "node"], name="one_link_a_start")]

    @property
    def has_secret(self) -> bool:
        return bool(self.sealed)
