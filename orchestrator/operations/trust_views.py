"""The doors of the pages "Trust" and "Health"."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.operations.health import health
from orchestrator.operations.models import TrustAlert
from orchestrator.operations.trust import cards
from orchestrator.operations.trust_serializers import HealthSerializer, TrustAlertSerializer, TrustSerializer


class TrustView(APIView):
    @extend_schema(operation_id="trust", responses=TrustSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """How keys, trail and backups stand, and which sign-ins were refused."""
        place = enter(principal_of(request), workspace, "installation:read")
        return Response(TrustSerializer(cards(place.id)).data)


class TrustAlertsView(APIView):
    @extend_schema(operation_id="trust_alerts", responses=TrustAlertSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What of it does not stand well at the moment."""
        enter(principal_of(request), workspace, "installation:read")
        found = TrustAlert.objects.filter(ended_at=None).order_by("card")
        return Response(TrustAlertSerializer(found, many=True).data)


class HealthView(APIView):
    @extend_schema(operation_id="health", responses=HealthSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """Workers, lines, and how live runs went in the last thirty days."""
        principal = principal_of(request)
        place = enter(principal, workspace, "installation:read")
        return Response(HealthSerializer(health(principal, place)).data)
