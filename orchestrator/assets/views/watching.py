"""The doors of watching: what was found, what raises an alert, the alerts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.assets import watching
from orchestrator.assets.actions.alerts import see_alert
from orchestrator.assets.actions.watching import change_watch, look_now
from orchestrator.assets.models import Alert, AlertKind, Asset, Check, Watch
from orchestrator.assets.serializers import NamedThingSerializer
from orchestrator.assets.views.reading import found, read
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal, principal_of

MOST_CHECKS = 60


class LimitsSerializer(serializers.Serializer[Any]):
    drift = serializers.BooleanField(required=False)
    agreement_at_least = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)
    errors_at_most = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1)
    p95_at_most_ms = serializers.FloatField(required=False, allow_null=True, min_value=1, max_value=3_600_000)


class TraitDriftSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["number", "choice"])
    score = serializers.FloatField(help_text="How far apart, 0 to 1")
    drifted = serializers.BooleanField()
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)


class CheckSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    version = serializers.IntegerField(source="version.number")
    calls = serializers.IntegerField()
    drifted = serializers.BooleanField()
    score = serializers.FloatField(allow_null=True, help_text="0: like the rows of the training, 1: nothing alike")
    agreed = serializers.IntegerField()
    judged = serializers.IntegerField()
    error_rate = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)


class LastCheckSerializer(CheckSerializer):
    comparable = serializers.SerializerMethodField(help_text="Whether the version knows what it was trained on")
    traits = serializers.SerializerMethodField(help_text="Empty where there is nothing to compare with, or too little")

    def get_comparable(self, check: Check) -> bool:
        return check.drift is not None

    @extend_schema_field(TraitDriftSerializer(many=True))
    def get_traits(self, check: Check) -> list[dict[str, Any]]:
        return TraitDriftSerializer((check.drift or {}).get("by_trait", []), many=True).data


class WatchSerializer(serializers.Serializer[Any]):
    limits = LimitsSerializer()
    last = LastCheckSerializer(allow_null=True)
    checks = CheckSerializer(many=True, help_text="Of the last looks, oldest first")
    new_corrections = serializers.IntegerField(help_text="Answers that people put right since the live version")


class AlertSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    asset = serializers.UUIDField(source="asset_id")
    asset_title = serializers.CharField(source="asset.title")
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=AlertKind.choices)
    text = serializers.SerializerMethodField()
    traits = serializers.SerializerMethodField(help_text="Of a drift: what drifted, the furthest first")
    value = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField(allow_null=True)
    at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    seen_by = NamedThingSerializer(allow_null=True)
    run = serializers.UUIDField(allow_null=True)

    def get_text(self, alert: Alert) -> str:
        return str(alert.words.get("text", ""))

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_traits(self, alert: Alert) -> list[str]:
        return list(alert.words.get("traits", []))


class WatchView(APIView):
    @extend_schema(operation_id="asset_watch", responses=WatchSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """What was found when its latest calls were looked at, and what raises an alert."""
        return _answer(found(request, id))

    @extend_schema(operation_id="asset_watch_change", request=LimitsSerializer, responses=WatchSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        """Say what raises an alert. A limit of null raises none."""
        asset = found(request, id)
        change_watch(principal_of(request), asset, read(LimitsSerializer, request.data))
        return _answer(asset)


class LookNowView(APIView):
    @extend_schema(operation_id="asset_look_now", request=None, responses={202: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Have its latest calls looked at now."""
        look_now(principal_of(request), found(request, id))
        return Response(status=202)


class AssetAlertsView(generics.ListAPIView[Alert]):
    """The alerts of one asset, newest first."""

    serializer_class = AlertSerializer
    pagination_class = Cursor

    def get_queryset(self) -> QuerySet[Alert]:
        asset = found(self.request, self.kwargs["id"])
        return Alert.objects.filter(asset=asset).select_related("asset", "version", "seen_by")


class AlertsView(generics.GenericAPIView[Alert]):
    pagination_class = Cursor
    serializer_class = AlertSerializer
    queryset = Alert.objects.none()

    @extend_schema(operation_id="alerts", responses=AlertSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What nobody has seen yet, of the assets that one looks after, newest first."""
        principal = principal_of(request)
        place = Workspace.objects.find(principal, workspace)
        principal.require("asset:read", place.id, object_type="asset")
        unseen = _looked_after(principal, place.id).filter(seen_at=None)
        page = self.paginate_queryset(unseen.select_related("asset", "version", "seen_by"))
        return self.get_paginated_response(AlertSerializer(page, many=True).data)


class SeeAlertView(APIView):
    @extend_schema(operation_id="alert_see", request=None, responses={204: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Take it off the bell."""
        alert = Alert.objects.select_related("asset").find(principal_of(request), id)
        found(request, alert.asset_id)
        see_alert(principal_of(request), alert)
        return Response(status=204)


def _looked_after(principal: Principal, workspace_id: UUID) -> QuerySet[Alert]:
    """Of all assets that one sees for those who may add versions to them, else of one's own."""
    seen = Asset.objects.visible_to(principal).filter(workspace_id=workspace_id)
    alerts = Alert.objects.filter(workspace_id=workspace_id, asset__in=seen)
    return alerts if principal.may("asset:modify", workspace_id) else alerts.filter(asset__owner_id=principal.id)


def _answer(asset: Asset) -> Response:
    watch = Watch.objects.filter(asset=asset).first() or Watch(asset=asset)
    checks = list(Check.objects.filter(asset=asset).select_related("version").order_by("-id")[:MOST_CHECKS])
    told = {
        "limits": watch,
        "last": checks[0] if checks else None,
        "checks": checks[::-1],
        "new_corrections": watching.new_corrections(asset),
    }
    return Response(WatchSerializer(told).data)
