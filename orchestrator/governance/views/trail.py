"""The audit trail, for those who may read it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.trail import note_reading, trail_of
from orchestrator.governance.models import AuditEvent, AuditResult
from orchestrator.governance.principal import principal_of
from orchestrator.governance.serializers import AuditEventSerializer, AuditFacetsSerializer


class AuditFilter(filters.FilterSet):
    actor = filters.UUIDFilter("actor_id")
    action = filters.CharFilter()
    object_type = filters.CharFilter()
    object_id = filters.CharFilter()
    result = filters.ChoiceFilter(choices=AuditResult.choices)
    since = filters.IsoDateTimeFilter("at", "gte")
    until = filters.IsoDateTimeFilter("at", "lt")

    class Meta:
        model = AuditEvent
        fields: list[str] = []


class AuditEventsView(GenericAPIView):
    serializer_class = AuditEventSerializer
    queryset = AuditEvent.objects.none()
    pagination_class = Cursor
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = AuditFilter
    ordering = ("-seq",)

    @extend_schema(operation_id="audit_events", responses=AuditEventSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        principal = principal_of(request)
        events = self.filter_queryset(trail_of(principal, workspace))
        answer = self.get_paginated_response(self.get_serializer(self.paginate_queryset(events), many=True).data)
        asked = {name: request.query_params[name] for name in AuditFilter.base_filters if name in request.query_params}
        note_reading(principal, workspace, asked)
        return answer


class AuditFacetsView(APIView):
    @extend_schema(operation_id="audit_facets", responses=AuditFacetsSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        events = trail_of(principal_of(request), workspace).order_by()
        people = events.exclude(actor_id=None).values("actor_id").annotate(name=Max("actor_name")).order_by("name")
        facets = {
            "actors": [{"id": row["actor_id"], "name": row["name"]} for row in people],
            "actions": sorted(events.values_list("action", flat=True).distinct()),
            "object_types": sorted(events.exclude(object_type="").values_list("object_type", flat=True).distinct()),
        }
        return Response(AuditFacetsSerializer(facets).data)
