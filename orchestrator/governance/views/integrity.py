"""Whether the trail is whole, and who can be erased from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.checks import ask_check, checks_of
from orchestrator.governance.actions.erasing import erase_person, former_people
from orchestrator.governance.actions.integrity import integrity_of
from orchestrator.governance.actions.trail import export_evidence
from orchestrator.governance.evidence import archive
from orchestrator.governance.models import AuditCheck
from orchestrator.governance.principal import principal_of
from orchestrator.governance.trail_serializers import (
    AuditCheckSerializer,
    ErasureSerializer,
    FormerPersonSerializer,
    IntegritySerializer,
    PersonErasedSerializer,
)


class AuditChecksView(generics.ListAPIView[AuditCheck]):
    serializer_class = AuditCheckSerializer
    pagination_class = Cursor

    @extend_schema(operation_id="audit_checks")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The verifications of the trail, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AuditCheck]:
        return checks_of(principal_of(self.request), self.kwargs["workspace"])

    @extend_schema(operation_id="audit_check", request=None, responses={202: AuditCheckSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Have the whole trail verified, with the logs of runs. Where that is under way, it is what is answered."""
        check = ask_check(principal_of(request), workspace)
        return Response(AuditCheckSerializer(check).data, status=202)


class AuditIntegrityView(APIView):
    @extend_schema(operation_id="audit_integrity", responses=IntegritySerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        return Response(IntegritySerializer(integrity_of(principal_of(request), workspace)).data)


class AuditEvidenceView(APIView):
    @extend_schema(operation_id="audit_evidence", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, workspace: UUID) -> HttpResponseBase:
        """The whole trail with its checkpoints and a program that checks it, as a ZIP archive."""
        name, last = export_evidence(principal_of(request), workspace)
        file = f"audit-evidence-{timezone.now():%Y-%m-%d}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{file}"', "X-Content-Type-Options": "nosniff"}
        pieces = archive(workspace, name, last)
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


class FormerPeopleView(APIView):
    @extend_schema(operation_id="former_people", responses=FormerPersonSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Whom the trail names although they are no members any more."""
        people = former_people(principal_of(request), workspace)
        return Response(FormerPersonSerializer(people, many=True).data)


class ErasuresView(APIView):
    @extend_schema(operation_id="person_erase", request=ErasureSerializer, responses=PersonErasedSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """Remove a former member's names and addresses from the trail. It cannot be taken back."""
        sent = ErasureSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        person, reason = sent.validated_data["person"], sent.validated_data["reason"]
        closed = erase_person(principal_of(request), workspace, person, reason=reason)
        return Response(PersonErasedSerializer({"account_closed": closed}).data)
