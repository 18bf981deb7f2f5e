"""A workflow that a workspace keeps as a starting point for others."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet


class Category(models.TextChoices):
    """What a template is for; the starters that ship use the same."""

    DOCUMENTS = "documents"
    FINANCE = "finance"
    CUSTOMERS = "customers"
    OPERATIONS = "operations"
    RISK = "risk"
    OTHER = "other"


class Template(models.Model):
    """The graph at the time it was saved, without accounts, files and secrets. Its workflow may change or go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=20, choices=Category, default=Category.OTHER)
    graph = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Template"].as_manager()

    def __str__(self) -> str:
        return self.name
