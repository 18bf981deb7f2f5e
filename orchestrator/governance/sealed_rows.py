"""What is kept sealed: accounts at other systems, and the keys of workspaces' data."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from uuid_utils.compat import uuid7

from orchestrator.governance.sealed import Sealed
from orchestrator.governance.tenancy import TenantQuerySet


class CredentialKind(models.TextChoices):
    BEARER = "bearer"
    """{token}"""
    BASIC = "basic"
    """{username, password}"""
    HEADER = "header"
    """{name, value}"""


class Credential(Sealed):
    """An account at another system. The secret is written, used by runs, and never shown again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=CredentialKind)
    hosts = ArrayField(models.CharField(max_length=253))
    """The only hosts it may be sent to."""
    node_types = ArrayField(models.CharField(max_length=60), default=list, db_default=[], blank=True)
    """The only kinds of steps that may use it, also by way of a model or a tool; none: every kind."""
    workflows = ArrayField(models.UUIDField(), default=list, db_default=[], blank=True)
    """The only workflows whose runs may use it; none: every one."""
    secret_set_at = models.DateTimeField(default=timezone.now, db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Credential"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="credential_names")]


class DataKey(Sealed):
    """Seals the data of one workspace; see `data_keys`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["DataKey"].as_manager()
