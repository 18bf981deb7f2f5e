"""The doors of the reports: a page of one, and the whole of it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.trail import note_reading
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.operations.access import access_at
from orchestrator.operations.access_serializers import AccessAtAskedSerializer, AccessAtSerializer
from orchestrator.operations.actions import export_access, export_report
from orchestrator.operations.reports import REPORTS, Asked, Report
from orchestrator.operations.usage_views import checked
from orchestrator.runs.models import OutsideCall


class ReportAskedSerializer(serializers.Serializer):
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    credential = serializers.UUIDField(required=False, help_text="Of `outside`: only what was sent with it")
    run = serializers.UUIDField(required=False, help_text="Of `outside`: only what this run sent")


class ReportRowSerializer(serializers.Serializer):
    id = serializers.CharField()
    cells = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text="By column: a text, a number, a time, nothing, or {type, id, name} of something with its own page",
    )


class ReportView(GenericAPIView):
    pagination_class = Cursor
    serializer_class = ReportRowSerializer
    queryset = OutsideCall.objects.none()

    @extend_schema(operation_id="report", parameters=[ReportAskedSerializer], responses=ReportRowSerializer(many=True))
    def get(self, request: Request, workspace: UUID, report: str) -> Response:
        """A page of a report, newest first."""
        principal, asked = principal_of(request), _asked(request)
        wanted = _report(report)
        place = enter(principal, workspace, "audit:read")
        self.ordering = wanted.ordering
        found = self.paginate_queryset(wanted.find(principal, place.id, asked)) or []
        rows = [{"id": row.pop("id"), "cells": row} for row in wanted.tell(place.id, found)]
        answer = self.get_paginated_response(self.get_serializer(rows, many=True).data)
        note_reading(principal, place.id, {"report": report, **asked.told})
        return answer


class ReportExportView(APIView):
    @extend_schema(
        operation_id="report_export",
        parameters=[ReportAskedSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, workspace: UUID, report: str) -> HttpResponseBase:
        """The whole report as a file."""
        asked = _asked(request)
        rows = export_report(principal_of(request), workspace, report, _report(report), asked)
        return _file(rows, f"{report}-{timezone.now():%Y-%m-%d}.csv")


class AccessView(APIView):
    @extend_schema(operation_id="access_at", parameters=[AccessAtAskedSerializer], responses=AccessAtSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """Who could do what at a moment, and by whose doing."""
        principal = principal_of(request)
        sent: dict[str, Any] = checked(AccessAtAskedSerializer, request.query_params).validated_data
        place = enter(principal, workspace, "audit:read")
        told = access_at(place.id, sent.get("at") or timezone.now(), sent.get("verb"))
        note_reading(principal, place.id, {"report": "access", **{name: str(value) for name, value in sent.items()}})
        return Response(AccessAtSerializer(told).data)


class AccessExportView(APIView):
    @extend_schema(
        operation_id="access_export",
        parameters=[AccessAtAskedSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, workspace: UUID) -> HttpResponseBase:
        """Who could do what at a moment, as a file."""
        sent: dict[str, Any] = checked(AccessAtAskedSerializer, request.query_params).validated_data
        moment = sent.get("at") or timezone.now()
        rows = export_access(principal_of(request), workspace, moment, sent.get("verb"))
        return _file(rows, f"access-{moment:%Y-%m-%d}.csv")


def _file(rows: Iterator[str], name: str) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def _report(name: str) -> Report:
    if name not in REPORTS:
        raise NotFound()
    return REPORTS[name]


def _asked(request: Request) -> Asked:
    return Asked(**checked(ReportAskedSerializer, request.query_params).validated_data)
