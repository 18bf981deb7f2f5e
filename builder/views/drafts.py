"""The doors of drafts."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.checks import problems_of
from builder.graphs import LARGEST_GRAPH, too_large
from builder.models import Draft, Workflow
from builder.serializers import (
    DraftSaveSerializer,
    DraftSerializer,
    SavedSerializer,
)
from builder.views.reading import IF_MATCH, read, token_of
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.principal import principal_of


class DraftView(APIView):
    @extend_schema(responses=DraftSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """The graph being edited, and everything that is wrong with it."""
        workflow = Workflow.objects.find(principal_of(request), id)
        draft = Draft.objects.select_related("changed_by").get(workflow=workflow)
        problems = problems_of(parse_graph(draft.graph), workflow.workspace_id, principal_of(request), workflow.pk)
        return Response(DraftSerializer(draft, context={"problems": problems}).data)

    @extend_schema(request=DraftSaveSerializer, responses=SavedSerializer, parameters=[IF_MATCH])
    def put(self, request: Request, id: UUID) -> Response:
        """Save the graph. 409 with `current` when somebody saved in between."""
        workflow = Workflow.objects.find(principal_of(request), id)
        _refuse_large(request)
        sent = read(DraftSaveSerializer, request)
        saved = actions.save_draft(principal_of(request), workflow, sent["graph"], token_of(request))
        return Response(SavedSerializer(saved).data)


def _refuse_large(request: Request) -> None:
    """Before the body is read; what arrives without a length is measured when it is parsed."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_GRAPH:
        raise too_large()
