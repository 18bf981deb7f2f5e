"""The doors through which workflows leave and come in as documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.graphs import LARGEST_GRAPH, too_large
from builder.models import Workflow
from builder.serializers import AuthorSerializer, WorkflowSerializer
from builder.views.folders import folder_of
from builder.views.gallery import NeedsSerializer
from builder.views.reading import member, read, workflow_answer
from orchestrator.governance.principal import principal_of

ROOM_FOR_WORDS = 64 * 1024
"""Name, description and what else stands beside the graph of a document."""
DOCUMENT: Any = {(200, "application/json"): {"type": "object", "additionalProperties": True}}


class DocumentSerializer(serializers.Serializer):
    document = serializers.JSONField(help_text="What an export gave: {format: tutti.workflow, ...}")


class ImportSerializer(DocumentSerializer):
    replace = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The workflow whose draft it becomes; null: a new one"
    )
    folder = serializers.UUIDField(required=False, allow_null=True, default=None)


class IncomingSerializer(serializers.Serializer):
    name = serializers.CharField()
    description = serializers.CharField()
    steps = serializers.IntegerField()
    needs = NeedsSerializer()
    missing_models = serializers.ListField(child=serializers.CharField())
    existing = AuthorSerializer(allow_null=True, help_text="A workflow of the same name that could be replaced")


class ExportView(APIView):
    @extend_schema(operation_id="workflow_export", responses=DOCUMENT)
    def get(self, request: Request, id: UUID) -> Response:
        """The draft as a document, without accounts, files and secrets."""
        principal = principal_of(request)
        return Response(actions.export_workflow(principal, Workflow.objects.find(principal, id)))


class LookView(APIView):
    @extend_schema(operation_id="import_look", request=DocumentSerializer, responses=IncomingSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """What is in a document and what is missing for it here. Changes nothing."""
        _refuse_large(request)
        principal = member(request, workspace)
        sent = read(DocumentSerializer, request)
        return Response(IncomingSerializer(actions.read_document(principal, workspace, sent["document"])).data)


class ImportsView(APIView):
    @extend_schema(operation_id="import_create", request=ImportSerializer, responses={201: WorkflowSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Take a document in: as a new workflow, or as the draft of one that exists."""
        _refuse_large(request)
        principal = member(request, workspace)
        sent = read(ImportSerializer, request)
        folder = folder_of(principal, workspace, sent["folder"])
        workflow = actions.import_workflow(
            principal, workspace, sent["document"], replace=sent["replace"], folder=folder
        )
        return workflow_answer(request, workflow, status=201)


def _refuse_large(request: Request) -> None:
    """Before the body is read."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_GRAPH + ROOM_FOR_WORDS:
        raise too_large()
