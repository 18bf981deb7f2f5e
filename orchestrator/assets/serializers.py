"""What assets read and answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.api.bodies import BodyRefused, check
from orchestrator.assets.models import TASKS, Asset, AssetGrant, AssetVersion, Kind, Risk, Runtime
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal
from orchestrator.governance.serializers import PersonSerializer, plain_line, reason_field
from orchestrator.governance.sharing import ASSETS

LEVELS = [str(level) for level in ASSETS.gives]
RIGHTS = {"consume": "asset:consume", "modify": "asset:modify", "replace": "asset:replace", "share": "asset:share"}
LONGEST_TEXT = 5_000
MOST_TAGS = 20
MOST_RECENT = 100


def storable(value: Any) -> None:
    """JSON as it comes may hold what no database keeps."""
    try:
        check(value)
    except BodyRefused as error:
        raise serializers.ValidationError(str(error), code="not_storable") from error


class NamedThingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AssetVersionSerializer(serializers.ModelSerializer[AssetVersion]):
    runtime = serializers.ChoiceField(Runtime.choices, read_only=True, allow_blank=True, help_text="Empty: none is run")
    metrics = serializers.DictField(read_only=True)
    created_by = NamedThingSerializer(read_only=True, allow_null=True)

    class Meta:
        model = AssetVersion
        fields: tuple[str, ...] = ("id", "number", "runtime", "metrics", "note", "created_by", "created_at")
        read_only_fields = fields


class AssetVersionDetailSerializer(AssetVersionSerializer):
    """`config` is null for those who may not add versions: using an asset gives nobody what it is made of."""

    asset = serializers.UUIDField(source="asset_id")
    config = serializers.SerializerMethodField()
    inputs = serializers.DictField(read_only=True)
    outputs = serializers.DictField(read_only=True)
    card = serializers.SerializerMethodField(help_text="Without single rows for those who may not add versions")
    content_hash = serializers.SerializerMethodField()
    intact = serializers.BooleanField(source="is_intact", help_text="Whether it is as it was registered here")

    class Meta(AssetVersionSerializer.Meta):
        fields = (
            *AssetVersionSerializer.Meta.fields,
            *("asset", "config", "inputs", "outputs", "card", "digest", "content_hash", "signed_by", "intact"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_config(self, version: AssetVersion) -> dict[str, Any] | None:
        principal: Principal = self.context["principal"]
        return version.config if sharing.may(principal, "asset:modify", version.asset) else None

    @extend_schema_field(serializers.DictField())
    def get_card(self, version: AssetVersion) -> dict[str, Any]:
        """What calls are compared with is for machines, and long; single rows are what it was made of."""
        card = {name: part for name, part in version.card.items() if name not in ("traits", "traits_reference")}
        principal: Principal = self.context["principal"]
        if "report" in card and not sharing.may(principal, "asset:modify", version.asset):
            card["report"] = {**card["report"], "worst": []}
        return card

    def get_content_hash(self, version: AssetVersion) -> str:
        return bytes(version.content_hash).hex()


class AliasSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.IntegerField(source="version.number")
    version_id = serializers.UUIDField()
    changed_at = serializers.DateTimeField()


class AssetItemSerializer(serializers.ModelSerializer[Asset]):
    task = serializers.ChoiceField(choices=TASKS, read_only=True, allow_blank=True)
    live = serializers.SerializerMethodField()
    owner = PersonSerializer(read_only=True, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Asset
        fields: tuple[str, ...] = (
            *("id", "name", "kind", "title", "description", "sample", "task", "live"),
            *("owner", "risk_class", "review_on", "tags", "archived_at", "created_at"),
        )
        read_only_fields = fields

    @extend_schema_field(AssetVersionSerializer(allow_null=True))
    def get_live(self, asset: Asset) -> dict[str, Any] | None:
        aliases = asset.live_aliases  # type: ignore[attr-defined]  # set by `with_live`
        return dict(AssetVersionSerializer(aliases[0].version).data) if aliases else None


class MaySerializer(serializers.Serializer[Any]):
    consume = serializers.BooleanField()
    modify = serializers.BooleanField()
    replace = serializers.BooleanField()
    share = serializers.BooleanField()


class MeasuredBySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    title = serializers.CharField()


class AssetSerializer(AssetItemSerializer):
    versions = AssetVersionSerializer(many=True, read_only=True)
    aliases = AliasSerializer(many=True, read_only=True)
    evaluation_set = MeasuredBySerializer(read_only=True, allow_null=True)
    may = serializers.SerializerMethodField()

    class Meta(AssetItemSerializer.Meta):
        fields = (
            *AssetItemSerializer.Meta.fields,
            *("purpose", "oversight", "evaluation_set", "versions", "aliases", "may"),
        )
        read_only_fields = fields

    @extend_schema_field(MaySerializer)
    def get_may(self, asset: Asset) -> dict[str, bool]:
        held = sharing.verbs_on(self.context["principal"], asset)
        return {name: verb in held for name, verb in RIGHTS.items()}


class AssetFilterSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    task = serializers.ChoiceField(TASKS, required=False)
    tag = serializers.CharField(required=False, max_length=40)
    owner = serializers.UUIDField(required=False)
    risk = serializers.ChoiceField(Risk.choices, required=False)
    search = serializers.CharField(required=False, max_length=100)
    archived = serializers.BooleanField(default=False, help_text="Those in the archive instead of the others")


class TagSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    count = serializers.IntegerField()


class AssetFacetsSerializer(serializers.Serializer[Any]):
    tags = TagSerializer(many=True)
    owners = NamedThingSerializer(many=True)
    kinds = serializers.DictField(child=serializers.IntegerField(), help_text="How many there are, by kind")


class RecentQuerySerializer(serializers.Serializer[Any]):
    assets = serializers.CharField(help_text=f"Up to {MOST_RECENT} ids, with commas between them")

    def validate_assets(self, value: str) -> list[UUID]:
        ids = value.split(",")
        if len(ids) > MOST_RECENT:
            raise serializers.ValidationError(f"Ask for {MOST_RECENT} at most.")
        return [serializers.UUIDField().to_internal_value(id) for id in ids]


class RecentSerializer(serializers.Serializer[Any]):
    """How much an asset was used in the last 30 days."""

    asset = serializers.UUIDField()
    uses = serializers.IntegerField(help_text="Workflows and other assets that refer to it")
    calls = serializers.IntegerField()
    errors = serializers.IntegerField()
    cost = serializers.DecimalField(max_digits=18, decimal_places=9, allow_null=True)
    last_call_at = serializers.DateTimeField(allow_null=True)


class CardSerializer(serializers.Serializer[Any]):
    """What is said of an asset. Each may be left out."""

    title = serializers.CharField(max_length=200, required=False, validators=[plain_line])
    description = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    purpose = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    owner = serializers.UUIDField(required=False, allow_null=True, source="owner_id")
    risk_class = serializers.ChoiceField(Risk.choices, required=False)
    oversight = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    review_on = serializers.DateField(required=False, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=MOST_TAGS, required=False)
    evaluation_set = serializers.UUIDField(required=False, allow_null=True, source="evaluation_set_id")


class NewVersionSerializer(serializers.Serializer[Any]):
    runtime = serializers.ChoiceField(Runtime.choices, required=False, allow_blank=True, default="")
    config = serializers.DictField(validators=[storable])
    artifact = serializers.UUIDField(required=False, allow_null=True, help_text="A file of this workspace: the model")
    inputs = serializers.DictField(required=False, validators=[storable])
    outputs = serializers.DictField(required=False, validators=[storable])
    metrics = serializers.DictField(required=False, validators=[storable])
    card = serializers.DictField(required=False, validators=[storable])
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class NewAssetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(Kind.choices)
    task = serializers.ChoiceField(TASKS, required=False, allow_blank=True, default="")
    title = serializers.CharField(max_length=200, validators=[plain_line])
    description = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    purpose = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    version = NewVersionSerializer(required=False, help_text="Its first one, live at once")


class FileLookSerializer(serializers.Serializer[Any]):
    artifact = serializers.UUIDField(help_text="A file of this workspace")


class ServerLookSerializer(serializers.Serializer[Any]):
    base_url = serializers.RegexField(r"^https?://[^?#\s]+$", max_length=2_000)
    model = serializers.CharField(max_length=300)
    version = serializers.CharField(max_length=100, required=False, allow_blank=True)
    credential = serializers.UUIDField(required=False, allow_null=True)
    mapped = serializers.DictField(
        required=False, validators=[storable], help_text="{inputs, outputs} of a version, to be compared"
    )


class SlotSerializer(serializers.Serializer[Any]):
    """An input or output of a model."""

    name = serializers.CharField()
    kind = serializers.CharField(help_text="BOOL, INT32, INT64, FP32, FP64, BYTES, or the model's own word")
    shape = serializers.ListField(child=serializers.IntegerField(allow_null=True), help_text="null: any length")


class LookSerializer(serializers.Serializer[Any]):
    inputs = SlotSerializer(many=True)
    outputs = SlotSerializer(many=True)
    problems = serializers.ListField(child=serializers.CharField())
    runtime = serializers.ChoiceField(Runtime.choices, help_text="That a version of it has")
    fields = serializers.ListField(child=serializers.CharField(), help_text="What its columns were called in training")
    labels = serializers.ListField(child=serializers.CharField())


class AliasMoveSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class MoveSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    alias = serializers.CharField()
    before = serializers.IntegerField(source="before.number", allow_null=True, default=None)
    after = serializers.IntegerField(source="after.number", allow_null=True, default=None)
    by = NamedThingSerializer(allow_null=True)
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class AssetGrantSerializer(serializers.ModelSerializer[AssetGrant]):
    user = PersonSerializer(source="member.user", allow_null=True, default=None)
    team = NamedThingSerializer(allow_null=True)
    level = serializers.ChoiceField(choices=LEVELS)
    expired = serializers.BooleanField()
    granted_by = NamedThingSerializer(allow_null=True)

    class Meta:
        model = AssetGrant
        fields = ("id", "user", "team", "level", "expires_at", "expired", "granted_by", "created_at")


class NewAssetGrantSerializer(serializers.Serializer[Any]):
    user = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    level = serializers.ChoiceField(choices=LEVELS)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = reason_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("user" in attrs) == ("team" in attrs):
            raise serializers.ValidationError({"user": "Name a person or a team."})
        return attrs


class AssetCandidatesSerializer(serializers.Serializer[Any]):
    people = PersonSerializer(many=True)
    teams = NamedThingSerializer(many=True)


class AssetGrantChangeSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=LEVELS, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = reason_field()


class DaySerializer(serializers.Serializer[Any]):
    """The calls of one day."""

    day = serializers.DateField()
    calls = serializers.IntegerField()
    errors = serializers.IntegerField()
    p50_ms = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)
    prompt_tokens = serializers.IntegerField()
    completion_tokens = serializers.IntegerField()
    cost = serializers.DecimalField(max_digits=18, decimal_places=9, allow_null=True)
    confidence = serializers.FloatField(allow_null=True, help_text="Mean of the answers that have one")


class FiguresQuerySerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=366, default=30)
    version = serializers.IntegerField(min_value=1, required=False, help_text="Number of the only version to count")


class DifferenceSerializer(serializers.Serializer[Any]):
    part = serializers.CharField(help_text="config | inputs | outputs | metrics | card | runtime | digest")
    path = serializers.CharField(allow_blank=True, help_text="Dotted; empty for the part itself")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    before = AssetVersionSerializer()
    after = AssetVersionSerializer()
    differences = DifferenceSerializer(many=True)


class CompareQuerySerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField(min_value=1)
    after = serializers.IntegerField(min_value=1)
