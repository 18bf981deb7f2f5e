"""Models, tools, agents, prompts and data sets: a name, immutable versions, and aliases that say which one answers."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Self

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from orchestrator.governance.tenancy import TenantQuerySet

LIVE = "live"
"""The alias that runs follow."""


def makers_of(task: str) -> tuple[str, ...]:
    """What assets are made to do that can do `task`: a language model made to chat reads documents as well."""
    return ("extract", "chat") if task == "extract" else (task,)


class Kind(models.TextChoices):
    MODEL = "model"


class Runtime(models.TextChoices):
    """How a version is made to answer; one module of `runtimes` each."""

    LABELS = "labels"
    PATTERNS = "patterns"
    SKOPS = "skops"
    CHAT = "chat"


class AssetQuerySet(TenantQuerySet["Asset"]):
    def with_live(self) -> Self:
        """With `live_aliases`, a list of the one live alias or of none."""
        live = AssetAlias.objects.filter(name=LIVE).select_related("version")
        return self.prefetch_related(models.Prefetch("aliases", queryset=live, to_attr="live_aliases"))


class Asset(models.Model):
    """What steps refer to by `name`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="assets")
    name = models.SlugField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.MODEL)
    task = models.CharField(max_length=20)
    """What it can be asked: classify | extract | score | chat."""
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    """What it is meant for, and what not."""
    sample = models.BooleanField(default=False)
    """Made from invented data: its answers are for trying out."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="asset_names")]


class AssetVersion(models.Model):
    """Immutable. `content_hash` covers all that decides the answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    runtime = models.CharField(max_length=20, choices=Runtime)
    config = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the model file, hexadecimal; empty where there is none."""
    content_hash = models.BinaryField(max_length=32)
    metrics = models.JSONField(default=dict)
    inputs = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="numbered_asset_versions")]

    def computed_hash(self) -> bytes:
        """SHA-256 of the canonical JSON of what decides the answers."""
        decisive: dict[str, Any] = {
            "runtime": self.runtime,
            "config": self.config,
            "digest": self.digest,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }
        text = json.dumps(decisive, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()


class AssetAlias(models.Model):
    """A name for one of the versions; moving it is what changes the answers of runs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="aliases")
    name = models.SlugField(max_length=40)
    version = models.ForeignKey(AssetVersion, models.RESTRICT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="asset_alias_names")]
