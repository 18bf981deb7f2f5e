"""Doors of stored files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import ProblemError
from orchestrator.artifacts.actions import download, upload
from orchestrator.artifacts.errors import ArtifactError, StoreUnavailable
from orchestrator.artifacts.previewing import preview
from orchestrator.artifacts.receiving import Capped, refuse_too_large
from orchestrator.artifacts.serializers import FilePreviewSerializer, FileRefSerializer, UploadSerializer
from orchestrator.governance.principal import principal_of


class ArtifactsView(APIView):
    parser_classes = (MultiPartParser,)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Before the sign-in is checked: looking for the CSRF token reads the form, and with it the file.
        request.upload_handlers = [Capped(request)]
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_large(request._request)
        super().initial(request, *args, **kwargs)

    @extend_schema(operation_id="upload", request=UploadSerializer, responses={201: FileRefSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        artifact = upload(principal_of(request), workspace, lambda: _received(request))
        return Response(FileRefSerializer(artifact.as_ref()).data, status=201)


class ArtifactContentView(APIView):
    @extend_schema(operation_id="artifact_content", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, id: UUID) -> HttpResponse:
        try:
            artifact, data = download(principal_of(request), id)
        except StoreUnavailable:
            raise
        except ArtifactError as error:
            raise ProblemError(410, "file_unreadable", str(error)) from error
        # Whatever the file holds, the browser only saves it: it is never shown as a page of this site.
        return HttpResponse(
            data,
            content_type=artifact.media_type,
            headers={
                "Content-Disposition": content_disposition_header(True, artifact.name),
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )


class ArtifactPreviewView(APIView):
    @extend_schema(operation_id="artifact_preview", responses=FilePreviewSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """The beginning of a file as text."""
        try:
            shown = preview(principal_of(request), id)
        except StoreUnavailable:
            raise
        except ArtifactError as error:
            raise ProblemError(410, "file_unreadable", str(error)) from error
        return Response(FilePreviewSerializer(shown).data)


def _received(request: Request) -> UploadedFile:
    data = UploadSerializer(data=request.data)
    data.is_valid(raise_exception=True)
    return data.validated_data["file"]
