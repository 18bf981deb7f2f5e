"""What the doors of authoring share: reading requests, answering with a workflow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from builder.models import Workflow
from builder.serializers import WorkflowSerializer
from orchestrator.api.errors import ProblemError
from orchestrator.governance.principal import Principal, principal_of

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The draft's token, in double quotes"
)


def workflow_answer(request: Request, workflow: Workflow, status: int = 200) -> Response:
    principal = principal_of(request)
    rows = Workflow.objects.for_list().with_level(principal).select_related("draft", "template").defer("draft__graph")
    shown = WorkflowSerializer(rows.get(pk=workflow.pk), context={"principal": principal})
    return Response(shown.data, status=status)


def member(request: Request, workspace: UUID) -> Principal:
    principal = principal_of(request)
    principal.require("workflow:read", workspace, object_type="workflow")
    return principal


def read(serializer: type[Any], request: Request) -> dict[str, Any]:
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return sent.validated_data


def token_of(request: Request) -> str:
    header = request.headers.get("If-Match", "")
    if not header:
        raise ProblemError(428, "token_missing", 'Send the draft\'s token as If-Match: "<token>".')
    return header.strip().strip('"')
