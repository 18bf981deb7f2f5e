"""The door to the runs about a person or record. What is looked for comes in the body: addresses end up in logs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from orchestrator.api.pages import Cursor
from orchestrator.governance.principal import principal_of
from orchestrator.governance.serializers import plain_line
from orchestrator.runs.actions.reading import search_subject
from orchestrator.runs.models import Run
from orchestrator.runs.serializers import STATUSES, NamedSerializer, checked
from orchestrator.runs.subjects import LONGEST, SHORTEST, Sought, in_time, told_of

USUAL = timedelta(days=90)


class SubjectAskedSerializer(serializers.Serializer):
    value = serializers.CharField(
        min_length=SHORTEST, max_length=LONGEST, validators=[plain_line], help_text="A name, number or address"
    )
    since = serializers.DateTimeField(required=False, help_text="Ninety days ago, if it is left out")
    until = serializers.DateTimeField(required=False)


class SubjectModelSerializer(NamedSerializer):
    version = serializers.IntegerField()
    label = serializers.CharField(allow_blank=True, help_text="What it said, where that is one word")
    confidence = serializers.FloatField(allow_null=True)


class SubjectDecisionSerializer(serializers.Serializer):
    task = serializers.UUIDField()
    decision = serializers.CharField()
    by = serializers.CharField(allow_blank=True)


class SubjectRunSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    workflow = NamedSerializer()
    version = serializers.IntegerField(allow_null=True)
    mode = serializers.ChoiceField(choices=["live", "test"])
    at = serializers.DateTimeField()
    started_by = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=STATUSES)
    found_in = serializers.ListField(child=serializers.CharField(), help_text="Names of the steps whose data hold it")
    models = SubjectModelSerializer(many=True, help_text="Models, tools and agents that answered in the run")
    people = SubjectDecisionSerializer(many=True, help_text="What people decided in it")


class SubjectView(GenericAPIView):
    pagination_class = Cursor
    serializer_class = SubjectRunSerializer
    queryset = Run.objects.none()

    @extend_schema(operation_id="runs_about", request=SubjectAskedSerializer, responses=SubjectRunSerializer(many=True))
    def post(self, request: Request, workspace: UUID) -> Response:
        """The runs in whose data a value stands, newest first."""
        asked: dict[str, Any] = checked(SubjectAskedSerializer, request.data)
        until = asked.get("until") or timezone.now()
        sought = Sought(value=asked["value"], since=asked.get("since") or until - USUAL, until=until)
        runs = search_subject(principal_of(request), workspace, sought)
        shown = runs.select_related("workflow", "version", "started_by")
        page: list[Run] = in_time(lambda: list(self.paginate_queryset(shown) or []))
        return self.get_paginated_response(self.get_serializer(told_of(page, sought.value), many=True).data)
