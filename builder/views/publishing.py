"""The doors of publishing by two, and of running as somebody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.acceptance import Acceptance
from builder.actions.publishing import is_own_work, open_request
from builder.models import Draft, Workflow
from builder.publishing_serializers import AskPublishingSerializer, OfferRunAsSerializer, PublishingSerializer
from builder.scopes import scopes_of, uses_of
from builder.views.reading import read
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.actions.requests import second_person_required
from orchestrator.governance.matrix import verbs_of
from orchestrator.governance.models import Membership
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.governance.request_serializers import AskedSerializer
from orchestrator.governance.sharing import may

MOST_CHOICES = 100


class PublishingView(APIView):
    @extend_schema(operation_id="publishing", responses=PublishingSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """What publishing the draft takes of this person, and as whom it can run."""
        principal = principal_of(request)
        workflow = Workflow.objects.select_related("live_version__run_as").find(principal, id)
        draft = Draft.objects.get(workflow=workflow)
        graph = parse_graph(draft.graph)
        scopes = scopes_of(graph, workflow.workspace_id)
        asked, live = open_request(workflow), workflow.live_version
        shown = {
            "rule": _rule(principal, workflow, draft),
            "request": asked.id if asked else None,
            "requester": asked.requester if asked else None,
            "runs_as": live.run_as if live else None,
            "choices": _choices(principal, workflow, draft, scopes),
            "scopes": scopes,
            "uses": uses_of(graph, workflow.workspace_id, principal),
        }
        return Response(PublishingSerializer(shown).data)


class AskPublishingView(APIView):
    @extend_schema(operation_id="publishing_ask", request=AskPublishingSerializer, responses={201: AskedSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Ask a publisher to make the draft live, exactly as it is now."""
        workflow = Workflow.objects.find(principal_of(request), id)
        asked = actions.ask_publishing(principal_of(request), workflow, **read(AskPublishingSerializer, request))
        return Response(AskedSerializer({"request": asked.id}).data, status=201)


class OfferRunAsView(APIView):
    @extend_schema(operation_id="run_as_offer", request=OfferRunAsSerializer, responses={201: AskedSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Ask somebody whether the draft, as it is now, may run as them."""
        workflow = Workflow.objects.find(principal_of(request), id)
        asked = actions.offer_run_as(principal_of(request), workflow, **read(OfferRunAsSerializer, request))
        return Response(AskedSerializer({"request": asked.id}).data, status=201)


def _rule(principal: Principal, workflow: Workflow, draft: Draft) -> str:
    if not may(principal, "workflow:publish", workflow):
        return "ask"
    if not is_own_work(principal, draft):
        return "alone"
    return "ask" if second_person_required(workflow.workspace_id) else "alone_with_reason"


def _choices(principal: Principal, workflow: Workflow, draft: Draft, scopes: list[str]) -> list[dict[str, Any]]:
    """Members whose roles give all of it; whoever lacks a single thing is told so when they are asked."""
    if not any(may(principal, verb, workflow) for verb in ("workflow:edit", "workflow:publish")):
        return []
    accepted = set(Acceptance.objects.of_draft(draft).values_list("user_id", flat=True))
    open_ones = Asked.objects.open().filter(workspace_id=workflow.workspace_id, object_id=workflow.pk)
    asked = {one["person"]["id"] for one in open_ones.filter(kind="workflow.run_as").values_list("payload", flat=True)}
    members = Membership.objects.filter(workspace_id=workflow.workspace_id, user__is_active=True)
    rows = members.exclude(user_id=principal.id).select_related("user").order_by("user__name", "id")
    able = [one.user for one in rows if one.user_id in accepted or set(scopes) <= verbs_of(one.roles)]
    return [
        {"id": user.id, "name": user.name, "accepted": user.id in accepted, "asked": str(user.id) in asked}
        for user in able[:MOST_CHOICES]
    ]
