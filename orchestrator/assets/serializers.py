"""What assets read and answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orchestrator.assets.models import Asset, AssetVersion, Kind

TASKS = ("classify", "extract", "score", "chat")


class AssetVersionSerializer(serializers.ModelSerializer[AssetVersion]):
    metrics = serializers.DictField(read_only=True)

    class Meta:
        model = AssetVersion
        fields = ("id", "number", "runtime", "metrics", "created_at")
        read_only_fields = fields


class AssetItemSerializer(serializers.ModelSerializer[Asset]):
    task = serializers.ChoiceField(choices=TASKS, read_only=True)
    live = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        fields: tuple[str, ...] = ("id", "name", "kind", "title", "description", "sample", "task", "live")
        read_only_fields = fields

    @extend_schema_field(AssetVersionSerializer(allow_null=True))
    def get_live(self, asset: Asset) -> dict[str, Any] | None:
        aliases = asset.live_aliases  # type: ignore[attr-defined]  # set by `with_live`
        return dict(AssetVersionSerializer(aliases[0].version).data) if aliases else None


class AssetSerializer(AssetItemSerializer):
    versions = AssetVersionSerializer(many=True, read_only=True)

    class Meta(AssetItemSerializer.Meta):
        fields = (*AssetItemSerializer.Meta.fields, "purpose", "versions")
        read_only_fields = fields


class AssetFilterSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    task = serializers.ChoiceField(TASKS, required=False)


class ChatModelSerializer(serializers.Serializer[Any]):
    """A language model to register."""

    name = serializers.SlugField(max_length=100)
    title = serializers.CharField(max_length=200)
    base_url = serializers.URLField(max_length=500)
    model = serializers.CharField(max_length=200)
    credential = serializers.UUIDField(required=False, allow_null=True, default=None)
