"""The doors of training: what was trained, starting one, stopping one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.assets.models import Asset, Training, TrainingState
from orchestrator.assets.serializers import storable
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of
from orchestrator.runs.actions.training import INNER, cancel_training, start_training
from orchestrator.runs.models import Run
from orchestrator.runs.serializers import NamedSerializer


class TrainingSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=TrainingState.choices)
    share = serializers.FloatField(help_text="Of the work that is done, 0 to 1")
    doing = serializers.CharField(allow_blank=True)
    source = serializers.CharField()
    target = serializers.CharField(allow_blank=True)
    rows = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    version_id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    by = NamedSerializer(allow_null=True)
    run = serializers.UUIDField()
    own_run = serializers.SerializerMethodField(help_text="Its run does nothing else, so it is stopped by itself")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_own_run(self, training: Training) -> bool:
        return training.run in self.context["own"]


class NewTrainingSerializer(serializers.Serializer):
    file = serializers.UUIDField(required=False, help_text="A file of this workspace, or")
    data_set = serializers.UUIDField(required=False, help_text="a data set of it")
    target = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    parameters = serializers.DictField(required=False, default=dict, validators=[storable])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("data_set" in attrs):
            raise serializers.ValidationError({"file": "Choose the file or the data set to learn from."})
        return attrs


class TrainingsView(generics.GenericAPIView[Training]):
    pagination_class = Cursor
    serializer_class = TrainingSerializer
    queryset = Training.objects.none()

    @extend_schema(operation_id="trainings", responses=TrainingSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What was trained, newest first."""
        asset = _asset(request, id)
        found = Training.objects.filter(asset=asset).select_related("version", "by")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(_shown(page or []))

    @extend_schema(operation_id="training_start", request=NewTrainingSerializer, responses={201: TrainingSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Train a new version. It waits as a candidate; nothing uses it by itself."""
        sent = NewTrainingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        training = start_training(principal_of(request), _asset(request, id), **sent.validated_data)
        return Response(_shown([training])[0], status=201)


class StopTrainingView(APIView):
    @extend_schema(operation_id="training_stop", request=None, responses={204: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Stop it. Nothing of it is kept."""
        training = Training.objects.select_related("asset").find(principal_of(request), id)
        cancel_training(principal_of(request), training)
        return Response(status=204)


def _asset(request: Request, id: UUID) -> Asset:
    asset = Asset.objects.find(principal_of(request), id)
    sharing.require(principal_of(request), "asset:read", asset)
    return asset


def _shown(trainings: list[Training]) -> list[dict[str, Any]]:
    runs: QuerySet[Run] = Run.objects.filter(pk__in=[one.run for one in trainings], workflow__inner=INNER)
    own = set(runs.values_list("pk", flat=True))
    return list(TrainingSerializer(trainings, many=True, context={"own": own}).data)
