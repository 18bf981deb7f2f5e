"""Somebody agreed that a workflow runs as them: with exactly these steps, and for exactly these kinds of things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7

if TYPE_CHECKING:
    from builder.models import Draft


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def of_draft(self, draft: Draft) -> Self:
        """Those that hold for the draft as it is now: one changed setting, and nobody has agreed."""
        return self.filter(workflow_id=draft.workflow_id, content_hash=bytes(draft.content_hash))


class Acceptance(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow = models.ForeignKey("builder.Workflow", models.CASCADE, related_name="acceptances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    content_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=40))
    """Verbs: see `scopes.scopes_of`."""
    request = models.UUIDField()
    """By which they were asked."""
    accepted_at = models.DateTimeField(auto_now_add=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "user", "content_hash"], name="accepted_once")]

    def __str__(self) -> str:
        return f"Acceptance of {self.workflow_id}"
