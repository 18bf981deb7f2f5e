"""The doors that tell which runs under way use an asset, and what its users have kept gives with another version."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import NotFound
from orchestrator.assets.models import Asset, AssetCall, Holder, Replacement, ReplacementCase
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


class KeptCaseSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    workflow = serializers.UUIDField()
    workflow_name = serializers.SerializerMethodField()
    node = serializers.CharField()
    step = serializers.CharField(help_text="What the step is called")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    same = serializers.BooleanField(allow_null=True, help_text="Null where it could not be tried")
    why = serializers.CharField(allow_blank=True)

    def get_workflow_name(self, case: ReplacementCase) -> str:
        return self.context["workflows"][case.workflow].name


class KeptCasesSerializer(serializers.Serializer):
    done = serializers.BooleanField(help_text="False while they are being tried")
    cases = KeptCaseSerializer(many=True)
    hidden = serializers.IntegerField(help_text="Those of workflows whose data this person does not see")


class KeptCasesView(APIView):
    @extend_schema(operation_id="replacement_cases", responses=KeptCasesSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """What the steps that use the asset give with either version, for what was kept to try them."""
        principal = principal_of(request)
        replacement = Replacement.objects.filter(id=id).first()
        if replacement is None:
            raise NotFound()
        asset = Asset.objects.find(principal, replacement.asset_id)
        sharing.require(principal, "asset:read", asset)
        cases = list(replacement.cases.order_by("step", "id"))
        seen = Workflow.objects.visible_to(principal).in_bulk({case.workflow for case in cases})
        allowed = {pk: one for pk, one in seen.items() if sharing.may(principal, "run:payload", one)}
        shown = [case for case in cases if case.workflow in allowed]
        told = {"done": replacement.cases_tried, "cases": shown, "hidden": len(cases) - len(shown)}
        return Response(KeptCasesSerializer(told, context={"workflows": allowed}).data)


def _asked(asset: Asset, runs: list[Run]) -> dict[UUID, list[int]]:
    calls = AssetCall.objects.filter(run__in=[run.id for run in runs], asset=asset, code="").order_by("version__number")
    asked: dict[UUID, list[int]] = {}
    for run, number in calls.values_list("run", "version__number").distinct():
        asked.setdefault(run, []).append(number)
    return asked
