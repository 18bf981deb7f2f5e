"""The doors of help from a language model."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.actions.locking import require
from builder.actions.proposals import apply_proposal, discard_proposal, keep_proposal
from builder.help import streaming
from builder.help.building import Wish, build, last_word
from builder.help.describing import describe
from builder.help.words import LANGUAGES
from builder.models import Draft, Proposal, Workflow
from builder.serializers import GraphField, SavedSerializer
from builder.views.reading import IF_MATCH, member, read, token_of
from orchestrator.assets.help import begin, helper
from orchestrator.assets.versions import in_database
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import principal_of

LONGEST_WISH = 2_000


class HelpSerializer(serializers.Serializer):
    """The model that helps here; null: nobody is offered help."""

    model = serializers.CharField(allow_null=True)


class WishSerializer(serializers.Serializer):
    sentence = serializers.CharField(max_length=LONGEST_WISH)
    language = serializers.ChoiceField(choices=list(LANGUAGES), default="en")


class FormulaWishSerializer(serializers.Serializer):
    wish = serializers.CharField(max_length=LONGEST_WISH)
    kind = serializers.ChoiceField(choices=["expr", "text"])
    scope = serializers.DictField(help_text="Values by the names that formulas use")
    language = serializers.ChoiceField(choices=list(LANGUAGES), default="en")


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    graph = GraphField()

    class Meta:
        model = Proposal
        fields = ("id", "sentence", "plan", "graph", "blanks", "created_at")


class HelpView(APIView):
    @extend_schema(operation_id="help", responses=HelpSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """Whether there is a language model that helps this person here."""
        principal = member(request, workspace)
        found = helper(principal, Workspace.objects.find(principal, workspace))
        return Response({"model": found.title if found else None})


class StopHelpView(APIView):
    @extend_schema(operation_id="help_stop", request=None, responses={204: None})
    def post(self, request: Request, workspace: UUID, name: UUID) -> Response:
        """Stop what is being worked out. Nothing of it is kept."""
        member(request, workspace)
        streaming.stop(str(name))
        return Response(status=204)


class ProposalsView(APIView):
    @extend_schema(operation_id="proposals", responses=ProposalSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What waits for this person to be applied or discarded: one or none."""
        principal = principal_of(request)
        workflow = Workflow.objects.find(principal, id)
        require(principal, "workflow:edit", workflow)
        rows = workflow.proposals.filter(made_for_id=principal.id)
        return Response(ProposalSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="proposal_ask",
        request=WishSerializer,
        responses={(200, streaming.MEDIA_TYPE): OpenApiTypes.STR},
    )
    def post(self, request: Request, id: UUID) -> StreamingHttpResponse:
        """Build the workflow from a sentence. Lines of JSON tell what is done; the last names the proposal."""
        principal = principal_of(request)
        workflow = Workflow.objects.select_related("workspace").find(principal, id)
        require(principal, "workflow:edit", workflow)
        sent = read(WishSerializer, request)
        help = begin(principal, workflow.workspace, "build", kind="workflow", id=workflow.id, name=workflow.name)
        wish = Wish(
            **sent,
            before=parse_graph(Draft.objects.get(workflow=workflow).graph),
            workspace=workflow.workspace,
            principal=principal,
        )

        async def work(say: streaming.Say) -> streaming.Event:
            built = await build(wish, help, say)
            keep = sync_to_async(in_database, thread_sensitive=False)
            kept = await keep(keep_proposal, principal, workflow, wish.sentence, built)
            return last_word(built, str(kept.id))

        return streaming.streamed(work)


class FormulaWishView(APIView):
    @extend_schema(
        operation_id="formula_ask",
        request=FormulaWishSerializer,
        responses={(200, streaming.MEDIA_TYPE): OpenApiTypes.STR},
    )
    def post(self, request: Request, id: UUID) -> StreamingHttpResponse:
        """A formula from words. The last line of JSON holds it."""
        principal = principal_of(request)
        workflow = Workflow.objects.select_related("workspace").find(principal, id)
        require(principal, "workflow:edit", workflow)
        sent = read(FormulaWishSerializer, request)
        help = begin(principal, workflow.workspace, "formula", kind="workflow", id=workflow.id, name=workflow.name)

        async def work(say: streaming.Say) -> streaming.Event:
            return await describe(help, **sent)

        return streaming.streamed(work)


class ProposalView(APIView):
    @extend_schema(operation_id="proposal_discard", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        principal = principal_of(request)
        discard_proposal(principal, _own(request, id))
        return Response(status=204)


class ApplyProposalView(APIView):
    @extend_schema(operation_id="proposal_apply", request=None, responses=SavedSerializer, parameters=[IF_MATCH])
    def post(self, request: Request, id: UUID) -> Response:
        """Make it the draft. 409 with `current` when somebody saved in between."""
        saved = apply_proposal(principal_of(request), _own(request, id), token_of(request))
        return Response(SavedSerializer(saved).data)


def _own(request: Request, id: UUID) -> Proposal:
    """A proposal is for the person who asked for it."""
    principal = principal_of(request)
    return Proposal.objects.select_related("workflow").filter(made_for_id=principal.id).find(principal, id)
