"""The doors of replacing the version that a name means."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.api.pages import Cursor
from orchestrator.assets.actions import replacement as actions
from orchestrator.assets.models import Replacement
from orchestrator.assets.replacement_serializers import (
    ReplacementDecisionSerializer,
    NewReplacementSerializer,
    OpenReplacementSerializer,
    ReplacementItemSerializer,
    ReplacementSerializer,
)
from orchestrator.assets.replacements import Plan
from orchestrator.assets.serializers import ReasonSerializer
from orchestrator.assets.views.reading import found, numbered, read
from orchestrator.governance import sharing
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import principal_of

SHOWN = ("asset", "before__created_by", "after__created_by", "request__requester", "request__decider")
REPORTS = ("before_report", "after_report")
MOST_OPEN = 20


class ReplacementsView(generics.ListAPIView[Replacement]):
    """What was asked for and what became of it, newest first."""

    serializer_class = ReplacementItemSerializer
    pagination_class = Cursor

    def get_queryset(self) -> QuerySet[Replacement]:
        asset = found(self.request, self.kwargs["id"])
        return Replacement.objects.filter(asset=asset).select_related(*SHOWN)

    @extend_schema(
        operation_id="replacement_ask", request=NewReplacementSerializer, responses={201: ReplacementSerializer}
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Ask that a name means another version. A second person decides."""
        asset, sent = found(request, id), read(NewReplacementSerializer, request.data)
        version, plan = numbered(asset, sent["version"]), Plan.model_validate(sent["plan"])
        made = actions.ask_replacement(version, sent["alias"], plan, sent["reason"], principal_of(request))
        return _answer(request, made.id, status=201)


class OpenReplacementsView(APIView):
    @extend_schema(operation_id="open_replacements", responses=OpenReplacementSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Those that wait for this person's decision, newest first, at most twenty."""
        principal = principal_of(request)
        place = enter(principal, workspace, "workspace:read")
        waiting = Asked.objects.filter(workspace=place, kind=actions.KIND).open().exclude(requester_id=principal.id)
        rows = Replacement.objects.select_related(*SHOWN).filter(request__in=waiting, state="asked").order_by("-id")
        mine = [one for one in rows[:MOST_OPEN] if sharing.may(principal, "asset:replace", one.asset)]
        return Response(OpenReplacementSerializer(mine, many=True).data)


class ReplacementView(APIView):
    @extend_schema(operation_id="replacement", responses=ReplacementSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """One with what a person needs to decide, and what became of it."""
        return _answer(request, id)


class DecideReplacementView(APIView):
    @extend_schema(
        operation_id="replacement_decide", request=ReplacementDecisionSerializer, responses=ReplacementSerializer
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Agree or decline; what is agreed to begins at once."""
        actions.decide_replacement(
            principal_of(request), _replacement(request, id), **read(ReplacementDecisionSerializer, request.data)
        )
        return _answer(request, id)


class WithdrawReplacementView(APIView):
    @extend_schema(operation_id="replacement_withdraw", request=None, responses=ReplacementSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Take back what one has asked for."""
        actions.withdraw_replacement(principal_of(request), _replacement(request, id))
        return _answer(request, id)


class FinishReplacementView(APIView):
    @extend_schema(operation_id="replacement_finish", request=ReasonSerializer, responses=ReplacementSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """End the trial: the name means the new version."""
        reason = read(ReasonSerializer, request.data)["reason"]
        actions.finish_replacement(principal_of(request), _replacement(request, id), reason=reason)
        return _answer(request, id)


class TakeBackView(APIView):
    @extend_schema(operation_id="replacement_take_back", request=ReasonSerializer, responses=ReplacementSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Let the old version answer again, at once."""
        reason = read(ReasonSerializer, request.data)["reason"]
        actions.take_back(principal_of(request), _replacement(request, id), reason=reason)
        return _answer(request, id)


def _replacement(request: Request, id: UUID) -> Replacement:
    replacement = Replacement.objects.select_related(*SHOWN).filter(id=id).first()
    if replacement is None:
        raise NotFound()
    found(request, replacement.asset_id)
    return replacement


def _answer(request: Request, id: UUID, status: int = 200) -> Response:
    _replacement(request, id)
    reports = [f"{report}__{what}" for report in REPORTS for what in ("version", "data_set__asset", "by")]
    whole = Replacement.objects.select_related(*SHOWN, *reports).get(id=id)
    shown = ReplacementSerializer(whole, context={"principal": principal_of(request)})
    return Response(shown.data, status=status)
