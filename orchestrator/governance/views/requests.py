"""The doors of what takes a second person."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions import requests, workspaces
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.governance.request_serializers import (
    RequestDecisionSerializer,
    RequestFilterSerializer,
    RequestRowSerializer,
)
from orchestrator.governance.requests import holds_right, seen_by
from orchestrator.governance.views.workspaces import WorkspaceListView

MOST_WAITING = 500
"""So many open requests are looked at for those that somebody may decide."""


class RequestsView(WorkspaceListView):
    serializer_class = RequestRowSerializer
    queryset = Asked.objects.none()

    @extend_schema(
        operation_id="requests", parameters=[RequestFilterSerializer], responses=RequestRowSerializer(many=True)
    )
    def get(self, request: Request, workspace: UUID) -> Response:
        """What was asked for and this person sees, newest first."""
        principal = principal_of(request)
        entered = workspaces.enter(principal, workspace, "request:read")
        filters = RequestFilterSerializer(data=request.query_params)
        filters.is_valid(raise_exception=True)
        found = _shown(principal, entered.id, filters.validated_data["show"])
        if kind := filters.validated_data.get("kind"):
            found = found.filter(kind=kind)
        return self.page(found.select_related("requester", "decider"))

    def get_serializer_context(self) -> dict[str, object]:
        return {**super().get_serializer_context(), "principal": principal_of(self.request)}


class RequestView(APIView):
    @extend_schema(operation_id="request", responses=RequestRowSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """One with what a person needs to decide."""
        return _answer(request, requests.find_request(principal_of(request), id))


class DecideRequestView(APIView):
    @extend_schema(operation_id="request_decide", request=RequestDecisionSerializer, responses=RequestRowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Agree or decline; what is agreed to happens at once."""
        sent = RequestDecisionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return _answer(request, requests.decide_seen(principal_of(request), id, **sent.validated_data))


class WithdrawRequestView(APIView):
    @extend_schema(operation_id="request_withdraw", request=None, responses=RequestRowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Take back what one has asked for."""
        return _answer(request, requests.withdraw_seen(principal_of(request), id))


def _shown(principal: Principal, workspace: UUID, show: str) -> QuerySet[Asked]:
    seen = seen_by(principal, workspace)
    if show == "mine":
        return seen.filter(requester_id=principal.id)
    if show == "decided":
        return seen.exclude(id__in=seen.open().values("id"))
    if show == "open":
        return seen.open()
    newest = seen.open().select_related("workspace").order_by("-id")[:MOST_WAITING]
    theirs = [one.id for one in newest if requests.may_decide(principal, one) and holds_right(principal, one)]
    return seen.filter(id__in=theirs)


def _answer(request: Request, asked: Asked) -> Response:
    return Response(RequestRowSerializer(asked, context={"principal": principal_of(request)}).data)
