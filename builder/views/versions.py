"""The doors of versions and of publishing."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.models import Version, VersionQuerySet, Workflow
from builder.publishing_serializers import PublishSerializer
from builder.serializers import (
    SavedSerializer,
    VersionItemSerializer,
    VersionSerializer,
    WorkflowSerializer,
)
from builder.views.reading import IF_MATCH, read, token_of, workflow_answer
from orchestrator.api.pages import Cursor
from orchestrator.governance.principal import principal_of

SHOWN = ("workflow", "published_by", "authored_by", "approved_by", "run_as")


class PublishView(APIView):
    @extend_schema(request=PublishSerializer, responses=VersionItemSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Make the draft live. 422 lists what hinders it, 409 says that nothing has changed."""
        workflow = Workflow.objects.find(principal_of(request), id)
        sent = read(PublishSerializer, request)
        version = actions.publish(principal_of(request), workflow, **sent)
        return Response(VersionItemSerializer(version).data)


class UnpublishView(APIView):
    @extend_schema(request=None, responses=WorkflowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Pause: nothing starts it any more."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return workflow_answer(request, actions.unpublish(principal_of(request), workflow))


class VersionsView(generics.ListAPIView):
    serializer_class = VersionItemSerializer
    pagination_class = Cursor
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Version]:
        workflow = Workflow.objects.find(principal_of(self.request), self.kwargs["id"])
        return workflow.versions.published().select_related(*SHOWN).defer("graph")


class VersionView(APIView):
    @extend_schema(responses=VersionSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """A version with its graph."""
        return Response(VersionSerializer(versions().find(principal_of(request), id)).data)


class RestoreVersionView(APIView):
    @extend_schema(request=None, responses=SavedSerializer, parameters=[IF_MATCH])
    def post(self, request: Request, id: UUID) -> Response:
        """Make this version the draft; what is live stays live."""
        version = versions().find(principal_of(request), id)
        saved = actions.restore_version_as_draft(principal_of(request), version, token_of(request))
        return Response(SavedSerializer(saved).data)


def versions() -> VersionQuerySet:
    return Version.objects.select_related(*SHOWN)
