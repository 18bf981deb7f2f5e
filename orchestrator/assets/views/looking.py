"""The doors that look at a model before a version of it is made."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.assets import actions
from orchestrator.assets.serializers import FileLookSerializer, LookSerializer, ServerLookSerializer
from orchestrator.assets.views.reading import read
from orchestrator.governance.principal import principal_of


class FileLookView(APIView):
    @extend_schema(operation_id="look_at_model_file", request=FileLookSerializer, responses=LookSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """What an uploaded ONNX or skops file takes and gives."""
        sent = read(FileLookSerializer, request.data)
        return Response(LookSerializer(actions.look_at_file(principal_of(request), workspace, **sent)).data)


class ServerLookView(APIView):
    @extend_schema(operation_id="look_at_model_server", request=ServerLookSerializer, responses=LookSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """What a server of the Open Inference Protocol offers, and what of a version does not fit it."""
        sent = read(ServerLookSerializer, request.data)
        return Response(LookSerializer(actions.look_at_server(principal_of(request), workspace, **sent)).data)
