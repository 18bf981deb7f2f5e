"""The doors of measuring versions by data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.api.pages import Cursor
from orchestrator.assets.actions.evaluations import ask_evaluation, stop_evaluation
from orchestrator.assets.errors import EvaluationRefused
from orchestrator.assets.evaluation.report import Report
from orchestrator.assets.measuring import outcomes_of
from orchestrator.assets.models import Asset, Evaluation, Kind
from orchestrator.assets.replacement_serializers import (
    CompareWithSerializer,
    EvaluationItemSerializer,
    EvaluationSerializer,
    NewEvaluationSerializer,
    ReportComparisonSerializer,
)
from orchestrator.assets.views.reading import found, numbered, read
from orchestrator.governance.principal import principal_of

if TYPE_CHECKING:
    from orchestrator.assets.evaluation.compare import Comparison

SHOWN = ("version", "data_set__asset", "by", "asset")


class EvaluationsView(generics.ListAPIView[Evaluation]):
    """How its versions were measured, newest first."""

    serializer_class = EvaluationItemSerializer
    pagination_class = Cursor

    def get_queryset(self) -> QuerySet[Evaluation]:
        asset = found(self.request, self.kwargs["id"])
        return Evaluation.objects.filter(asset=asset).select_related(*SHOWN)

    @extend_schema(operation_id="evaluate", request=NewEvaluationSerializer, responses={201: EvaluationItemSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Have a version measured; what was measured by the same rows before is given again."""
        asset, sent = found(request, id), read(NewEvaluationSerializer, request.data)
        principal, data_set = principal_of(request), None
        if wanted := sent.get("data_set"):
            data_set = Asset.objects.visible_to(principal).filter(id=wanted, kind=Kind.DATA_SET).first()
            if data_set is None:
                raise Invalid("evaluation_set", "Choose a data set of this workspace to measure it by.")
        made = ask_evaluation(principal, numbered(asset, sent["version"]), data_set)
        return Response(EvaluationItemSerializer(_evaluation(request, made.id)).data, status=201)


class EvaluationView(APIView):
    @extend_schema(operation_id="evaluation", responses=EvaluationSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """One with its report."""
        shown = EvaluationSerializer(_evaluation(request, id), context={"principal": principal_of(request)})
        return Response(shown.data)


class StopEvaluationView(APIView):
    @extend_schema(operation_id="evaluation_stop", request=None, responses=EvaluationItemSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Ask no further cases; there will be no report."""
        stopped = stop_evaluation(principal_of(request), _evaluation(request, id))
        return Response(EvaluationItemSerializer(stopped).data)


class CompareEvaluationsView(APIView):
    @extend_schema(
        operation_id="evaluation_compare", parameters=[CompareWithSerializer], responses=ReportComparisonSerializer
    )
    def get(self, request: Request, id: UUID) -> Response:
        """Whether this one is better than another of the same cases, beyond what chance explains."""
        wanted = read(CompareWithSerializer, request.query_params)
        after, before = _evaluation(request, id), _evaluation(request, wanted["before"])
        return Response(ReportComparisonSerializer(compared(before, after).model_dump()).data)


def compared(before: Evaluation, after: Evaluation) -> Comparison:
    from orchestrator.assets.evaluation.compare import compare  # its libraries are large

    if before.data_set_id != after.data_set_id:
        raise Conflict("other_cases", "They were measured by different rows. Evaluate both by the same data set.")
    try:
        return compare(_whole(before), _whole(after))
    except EvaluationRefused as refused:
        raise Conflict("not_comparable", str(refused)) from refused


def _whole(evaluation: Evaluation) -> Report:
    report = evaluation.known_report
    if report is None:
        raise Conflict("no_report", "One of the two has no report. Wait until it is done, or evaluate it again.")
    return report.model_copy(update={"outcomes": outcomes_of(evaluation)})


def _evaluation(request: Request, id: UUID) -> Evaluation:
    evaluation = Evaluation.objects.select_related(*SHOWN).filter(id=id).first()
    if evaluation is None:
        raise NotFound()
    found(request, evaluation.asset_id)
    return evaluation
