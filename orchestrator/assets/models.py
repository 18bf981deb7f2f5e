"""Models, tools, agents, prompts and data sets: a name, immutable versions, and aliases that say which one answers."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from orchestrator.assets.evaluations import Evaluation as Evaluation  # tables of this app, in files of their own
from orchestrator.assets.references import LIVE
from orchestrator.assets.replacements import Replacement as Replacement
from orchestrator.assets.replacements import ReplacementCase as ReplacementCase
from orchestrator.assets.trainings import Training as Training
from orchestrator.assets.trainings import TrainingState as TrainingState
from orchestrator.assets.watches import Alert as Alert
from orchestrator.assets.watches import AlertKind as AlertKind
from orchestrator.assets.watches import Check as Check
from orchestrator.assets.watches import Judgement as Judgement
from orchestrator.assets.watches import Watch as Watch
from orchestrator.governance.grants import Grant, GrantQuerySet, level_held, named_for
from orchestrator.governance.sharing import ASSETS, Level, Rules
from orchestrator.governance.signing import is_signed, sign
from orchestrator.governance.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from orchestrator.governance.principal import Principal

TASKS = ("classify", "extract", "score", "chat", "embed", "predict", "detect", "forecast")
"""What a model can be asked; the other kinds have none."""
WHOLE_FROM = 1e16
"""Numbers from here on are written with an exponent by Python and as whole numbers by the database."""


def makers_of(task: str) -> tuple[str, ...]:
    """What assets are made to do that can do `task`: a language model made to chat reads documents as well."""
    return ("extract", "chat") if task == "extract" else (task,)


def _as_kept(value: Any) -> Any:
    """JSON as PostgreSQL gives it back: it knows neither a negative zero nor an exponent."""
    if isinstance(value, float):
        return int(value) if abs(value) >= WHOLE_FROM else value + 0.0
    if isinstance(value, dict):
        return {key: _as_kept(item) for key, item in value.items()}
    return [_as_kept(item) for item in value] if isinstance(value, list | tuple) else value


class Kind(models.TextChoices):
    MODEL = "model"
    TOOL = "tool"
    AGENT = "agent"
    PROMPT = "prompt"
    DATA_SET = "data_set"


class Risk(models.TextChoices):
    """What its use can do to people, as the register of AI systems has to say."""

    MINIMAL = "minimal"
    LIMITED = "limited"
    HIGH = "high"


class Runtime(models.TextChoices):
    """How a version of a model is made to answer; one module of `runtimes` each. The other kinds have none."""

    LABELS = "labels"
    PATTERNS = "patterns"
    SKOPS = "skops"
    SKOPS_MODEL = "skops_model"
    """Brought along; `skops` are those that the product makes."""
    ONNX_MODEL = "onnx_model"
    CHAT = "chat"
    ANTHROPIC = "anthropic"
    INFERENCE = "inference"
    EMBEDDINGS = "embeddings"
    FORECAST = "forecast"


class AssetQuerySet(TenantQuerySet["Asset"]):
    def with_live(self) -> Self:
        """With `live_aliases`, a list of the one live alias or of none."""
        live = AssetAlias.objects.filter(name=LIVE).select_related("version")
        return self.prefetch_related(models.Prefetch("aliases", queryset=live, to_attr="live_aliases"))

    def kept(self) -> Self:
        return self.filter(archived_at=None)

    def matching(self, text: str) -> Self:
        return self.filter(Q(name__icontains=text) | Q(title__icontains=text) | Q(description__icontains=text))

    def consumed_by(self, principal: Principal) -> Self:
        """Those that the principal may use: by a role, or because they are shared with them."""
        if principal.is_system:
            return self
        if not principal.within(frozenset({"asset:consume"})):
            return self.none()
        by_role = [each for each in principal.workspaces() if principal.may("asset:consume", each)]
        open_here = principal.workspaces() - principal.denied_workspaces("asset:consume")
        granted = Q(workspace_id__in=open_here, pk__in=named_for(AssetGrant, "asset_id", principal))
        allowed = self.filter(Q(workspace_id__in=by_role) | granted)
        return allowed.exclude(pk__in=principal.denied_objects("asset:consume"))

    def visible_to(self, principal: Principal) -> Self:
        """What a rule takes out of sight is not there."""
        seen = super().visible_to(principal).exclude(workspace_id__in=principal.denied_workspaces("asset:read"))
        return seen.exclude(pk__in=principal.denied_objects("asset:read"))


class Asset(models.Model):
    """What steps refer to by `name`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="assets")
    name = models.SlugField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.MODEL)
    task = models.CharField(max_length=20, blank=True)
    """What a model can be asked: one of TASKS. Empty for the other kinds."""
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    """What it is meant for, and what not."""
    sample = models.BooleanField(default=False)
    """Made from invented data: its answers are for trying out."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """Who answers for it."""
    risk_class = models.CharField(max_length=10, choices=Risk, default=Risk.MINIMAL, db_default=Risk.MINIMAL.value)
    oversight = models.TextField(blank=True, default="", db_default="")
    """How people watch over what it does."""
    review_on = models.DateField(null=True)
    """When it is to be looked at again."""
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    evaluation_set = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    """The data set that its versions are measured by."""
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="asset_names")]
        indexes = [GinIndex(fields=["tags"], name="assets_by_tag")]

    @property
    def restricted(self) -> bool:
        """Everybody of a workspace sees its assets."""
        return False

    @property
    def sharing(self) -> Rules:
        return ASSETS

    def grants_for(self, principal: Principal) -> list[AssetGrant]:
        """All in force that name the principal."""
        return list(self.grants.in_force_for(principal).select_related("team"))

    def level_of(self, principal: Principal) -> Level | None:
        """What the principal is named for now, by themselves or by a team."""
        return level_held(AssetGrant, "asset_id", [self.pk], principal)


class AssetVersion(models.Model):
    """Immutable. `content_hash` covers all that decides the answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    runtime = models.CharField(max_length=20, choices=Runtime, blank=True)
    config = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the model file, hexadecimal; empty where there is none."""
    artifact = models.ForeignKey("artifacts.Artifact", models.RESTRICT, null=True, related_name="+")
    """The model file, where it was uploaded or trained here; those of the starters stand in the data folder."""
    content_hash = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64, default=b"", db_default=b"")
    """Ed25519, by this installation, over `vouched_for`."""
    signed_by = models.CharField(max_length=60, default="", db_default="")
    """Name of the key in the ring."""
    metrics = models.JSONField(default=dict)
    inputs = models.JSONField(default=dict)
    outputs = models.JSONField(default=dict)
    card = models.JSONField(default=dict, db_default={})
    """Of a trained one: {pipeline, parameters, seed, data {digest, rows, source}, code_version, split, metrics,
    baseline, warnings [text], report, traits_reference [[float]], made_by_run}."""
    note = models.CharField(max_length=500, default="", db_default="")
    """What is new, in the words of its maker."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="numbered_asset_versions")]

    def computed_hash(self) -> bytes:
        """SHA-256 of the canonical JSON of what decides the answers."""
        decisive: dict[str, Any] = {
            "runtime": self.runtime,
            "config": _as_kept(self.config),
            "digest": self.digest,
            "inputs": _as_kept(self.inputs),
            "outputs": _as_kept(self.outputs),
        }
        text = json.dumps(decisive, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()

    @property
    def vouched_for(self) -> bytes:
        """What is signed: that this very version has this content."""
        return b"asset version " + self.id.bytes + bytes(self.content_hash)

    def seal(self) -> None:
        """Computes the hash and signs it; the row is not saved."""
        self.content_hash = self.computed_hash()
        self.signed_by, self.signature = sign(self.vouched_for)

    @property
    def is_intact(self) -> bool:
        """Whether its content is what was registered, by this installation."""
        same = self.computed_hash() == bytes(self.content_hash)
        return same and is_signed(self.vouched_for, self.signed_by, bytes(self.signature))


class AssetAlias(models.Model):
    """A name for one of the versions; moving it is what changes the answers of runs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="aliases")
    name = models.SlugField(max_length=40)
    version = models.ForeignKey(AssetVersion, models.RESTRICT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "name"], name="asset_alias_names")]


class AliasMove(models.Model):
    """One entry of an alias's history. Never changes; `before` and `after` are None where there was or is none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="moves")
    alias = models.SlugField(max_length=40)
    before = models.ForeignKey(AssetVersion, models.RESTRICT, null=True, related_name="+")
    after = models.ForeignKey(AssetVersion, models.RESTRICT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=500, blank=True)
    request = models.UUIDField(null=True)
    """The request that a second person approved, where one was needed."""

    class Meta:
        indexes = [models.Index(fields=["asset", "alias", "-id"], name="moves_of_an_alias")]


class AssetGrant(Grant):
    """One asset shared with a person or a team of its workspace."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="grants")
    level = models.CharField(max_length=7, choices=[(level.value, level.value) for level in ASSETS.gives])

    objects = GrantQuerySet["AssetGrant"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True) ^ Q(team__isnull=True), name="an_asset_grant_names_one"
            ),
            models.UniqueConstraint(fields=["asset", "member"], name="one_asset_grant_a_person"),
            models.UniqueConstraint(fields=["asset", "team"], name="one_asset_grant_a_team"),
        ]


class Holder(models.TextChoices):
    """What refers to assets."""

    WORKFLOW = "workflow"
    ASSET = "asset"


class Place(models.TextChoices):
    """Where in its holder a reference stands."""

    DRAFT = "draft"
    LIVE = "live"


class AssetUse(models.Model):
    """An entry of the index of references, by name: the asset may come later, or be gone. Kept by `where_used`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    alias = models.CharField(max_length=40)
    holder_kind = models.CharField(max_length=10, choices=Holder)
    holder = models.UUIDField()
    """Of a workflow or of an asset."""
    place = models.CharField(max_length=5, choices=Place)
    node = models.CharField(max_length=60, blank=True)
    """Key of the step; empty in an asset."""

    objects = TenantQuerySet["AssetUse"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "name", "alias"], name="uses_of_an_asset"),
            models.Index(fields=["holder", "place"], name="uses_by_a_holder"),
        ]


class Arm(models.TextChoices):
    """Why this version was asked."""

    LIVE = "live"
    """The alias means it."""
    CANDIDATE = "candidate"
    """It gets a share of the calls before the alias is moved."""
    SHADOW = "shadow"
    """Its answer is only compared."""
    PINNED = "pinned"
    """The run had asked this version before, whatever the alias means now."""


class AssetCall(models.Model):
    """One question to an asset, written together with the event of the step that asked.

    The ids of runs and workflows are no references: they belong to rooms above. The table has no foreign keys in the
    database either: checking them would lock the one row of a busy version for every batch of calls.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        "governance.Workspace", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="calls", db_index=False, db_constraint=False)
    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    alias = models.CharField(max_length=40)
    arm = models.CharField(max_length=10, choices=Arm)
    task = models.CharField(max_length=20)
    run = models.UUIDField(null=True)
    """None, like `workflow` and `step`: a person asked for help while building."""
    workflow = models.UUIDField(null=True)
    step = models.IntegerField(null=True)
    node = models.CharField(max_length=60, blank=True)
    attempt = models.SmallIntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    """Who started the run, or asked for help; nobody where the product did."""
    at = models.DateTimeField()
    code = models.CharField(max_length=60, blank=True)
    """Empty: it answered. Else the code of the failure."""
    ms = models.FloatField()
    prompt_tokens = models.IntegerField(null=True)
    completion_tokens = models.IntegerField(null=True)
    cost = models.DecimalField(max_digits=18, decimal_places=9, null=True)
    """In the currency of the workspace."""
    confidence = models.FloatField(null=True)
    label = models.CharField(max_length=200, blank=True)
    agrees = models.BooleanField(null=True)
    """Of a shadow: whether its answer is that of the version that counts. None: it was not compared."""
    traits = ArrayField(models.FloatField(), default=list, db_default=[])
    """What monitoring compares; up to 16."""

    class Meta:
        indexes = [
            # Trees, because both questions name one version or workspace out of many and a span of time: a block range
            # index on the time would read the calls of all the others in that span.
            models.Index(fields=["version", "at"], name="calls_of_a_version"),
            models.Index(fields=["workspace", "at"], name="calls_of_a_workspace"),
            models.Index(fields=["run"], name="calls_of_a_run"),
        ]


class Period(models.TextChoices):
    """What a budget is for; it begins anew at midnight UTC."""

    DAY = "day"
    MONTH = "month"


class AtLimit(models.TextChoices):
    """What happens once a budget is used up."""

    WARN = "warn"
    """Only its keepers are told."""
    PAUSE = "pause"
    """Steps wait until an administrator allows more, or the budget begins anew."""
    STOP = "stop"
    """Steps fail."""


class Budget(models.Model):
    """What may be spent in a period: by the whole workspace, by one workflow, or on one asset."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="budgets")
    asset = models.ForeignKey(Asset, models.CASCADE, null=True, related_name="budgets")
    workflow = models.UUIDField(null=True)
    """No reference: workflows belong to a room above."""
    period = models.CharField(max_length=5, choices=Period)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    """In the currency of the workspace."""
    warn_percent = models.PositiveSmallIntegerField(default=80)
    at_limit = models.CharField(max_length=5, choices=AtLimit)
    extra = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    """What was allowed on top, in the period that began on `extra_from` only."""
    extra_from = models.DateField(null=True)
    warned_from = models.DateField(null=True)
    """The first day of the period in which its keepers were last told that it comes to its end."""
    reached_from = models.DateField(null=True)
    """The first day of the period in which it was last used up."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Budget"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "asset", "workflow", "period"], name="one_budget_a_period", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(asset__isnull=True) | Q(workflow__isnull=True), name="a_budget_is_for_one_thing"
            ),
        ]

    def starts(self, today: date) -> date:
        """The first day of the period that holds `today`."""
        return today if self.period == Period.DAY else today.replace(day=1)

    def allowed(self, today: date) -> Decimal:
        """With what was allowed on top in this period."""
        return self.amount + (self.extra if self.extra_from == self.starts(today) else 0)


class CallLimit(models.Model):
    """How many calls a minute are let through; the others wait, or are told to come back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("governance.Workspace", models.CASCADE, related_name="call_limits")
    asset = models.ForeignKey(Asset, models.CASCADE, null=True, related_name="call_limits")
    """None: counts the calls to all of them together."""
    each_person = models.BooleanField(default=False)
    """Counted for each person by themselves; calls of nobody count together."""
    per_minute = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["CallLimit"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "asset", "each_person"], name="one_call_limit", nulls_distinct=False
            )
        ]
