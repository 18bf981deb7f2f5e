"""The door that has a failed step explained by the language model that helps here."""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from builder.help import streaming
from builder.help.explaining import explanation
from builder.help.words import LANGUAGES
from orchestrator.api.errors import Conflict, NotFound
from orchestrator.assets.help import begin
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import principal_of
from orchestrator.runs.models import Step
from orchestrator.runs.requests import visible_run
from orchestrator.runs.serializers import checked

MOST_SAID = 10


class SaidSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=10_000)
    question = serializers.CharField(max_length=2_000)


class ExplainSerializer(serializers.Serializer):
    language = serializers.ChoiceField(choices=list(LANGUAGES), default="en")
    said = SaidSerializer(many=True, required=False, max_length=MOST_SAID, help_text="Answers so far, and what then")


class ExplainView(APIView):
    @extend_schema(
        operation_id="step_explain",
        request=ExplainSerializer,
        responses={(200, streaming.MEDIA_TYPE): OpenApiTypes.STR},
    )
    def post(self, request: Request, id: UUID, step: int) -> StreamingHttpResponse:
        """Why the step failed and what to do. The text comes piece by piece, as lines of JSON."""
        principal = principal_of(request)
        run = visible_run(request, id)
        found = Step.objects.filter(run_id=run.id, step=step).first()
        if found is None:
            raise NotFound()
        if not found.error:
            raise Conflict("step_not_failed", "This step has not failed, so there is nothing to explain.")
        node = next((one for one in parse_graph(run.version.graph).nodes if one.key == found.node), None)
        if node is None:
            raise NotFound()
        sent = checked(ExplainSerializer, request.data)
        workspace = Workspace.objects.get(id=run.workspace_id)
        help = begin(principal, workspace, "explain", kind="run", id=run.id, name=run.workflow.name)
        payload = explanation(node, found.error, sent["language"], sent.get("said", []))

        async def work(say: streaming.Say) -> streaming.Event:
            async def heard(piece: str) -> None:
                say({"type": "text", "text": piece})

            return {"text": (await help.ask(payload, on_text=heard))["text"]}

        return streaming.streamed(work)
