"""The door to what groups of the identity provider may do in a workspace."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions.company_accounts import group_roles, set_group_roles
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import principal_of
from orchestrator.governance.request_serializers import AskedSerializer, asked
from orchestrator.governance.sign_in_serializers import GroupLinesSerializer, GroupRolesSerializer


class GroupRolesView(APIView):
    @extend_schema(operation_id="group_roles", responses=GroupRolesSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        found = group_roles(principal_of(request), workspace)
        return Response(GroupRolesSerializer(found, many=True).data)

    @extend_schema(
        operation_id="group_roles_set",
        request=GroupLinesSerializer,
        responses={200: GroupRolesSerializer(many=True), 202: AskedSerializer},
    )
    def put(self, request: Request, workspace: UUID) -> Response:
        """All lines at once. They count from each person's next sign-in on. Where a second person is demanded for more
        roles, 202 names what waits for one."""
        data = GroupLinesSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        kept = set_group_roles(principal_of(request), workspace, **data.validated_data)
        if isinstance(kept, Asked):
            return asked(kept)
        return Response(GroupRolesSerializer(kept, many=True).data)
