"""The doors of the catalogue beside its list: what it is filtered by, and how much each asset is used."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.assets.catalogue import facets, recent_use
from orchestrator.assets.models import Asset, AssetQuerySet
from orchestrator.assets.serializers import AssetFacetsSerializer, RecentQuerySerializer, RecentSerializer
from orchestrator.assets.views.reading import read
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import principal_of


class FacetsView(APIView):
    @extend_schema(operation_id="asset_facets", responses=AssetFacetsSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """The tags, owners and kinds of what is not in the archive."""
        return Response(AssetFacetsSerializer(facets(_seen(request, workspace).kept())).data)


class RecentView(APIView):
    @extend_schema(
        operation_id="asset_recent_use", parameters=[RecentQuerySerializer], responses=RecentSerializer(many=True)
    )
    def get(self, request: Request, workspace: UUID) -> Response:
        """What each of these was asked in the last 30 days, and by how many."""
        wanted = read(RecentQuerySerializer, request.query_params)["assets"]
        rows = recent_use(list(_seen(request, workspace).filter(id__in=wanted)))
        return Response(RecentSerializer(rows, many=True).data)


def _seen(request: Request, workspace: UUID) -> AssetQuerySet:
    principal = principal_of(request)
    place = Workspace.objects.find(principal, workspace)
    principal.require("asset:read", place.id, object_type="asset")
    return Asset.objects.visible_to(principal).filter(workspace=place)
