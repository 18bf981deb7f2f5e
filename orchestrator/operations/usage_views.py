"""The doors of usage: figures, the calls behind them, both as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.assets.models import AssetCall
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.operations.actions import export_usage
from orchestrator.operations.usage import calls, listed, names_of, usage
from orchestrator.operations.usage_serializers import (
    AssetCallSerializer,
    UsageBySerializer,
    UsageExportSerializer,
    UsageQuerySerializer,
    UsageSerializer,
)


class UsageView(APIView):
    @extend_schema(operation_id="usage", parameters=[UsageBySerializer], responses=UsageSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """What was asked and what it cost, summed up by day, workflow, asset or person."""
        principal = principal_of(request)
        place = enter(principal, workspace, "usage:read")
        sent = checked(UsageBySerializer, request.query_params)
        told = usage(principal, place, sent.asked, sent.validated_data["by"])
        return Response(UsageSerializer(told).data)


class UsageCallsView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = AssetCallSerializer
    queryset = AssetCall.objects.none()
    ordering = ("-at", "-id")

    @extend_schema(
        operation_id="usage_calls", parameters=[UsageQuerySerializer], responses=AssetCallSerializer(many=True)
    )
    def get(self, request: Request, workspace: UUID) -> Response:
        """The calls behind a figure, the newest first."""
        principal = principal_of(request)
        place = enter(principal, workspace, "usage:read")
        sent = checked(UsageQuerySerializer, request.query_params)
        page = self.paginate_queryset(listed(calls(place.id, sent.asked))) or []
        workflows = names_of(principal, place.id, "workflow", [call.workflow for call in page])
        shown = AssetCallSerializer(page, many=True, context={"workflows": workflows})
        return self.get_paginated_response(shown.data)


class UsageExportView(APIView):
    @extend_schema(
        operation_id="usage_export",
        parameters=[UsageExportSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, workspace: UUID) -> HttpResponseBase:
        """The figures or the calls as a file."""
        sent = checked(UsageExportSerializer, request.query_params)
        by = sent.validated_data["by"]
        rows = export_usage(principal_of(request), workspace, sent.asked, by)
        name = f"usage-{by}-{timezone.now():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def checked(kind: type[Serializer[Any]], data: Any) -> Any:
    sent = kind(data=data)
    sent.is_valid(raise_exception=True)
    return sent
