"""The audit trail, for those who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import Invalid
from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.trail import export, history_of, note_reading, trail_of
from orchestrator.governance.commitments import ERASED
from orchestrator.governance.export import MEDIA_TYPES, Format, lines
from orchestrator.governance.models import AuditEvent, AuditResult
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.governance.sentences import TECHNICAL
from orchestrator.governance.serializers import AuditEventSerializer, AuditFacetsSerializer, HistoryEventSerializer
from orchestrator.governance.topics import Topic, about

FORMAT = OpenApiParameter("format", enum=[str(format) for format in Format], required=True)


class AuditFilter(filters.FilterSet):
    actor = filters.UUIDFilter("actor_id")
    action = filters.CharFilter()
    object_type = filters.CharFilter()
    object_id = filters.CharFilter()
    result = filters.ChoiceFilter(choices=AuditResult.choices)
    topic = filters.ChoiceFilter(choices=[(str(topic), str(topic)) for topic in Topic], method="about")
    token = filters.UUIDFilter("token_id")
    since = filters.IsoDateTimeFilter("at", "gte")
    until = filters.IsoDateTimeFilter("at", "lt")
    technical = filters.BooleanFilter(method="leave", label="Also what the system writes for its own sake")

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def about(self, queryset: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        return queryset.filter(about(Topic(value)))

    def leave(self, queryset: QuerySet[AuditEvent], name: str, value: Any) -> QuerySet[AuditEvent]:
        return queryset

    def filter_queryset(self, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        shown = asked["technical"] or asked["topic"] or asked["action"] in TECHNICAL
        return found if shown else found.exclude(action__in=TECHNICAL)


def asked_for(request: Request) -> dict[str, str]:
    return {name: request.query_params[name] for name in AuditFilter.base_filters if name in request.query_params}


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
        note_reading(principal, workspace, asked_for(request))
        return answer


class AuditExportView(GenericAPIView):
    queryset = AuditEvent.objects.none()
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = AuditFilter

    @extend_schema(operation_id="audit_export", parameters=[FORMAT], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, workspace: UUID) -> HttpResponseBase:
        """The entries that the filters leave, newest first, as a file."""
        wanted = request.query_params.get("format", "")
        if wanted not in list(Format):
            raise Invalid("format", "Choose csv or jsonl as the format of the file.")
        self.filter_queryset(self.get_queryset())  # a filter that cannot be read is refused before anything is told
        events = export(principal_of(request), workspace, asked_for(request), wanted)
        rows = self.filter_queryset(events).order_by("-seq").iterator(chunk_size=1000)
        name = f"audit-{timezone.now():%Y-%m-%d}.{wanted}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        format = Format(wanted)
        return StreamingHttpResponse(lines(rows, format), content_type=MEDIA_TYPES[format], headers=headers)


class AuditFacetsView(APIView):
    @extend_schema(operation_id="audit_facets", responses=AuditFacetsSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        events = trail_of(principal_of(request), workspace).order_by()
        named = events.exclude(actor_id=None).exclude(actor_name=ERASED)
        people = named.values("actor_id").annotate(name=Max("actor_name")).order_by("name")
        actions = events.exclude(action__in=TECHNICAL).values_list("action", flat=True).distinct()
        facets = {
            "actors": [{"id": row["actor_id"], "name": row["name"]} for row in people],
            "actions": sorted(actions),
            "object_types": sorted(events.exclude(object_type="").values_list("object_type", flat=True).distinct()),
        }
        return Response(AuditFacetsSerializer(facets).data)


class HistoryView(GenericAPIView):
    """What was done to one thing, in place; a room says which things, and who may see them."""

    serializer_class = HistoryEventSerializer
    queryset = AuditEvent.objects.none()
    pagination_class = Cursor
    ordering = ("-seq",)

    def history(self, principal: Principal, workspace_id: UUID, objects: Mapping[str, Sequence[UUID]]) -> Response:
        page = self.paginate_queryset(history_of(principal, workspace_id, objects))
        note_reading(principal, workspace_id, {f"{kind}_history": str(ids[0]) for kind, ids in objects.items() if ids})
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
