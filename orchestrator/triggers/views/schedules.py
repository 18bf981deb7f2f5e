"""The doors of schedules."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import Invalid
from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.nodes.recurrence_words import Language
from orchestrator.triggers.models import Occurrence
from orchestrator.triggers.schedules import next_schedules, preview, schedules_of
from orchestrator.triggers.serializers import (
    NextScheduleSerializer,
    OccurrenceSerializer,
    PreviewSerializer,
    RuleSerializer,
    ScheduleSerializer,
)

LANGUAGE = OpenApiParameter("language", enum=["en", "de"], description="The language of the words; English if left out")


def _language(request: Request) -> Language:
    return "de" if request.query_params.get("language") == "de" else "en"


class SchedulesView(APIView):
    @extend_schema(responses=ScheduleSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """The schedules of the draft and of what is live, in words and with their next five times."""
        workflow = Workflow.objects.select_related("live_version").find(principal_of(request), id)
        return Response(ScheduleSerializer(schedules_of(workflow), many=True).data)


class NextSchedulesView(APIView):
    @extend_schema(parameters=[LANGUAGE], responses=NextScheduleSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What starts by the clock next, in the whole workspace."""
        principal = principal_of(request)
        enter(principal, workspace, "workflow:read")
        return Response(
            NextScheduleSerializer(next_schedules(principal, workspace, _language(request)), many=True).data
        )


class PreviewView(APIView):
    @extend_schema(parameters=[LANGUAGE], request=RuleSerializer, responses=PreviewSerializer)
    def post(self, request: Request) -> Response:
        """A rule that is being written, in words and with its next five times; 422 names what is wrong with it."""
        if not isinstance(request.data, dict):
            raise Invalid("invalid_schedule", "Send the settings of a schedule.")
        return Response(PreviewSerializer(preview(request.data, _language(request))).data)


class OccurrencesView(generics.GenericAPIView):
    serializer_class = OccurrenceSerializer
    pagination_class = Cursor
    queryset = Occurrence.objects.none()
    ordering = ("-scheduled_for", "-id")

    @extend_schema(responses=OccurrenceSerializer(many=True))
    def get(self, request: Request, id: UUID, node: str) -> Response:
        """The times at which a schedule was due and what became of them, newest first."""
        workflow = Workflow.objects.find(principal_of(request), id)
        rows = Occurrence.objects.filter(schedule__workflow=workflow, schedule__node=node)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(OccurrenceSerializer(page, many=True).data)
