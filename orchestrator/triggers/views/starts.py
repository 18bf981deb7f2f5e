"""The doors of the list of all starts."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.triggers.actions import starts as actions
from orchestrator.triggers.serializers import CaughtUpSerializer, StartSerializer
from orchestrator.triggers.starts import starts_of


class StartsView(APIView):
    @extend_schema(responses=StartSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What starts the published workflows of a workspace by itself, when it did last and does next."""
        principal = principal_of(request)
        enter(principal, workspace, "workflow:read")
        return Response(StartSerializer(starts_of(principal, workspace), many=True).data)


class PauseStartView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, id: UUID, node: str) -> Response:
        """Nothing starts by it until it is resumed."""
        actions.pause_start(principal_of(request), _workflow(request, id), node)
        return Response(status=204)


class ResumeStartView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, id: UUID, node: str) -> Response:
        """It starts runs again."""
        actions.resume_start(principal_of(request), _workflow(request, id), node)
        return Response(status=204)


class CatchUpView(APIView):
    @extend_schema(request=None, responses=CaughtUpSerializer)
    def post(self, request: Request, id: UUID, node: str) -> Response:
        """Start a run for each time that a schedule missed in the last days, one after the other."""
        times = actions.catch_up(principal_of(request), _workflow(request, id), node)
        return Response(CaughtUpSerializer({"times": times}).data)


def _workflow(request: Request, id: UUID) -> Workflow:
    return Workflow.objects.select_related("live_version").find(principal_of(request), id)
