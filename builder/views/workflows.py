"""The doors of workflows."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.models import Workflow
from builder.people import hearers_for
from builder.serializers import (
    AuthorSerializer,
    NewWorkflowSerializer,
    WorkflowBulkAnswerSerializer,
    WorkflowBulkSerializer,
    WorkflowChangeSerializer,
    WorkflowFacetsSerializer,
    WorkflowFilterSerializer,
    WorkflowItemSerializer,
    WorkflowSerializer,
)
from builder.views.folders import folder_of
from builder.views.reading import member, read, workflow_answer
from orchestrator.api.errors import ProblemError
from orchestrator.api.pages import Cursor, asked_text
from orchestrator.governance.principal import principal_of
from orchestrator.governance.sharing import require as require_on


class WorkflowsView(generics.ListAPIView):
    serializer_class = WorkflowItemSerializer
    pagination_class = Cursor
    ordering = ("-changed_at", "-id")

    def get_queryset(self) -> QuerySet[Workflow]:
        workspace = self.kwargs["workspace"]
        principal = member(self.request, workspace)
        wanted = filters(self.request)
        found = (
            Workflow.objects.kept()
            .visible_to(principal)
            .filter(workspace_id=workspace, archived_at__isnull=not wanted["archived"])
        )
        if text := wanted.get("search"):
            found = found.named_like(text)
        if status := wanted.get("status"):
            found = found.in_status(status)
        if tag := wanted.get("tag"):
            found = found.tagged(tag)
        if owner := wanted.get("owner"):
            found = found.filter(owner_id=owner)
        if "folder" in wanted:
            found = found.in_folder(wanted["folder"], workspace, below=wanted["below"])
        return found.for_list().with_level(principal)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "principal": principal_of(self.request)}

    @extend_schema(parameters=[WorkflowFilterSerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Workflows, the last changed first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NewWorkflowSerializer, responses={201: WorkflowSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """A new workflow: empty, from a template, or a copy of another."""
        principal = member(request, workspace)
        sent = read(NewWorkflowSerializer, request)
        copy_of, folder = sent.pop("copy_of"), folder_of(principal, workspace, sent.pop("folder"))
        if copy_of is None:
            made = actions.create_workflow(principal, workspace, folder=folder, **sent)
        else:
            source = Workflow.objects.filter(workspace_id=workspace).find(principal, copy_of)
            made = actions.copy_workflow(principal, source, name=sent["name"])
        return workflow_answer(request, made, status=201)


class WorkflowBulkView(APIView):
    @extend_schema(request=WorkflowBulkSerializer, responses=WorkflowBulkAnswerSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """Do one thing with up to 500 workflows. Each by itself: those that refuse are listed, with the reason."""
        principal, sent = member(request, workspace), read(WorkflowBulkSerializer, request)
        folder = folder_of(principal, workspace, sent["folder"])
        done, refused = actions.change_workflows(principal, workspace, sent["action"], sent["ids"], folder)
        return Response(WorkflowBulkAnswerSerializer({"done": done, "refused": refused}).data)


class WorkflowFacetsView(APIView):
    @extend_schema(responses=WorkflowFacetsSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """The tags and owners of the workflows one sees: what the list can be filtered by."""
        principal = member(request, workspace)
        seen = Workflow.objects.kept().visible_to(principal).filter(workspace_id=workspace).order_by()
        tags = Counter(tag for held in seen.exclude(tags=[]).values_list("tags", flat=True) for tag in held)
        owners = seen.exclude(owner=None).values("owner_id", "owner__name").distinct().order_by("owner__name")
        facets = {
            "tags": [{"name": name, "count": tags[name]} for name in sorted(tags, key=str.casefold)],
            "owners": [{"id": one["owner_id"], "name": one["owner__name"]} for one in owners],
        }
        return Response(WorkflowFacetsSerializer(facets).data)


class WorkflowView(APIView):
    @extend_schema(responses=WorkflowSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        return workflow_answer(request, Workflow.objects.find(principal_of(request), id))

    @extend_schema(request=WorkflowChangeSerializer, responses=WorkflowSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        """Change name, description, who may run it as a step, and how many of its runs are worked on at once."""
        workflow = Workflow.objects.find(principal_of(request), id)
        sent = read(WorkflowChangeSerializer, request)
        return workflow_answer(request, actions.describe_workflow(principal_of(request), workflow, **sent))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Delete it for good, which only one in the archive can be. Its runs, versions and trail stay."""
        actions.delete_workflow(principal_of(request), Workflow.objects.find(principal_of(request), id))
        return Response(status=204)


class HearersView(APIView):
    @extend_schema(
        operation_id="hearer_candidates",
        parameters=[OpenApiParameter("search", str)],
        responses=AuthorSerializer(many=True),
    )
    def get(self, request: Request, id: UUID) -> Response:
        """Who could be told of failed live runs, beside the owner, by a part of their name."""
        principal = principal_of(request)
        workflow = Workflow.objects.find(principal, id)
        require_on(principal, "workflow:edit", workflow)
        found = hearers_for(workflow, asked_text(request))
        return Response(AuthorSerializer([member.user for member in found], many=True).data)


class ArchiveView(APIView):
    @extend_schema(request=None, responses=WorkflowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Put it out of sight."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return workflow_answer(request, actions.archive_workflow(principal_of(request), workflow))


class RestoreView(APIView):
    @extend_schema(request=None, responses=WorkflowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Bring it back from the archive."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return workflow_answer(request, actions.restore_workflow(principal_of(request), workflow))


def filters(request: Request) -> dict[str, Any]:
    """The filters asked for; any other name, or a value that does not exist, is a 400."""
    sent = WorkflowFilterSerializer(data=request.query_params)
    unknown = sorted(set(request.query_params) - set(sent.fields) - {"cursor", "page_size"})
    if unknown or not sent.is_valid():
        names = ", ".join(unknown or sent.errors)
        raise ProblemError(400, "filter_unknown", f"The list cannot be filtered like this: {names}. Reset the filters.")
    return sent.validated_data
