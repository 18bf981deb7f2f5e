"""The doors of versions and of the names that say which one answers."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.api.pages import Cursor
from orchestrator.assets import actions
from orchestrator.assets.comparing import differences
from orchestrator.assets.models import AliasMove, AssetVersion
from orchestrator.assets.serializers import (
    AliasMoveSerializer,
    AssetSerializer,
    AssetVersionDetailSerializer,
    AssetVersionSerializer,
    CompareQuerySerializer,
    ComparisonSerializer,
    DaySerializer,
    FiguresQuerySerializer,
    MoveSerializer,
    NewVersionSerializer,
    ReasonSerializer,
)
from orchestrator.assets.usage import by_day
from orchestrator.assets.views.reading import answer, found, numbered, read
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of


class VersionsView(APIView):
    @extend_schema(
        operation_id="asset_version_add", request=NewVersionSerializer, responses={201: AssetVersionSerializer}
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Add a version; nothing uses it until a name says so."""
        asset, sent = found(request, id), read(NewVersionSerializer, request.data)
        version = actions.register_version(principal_of(request), asset, **sent)
        return Response(AssetVersionSerializer(version).data, status=201)


class VersionView(APIView):
    @extend_schema(operation_id="asset_version", responses=AssetVersionDetailSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """A version with what it was made of."""
        version = AssetVersion.objects.select_related("asset", "created_by").filter(id=id).first()
        if version is None:
            raise NotFound()
        found(request, version.asset_id)
        shown = AssetVersionDetailSerializer(version, context={"principal": principal_of(request)})
        return Response(shown.data)


class CompareView(APIView):
    @extend_schema(operation_id="asset_compare", parameters=[CompareQuerySerializer], responses=ComparisonSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """What is different between two versions, for those who may see what they are made of."""
        asset, wanted = found(request, id), read(CompareQuerySerializer, request.query_params)
        sharing.require(principal_of(request), "asset:modify", asset)
        before, after = numbered(asset, wanted["before"]), numbered(asset, wanted["after"])
        told = {"before": before, "after": after, "differences": differences(before, after)}
        return Response(ComparisonSerializer(told).data)


class AliasView(APIView):
    @extend_schema(operation_id="asset_alias_move", request=AliasMoveSerializer, responses=AssetSerializer)
    def put(self, request: Request, id: UUID, name: str) -> Response:
        """Say which version this name means."""
        asset, sent = found(request, id), read(AliasMoveSerializer, request.data)
        version = numbered(asset, sent["version"])
        actions.move_alias(principal_of(request), version, name, reason=sent["reason"])
        return answer(request, asset)

    @extend_schema(operation_id="asset_alias_remove", responses={204: None})
    def delete(self, request: Request, id: UUID, name: str) -> Response:
        """Take the name away. 409 while something uses it."""
        actions.remove_alias(principal_of(request), found(request, id), name)
        return Response(status=204)


class RollBackView(APIView):
    @extend_schema(operation_id="asset_alias_roll_back", request=ReasonSerializer, responses=AssetSerializer)
    def post(self, request: Request, id: UUID, name: str) -> Response:
        """Let the name mean again what it meant before."""
        asset, sent = found(request, id), read(ReasonSerializer, request.data)
        actions.roll_back_alias(principal_of(request), asset, name, reason=sent["reason"])
        return answer(request, asset)


class MovesView(generics.ListAPIView[AliasMove]):
    """Which version each name has meant, newest first."""

    serializer_class = MoveSerializer
    pagination_class = Cursor

    def get_queryset(self) -> QuerySet[AliasMove]:
        asset = found(self.request, self.kwargs["id"])
        return AliasMove.objects.filter(asset=asset).select_related("before", "after", "by")


class FiguresView(APIView):
    @extend_schema(
        operation_id="asset_figures", parameters=[FiguresQuerySerializer], responses=DaySerializer(many=True)
    )
    def get(self, request: Request, id: UUID) -> Response:
        """Calls, failures, times, tokens, cost and confidence by day."""
        asset, wanted = found(request, id), read(FiguresQuerySerializer, request.query_params)
        days = by_day(asset, wanted["days"], wanted.get("version"))
        return Response(DaySerializer(days, many=True).data)
