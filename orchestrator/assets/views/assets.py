"""The doors of assets: the list, one of them, the register as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.assets import actions
from orchestrator.assets.models import Asset, AssetQuerySet, makers_of
from orchestrator.assets.serializers import (
    AssetFilterSerializer,
    AssetItemSerializer,
    AssetSerializer,
    CardSerializer,
    NewAssetSerializer,
)
from orchestrator.assets.views.reading import answer, found, read
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
        wanted = read(AssetFilterSerializer, self.request.query_params)
        rows = Asset.objects.visible_to(principal).filter(workspace=workspace).select_related("owner")
        return _filtered(rows, wanted).with_live()

    @extend_schema(operation_id="register_asset", request=NewAssetSerializer, responses={201: AssetSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Add a model, tool, agent, prompt or data set, with its first version or without."""
        place = Workspace.objects.find(principal_of(request), workspace)
        made = actions.register_asset(principal_of(request), place.id, **read(NewAssetSerializer, request.data))
        return answer(request, made, status=201)


def _filtered(rows: AssetQuerySet, wanted: dict[str, Any]) -> AssetQuerySet:
    rows = rows.filter(archived_at__isnull=not wanted["archived"])
    if task := wanted.get("task"):
        rows = rows.filter(task__in=makers_of(task))
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if tag := wanted.get("tag"):
        rows = rows.filter(tags__contains=[tag])
    if owner := wanted.get("owner"):
        rows = rows.filter(owner_id=owner)
    if risk := wanted.get("risk"):
        rows = rows.filter(risk_class=risk)
    return rows.matching(search) if (search := wanted.get("search")) else rows


class AssetView(APIView):
    @extend_schema(operation_id="asset", responses=AssetSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        return answer(request, found(request, id))

    @extend_schema(operation_id="asset_change", request=CardSerializer, responses=AssetSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        """Change what is said of it."""
        changes = read(CardSerializer, request.data)
        return answer(request, actions.change_card(principal_of(request), found(request, id), changes))


class ArchiveAssetView(APIView):
    @extend_schema(operation_id="asset_archive", request=None, responses=AssetSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Put it away. 409 while something live uses it."""
        return answer(request, actions.archive_asset(principal_of(request), found(request, id)))


class RestoreAssetView(APIView):
    @extend_schema(operation_id="asset_restore", request=None, responses=AssetSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Bring it back from the archive."""
        return answer(request, actions.restore_asset(principal_of(request), found(request, id)))


class RegisterView(APIView):
    @extend_schema(operation_id="asset_register", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, workspace: UUID) -> HttpResponseBase:
        """The register of AI systems as a file."""
        rows = actions.export_register(principal_of(request), workspace)
        name = f"register-{timezone.now():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)
