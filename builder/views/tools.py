"""The door by which a workflow becomes a tool."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.models import Workflow
from builder.views.reading import read
from orchestrator.assets.models import AssetVersion
from orchestrator.assets.tool_serializers import HowSerializer
from orchestrator.governance.principal import principal_of


class OfferSerializer(HowSerializer):
    name = serializers.RegexField(r"^[A-Za-z][A-Za-z0-9_-]{0,63}\Z", help_text="As a model calls it")
    description = serializers.CharField(max_length=4_000)
    seconds = serializers.FloatField(min_value=1, max_value=600, default=60, help_text="Of one call")
    asset = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="The tool to add a version to; null: a new one"
    )


class OfferedToolSerializer(serializers.ModelSerializer):
    asset = serializers.UUIDField(source="asset_id")

    class Meta:
        model = AssetVersion
        fields = ("asset", "number")


class ToolView(APIView):
    @extend_schema(operation_id="workflow_offer", request=OfferSerializer, responses={201: OfferedToolSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Make what is live of this workflow a tool that agents can call."""
        principal = principal_of(request)
        workflow = Workflow.objects.select_related("live_version").find(principal, id)
        version = actions.offer_as_tool(principal, workflow, **read(OfferSerializer, request))
        return Response(OfferedToolSerializer(version).data, status=201)
