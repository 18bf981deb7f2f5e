"""Doors of assets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetVersion, makers_of
from orchestrator.assets.serializers import (
    AssetFilterSerializer,
    AssetItemSerializer,
    AssetSerializer,
    ChatModelSerializer,
)
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import principal_of


class AssetsView(generics.ListAPIView[Asset]):
    serializer_class = AssetItemSerializer
    pagination_class = Cursor
    ordering = ("title", "id")

    @extend_schema(operation_id="assets", parameters=[AssetFilterSerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Asset]:
        principal = principal_of(self.request)
        workspace = Workspace.objects.find(principal, self.kwargs["workspace"])
        principal.require("asset:read", workspace.id, object_type="asset")
        wanted = AssetFilterSerializer(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        filters = dict(wanted.validated_data)
        if task := filters.pop("task", ""):
            filters["task__in"] = makers_of(task)
        return Asset.objects.visible_to(principal).filter(workspace=workspace, **filters).with_live()

    @extend_schema(
        operation_id="register_chat_model", request=ChatModelSerializer, responses={201: AssetItemSerializer}
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        data = ChatModelSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        asset = actions.register_chat_model(principal_of(request), workspace, **data.validated_data)
        return Response(AssetItemSerializer(Asset.objects.with_live().get(id=asset.id)).data, status=201)


class AssetView(APIView):
    @extend_schema(operation_id="asset", responses=AssetSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        principal = principal_of(request)
        newest_first = Prefetch("versions", queryset=AssetVersion.objects.order_by("-number"))
        asset = Asset.objects.with_live().prefetch_related(newest_first).find(principal, id)
        principal.require("asset:read", asset.workspace_id, object_type="asset", object_id=asset.id)
        return Response(AssetSerializer(asset).data)
