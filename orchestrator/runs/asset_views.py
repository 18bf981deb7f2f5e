"""The door that tells which runs under way use an asset, and in which version."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.assets.models import Asset, AssetCall, Holder
from orchestrator.assets.where_used import uses_of
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.snapshots import STATUS_WORDS

MOST = 100


class UsingRunSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    workflow = serializers.CharField(source="workflow.name")
    status = serializers.SerializerMethodField()
    asked = serializers.SerializerMethodField(help_text="Numbers of the versions it has asked and goes on with")
    created_at = serializers.DateTimeField()

    def get_status(self, run: Run) -> str:
        return STATUS_WORDS[RunStatus(run.status)]

    def get_asked(self, run: Run) -> list[int]:
        return self.context["asked"].get(run.id, [])


class UsingRunsView(APIView):
    @extend_schema(operation_id="asset_runs", responses=UsingRunSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """The runs under way of the workflows that refer to it, newest first, at most a hundred."""
        principal = principal_of(request)
        asset = Asset.objects.find(principal, id)
        sharing.require(principal, "asset:read", asset)
        principal.require("run:read", asset.workspace_id, object_type="run")
        workflows = {use.holder for use in uses_of(asset) if use.holder_kind == Holder.WORKFLOW}
        open_runs = Run.objects.visible_to(principal).filter(
            workflow_id__in=workflows, status__lt=RunStatus.DONE, parent_chunk=None
        )
        runs = list(open_runs.select_related("workflow").order_by("-id")[:MOST])
        return Response(UsingRunSerializer(runs, many=True, context={"asked": _asked(asset, runs)}).data)


def _asked(asset: Asset, runs: list[Run]) -> dict[UUID, list[int]]:
    calls = AssetCall.objects.filter(run__in=[run.id for run in runs], asset=asset, code="").order_by("version__number")
    asked: dict[UUID, list[int]] = {}
    for run, number in calls.values_list("run", "version__number").distinct():
        asked.setdefault(run, []).append(number)
    return asked
