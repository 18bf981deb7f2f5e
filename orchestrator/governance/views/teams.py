"""Teams, and the table of who can do what."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions import teams, workspaces
from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.models import Team
from orchestrator.governance.principal import principal_of
from orchestrator.governance.request_serializers import AskedSerializer, asked
from orchestrator.governance.serializers import (
    MatrixRowSerializer,
    NewTeamSerializer,
    TeamChangeSerializer,
    TeamSerializer,
)
from orchestrator.governance.sharing import WORKFLOWS
from orchestrator.governance.views.workspaces import WorkspaceListView


class TeamsView(WorkspaceListView):
    serializer_class = TeamSerializer
    queryset = Team.objects.none()
    ordering = ("name", "id")

    @extend_schema(operation_id="teams", responses=TeamSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        entered = workspaces.enter(principal_of(request), workspace, "member:read")
        return self.page(entered.teams.prefetch_related("members__user", "members__teams"))

    @extend_schema(operation_id="team_create", request=NewTeamSerializer, responses={201: TeamSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        data = NewTeamSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        made = teams.create_team(principal_of(request), workspace, **data.validated_data)
        return Response(TeamSerializer(made).data, status=201)


class TeamView(APIView):
    @extend_schema(
        operation_id="team_change", request=TeamChangeSerializer, responses={200: TeamSerializer, 202: AskedSerializer}
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Change its name, or who belongs to it. Where a second person is demanded for more people, 202 names what
        waits for one."""
        data = TeamChangeSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        changed = teams.change_team(principal_of(request), id, **data.validated_data)
        return asked(changed) if isinstance(changed, Asked) else Response(TeamSerializer(changed).data)

    @extend_schema(operation_id="team_delete", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        teams.delete_team(principal_of(request), id)
        return Response(status=204)


class MatrixView(APIView):
    @extend_schema(operation_id="matrix", responses=MatrixRowSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What each role may do, and what sharing one workflow adds."""
        workspaces.enter(principal_of(request), workspace, "member:read")
        rows = [
            {
                "verb": verb,
                "roles": [str(role) for role in Role if role in roles],
                "levels": [str(level) for level, verbs in WORKFLOWS.gives.items() if verb in verbs],
            }
            for verb, roles in VERBS.items()
        ]
        return Response(MatrixRowSerializer(rows, many=True).data)
