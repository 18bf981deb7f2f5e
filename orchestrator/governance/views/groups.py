"""The door to what groups of the identity provider may do in a workspace."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions.company_accounts import group_roles, set_group_roles
from orchestrator.governance.principal import principal_of
from orchestrator.governance.sign_in_serializers import GroupLinesSerializer, GroupRolesSerializer


class GroupRolesView(APIView):
    @extend_schema(operation_id="group_roles", responses=GroupRolesSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        found = group_roles(principal_of(request), workspace)
        return Response(GroupRolesSerializer(found, many=True).data)

    @extend_schema(
        operation_id="group_roles_set", request=GroupLinesSerializer, responses=GroupRolesSerializer(many=True)
    )
    def put(self, request: Request, workspace: UUID) -> Response:
        """All lines at once. They count from each person's next sign-in on."""
        data = GroupLinesSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        kept = set_group_roles(principal_of(request), workspace, data.validated_data["lines"])
        return Response(GroupRolesSerializer(kept, many=True).data)
