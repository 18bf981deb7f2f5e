"""The door that tells what an asset is used by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Status, Workflow
from orchestrator.assets.models import Asset, AssetUse, Holder, Kind, Place
from orchestrator.assets.where_used import uses_of
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal, principal_of


class UsingWorkflowSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    places = serializers.ListField(child=serializers.ChoiceField(choices=Place.choices))
    aliases = serializers.ListField(child=serializers.CharField())
    nodes = serializers.ListField(child=serializers.CharField(), help_text="Keys of the steps")


class UsingAssetSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)


class UsesSerializer(serializers.Serializer):
    workflows = UsingWorkflowSerializer(many=True)
    hidden = serializers.IntegerField(help_text="Workflows that use it and that this person does not see")
    assets = UsingAssetSerializer(many=True)


class UsesView(APIView):
    @extend_schema(operation_id="asset_uses", responses=UsesSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """The workflows, drafts and live versions, and the other assets that refer to it."""
        principal = principal_of(request)
        asset = Asset.objects.find(principal, id)
        sharing.require(principal, "asset:read", asset)
        return Response(UsesSerializer(_uses(principal, asset)).data)


def _uses(principal: Principal, asset: Asset) -> dict[str, Any]:
    by_holder: dict[UUID, list[AssetUse]] = {}
    for use in uses_of(asset):
        by_holder.setdefault(use.holder, []).append(use)
    workflows = {holder for holder, uses in by_holder.items() if uses[0].holder_kind == Holder.WORKFLOW}
    seen = Workflow.objects.visible_to(principal).filter(pk__in=workflows).order_by("name", "id")
    shown = [
        {
            "id": workflow.pk,
            "name": workflow.name,
            "status": workflow.status,
            "places": sorted({use.place for use in by_holder[workflow.pk]}),
            "aliases": sorted({use.alias for use in by_holder[workflow.pk]}),
            "nodes": sorted({use.node for use in by_holder[workflow.pk]}),
        }
        for workflow in seen
    ]
    others = Asset.objects.visible_to(principal).filter(id__in=by_holder.keys() - workflows).order_by("title")
    return {"workflows": shown, "hidden": len(workflows) - len(shown), "assets": others}
