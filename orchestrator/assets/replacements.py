"""Replacements: an alias is to mean another version, from the request over the trial with real calls to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

FEWEST = 30
"""Calls of each version below which no figures are compared."""
RING_AGAIN = timedelta(minutes=2)


class Plan(BaseModel):
    """How a replacement is tried out before the alias is moved, and when it is stopped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: Literal["at_once", "canary", "shadow"] = "canary"
    """shadow: the new version is asked beside the old one, whose answer counts; canary: it answers a share of runs."""
    percent: int = Field(10, ge=1, le=90)
    """Of a canary: so many of a hundred runs are answered by the new version."""
    calls: int = Field(200, ge=FEWEST, le=1_000_000)
    """So many calls of the new version are enough to judge it."""
    by_itself: bool = True
    """Goes live once `calls` are reached and nothing is worse; else a person says so."""
    more_failures: int = Field(2, ge=0, le=100)
    """Stopped where so many more of a hundred calls fail than of the old version."""
    slower: int = Field(150, ge=100, le=10_000)
    """Stopped where a typical call takes more than so many percent of what it took."""
    agreement: int = Field(80, ge=0, le=100)
    """Stopped where fewer than so many of a hundred answers are the same; 0: they may be different."""


class ReplacementState(models.TextChoices):
    ASKED = "asked"
    """Waits for a second person."""
    SHADOW = "shadow"
    CANARY = "canary"
    DONE = "done"
    """The alias means the new version."""
    STOPPED = "stopped"
    """Taken back before the alias was moved."""
    REFUSED = "refused"
    """Declined, withdrawn or expired."""
    TAKEN_BACK = "taken_back"
    """It was live, and the alias means the old version again."""


TRYING = (ReplacementState.SHADOW, ReplacementState.CANARY)
OPEN = (ReplacementState.ASKED, *TRYING)


class ReplacementQuerySet(models.QuerySet["Replacement"]):
    def trying(self) -> Self:
        return self.filter(state__in=TRYING)

    def untried(self) -> Self:
        """Those whose cases nobody has tried although somebody should."""
        return self.filter(state="asked", cases_tried=False, rung_at__lt=timezone.now() - RING_AGAIN)

    def open_for(self, asset: UUID, alias: str) -> Self:
        return self.filter(asset_id=asset, alias=alias, state__in=OPEN)


class Replacement(models.Model):
    """Its id is that of the request."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey("assets.Asset", models.CASCADE, related_name="replacements")
    alias = models.SlugField(max_length=40)
    before = models.ForeignKey("assets.AssetVersion", models.CASCADE, related_name="+")
    after = models.ForeignKey("assets.AssetVersion", models.CASCADE, related_name="+")
    request = models.OneToOneField("governance.Request", models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=ReplacementState, default=ReplacementState.ASKED)
    plan = models.JSONField()
    """A `Plan`."""
    before_report = models.ForeignKey("assets.Evaluation", models.SET_NULL, null=True, related_name="+")
    after_report = models.ForeignKey("assets.Evaluation", models.SET_NULL, null=True, related_name="+")
    cases_tried = models.BooleanField(default=False)
    """Whether what its users have kept was tried with both versions."""
    rung_at = models.DateTimeField(default=timezone.now)
    """When a worker was last told to try them."""
    stage_at = models.DateTimeField(null=True)
    """When the shadow or canary began, or when it ended."""
    judged = models.JSONField(default=dict)
    """The last figures of both versions, see `evaluation.arms.Verdict`."""
    ended_because = models.TextField(blank=True)

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "alias"], condition=Q(state__in=OPEN), name="one_open_replacement")
        ]
        indexes = [models.Index(fields=["state"], name="replacements_tried", condition=Q(state__in=TRYING))]

    @property
    def read_plan(self) -> Plan:
        return Plan.model_validate(self.plan)


class ReplacementCase(models.Model):
    """What one step of a workflow that uses the asset would give with either version, for what was kept to try it.

    The id of the workflow is no reference: it belongs to a room above.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    replacement = models.ForeignKey(Replacement, models.CASCADE, related_name="cases")
    workflow = models.UUIDField()
    node = models.CharField(max_length=60)
    step = models.CharField(max_length=200)
    """What the step is called."""
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    same = models.BooleanField(null=True)
    """None: it could not be tried; `why` says why."""
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["replacement", "workflow", "node"], name="one_case_a_step"),
        ]
