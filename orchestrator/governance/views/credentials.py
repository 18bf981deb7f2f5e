"""Connections to other systems."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions import credentials, workspaces
from orchestrator.governance.credential_serializers import (
    CredentialChangeSerializer,
    CredentialRequestSerializer,
    CredentialSerializer,
    CredentialTrialRequestSerializer,
    CredentialTrialSerializer,
    refuse_other_fields,
)
from orchestrator.governance.models import Credential
from orchestrator.governance.principal import principal_of
from orchestrator.governance.views.workspaces import WorkspaceListView


class CredentialsView(WorkspaceListView):
    serializer_class = CredentialSerializer
    queryset = Credential.objects.none()
    ordering = ("name", "id")

    @extend_schema(operation_id="credentials", responses=CredentialSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        entered = workspaces.enter(principal_of(request), workspace, "credential:read")
        return self.page(entered.credentials.all())

    @extend_schema(
        operation_id="credential_add", request=CredentialRequestSerializer, responses={201: CredentialSerializer}
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        data = CredentialRequestSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        added = credentials.add_credential(principal_of(request), workspace, **data.validated_data)
        return Response(CredentialSerializer(added).data, status=201)


class CredentialView(APIView):
    @extend_schema(operation_id="credential_change", request=CredentialChangeSerializer, responses=CredentialSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        """Change what the connection is called and may be used for. A `secret` takes the place of the one before."""
        data = CredentialChangeSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        principal, changes = principal_of(request), dict(data.validated_data)
        if "secret" in changes:
            known = Credential.objects.find(principal, id)
            principal.require("credential:edit", known.workspace_id, object_type="credential", object_id=known.id)
            refuse_other_fields(known.kind, changes["secret"])  # which tells of what kind it is
        changed = credentials.change_credential(principal, id, changes)
        return Response(CredentialSerializer(changed).data)

    @extend_schema(operation_id="credential_delete", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        credentials.delete_credential(principal_of(request), id)
        return Response(status=204)


class CredentialTrialView(APIView):
    @extend_schema(
        operation_id="credential_try", request=CredentialTrialRequestSerializer, responses=CredentialTrialSerializer
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Read one address with the connection, to see whether it is let in."""
        data = CredentialTrialRequestSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        trial = credentials.try_credential(principal_of(request), id, **data.validated_data)
        return Response(CredentialTrialSerializer(trial).data)
