"""What a workflow can be made of: steps and sample files."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import SampleFile
from builder.serializers import (
    NodeTypesSerializer,
    SampleFileSerializer,
)
from builder.views.reading import member
from orchestrator.nodes import registry


class NodeTypesView(APIView):
    @extend_schema(responses=NodeTypesSerializer)
    def get(self, request: Request) -> Response:
        """The catalogue of steps."""
        return Response({"results": registry.describe()})


class SampleFilesView(APIView):
    @extend_schema(responses=SampleFileSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Files to try workflows with."""
        principal = member(request, workspace)
        files = SampleFile.objects.visible_to(principal).filter(workspace_id=workspace)
        return Response(SampleFileSerializer(files.select_related("artifact").order_by("id"), many=True).data)
