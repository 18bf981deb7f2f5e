"""The doors of authoring, and the page that loads the browser application."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django_vite.core.exceptions import DjangoViteAssetNotFoundError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.checks import problems_of
from builder.graphs import LARGEST_GRAPH, too_large
from builder.models import Draft, SampleFile, Version, VersionQuerySet, Workflow
from builder.serializers import (
    DraftSaveSerializer,
    DraftSerializer,
    NewWorkflowSerializer,
    NodeTypesSerializer,
    PublishSerializer,
    SampleFileSerializer,
    SavedSerializer,
    TemplateSerializer,
    VersionItemSerializer,
    VersionSerializer,
    WorkflowChangeSerializer,
    WorkflowFilterSerializer,
    WorkflowItemSerializer,
    WorkflowSerializer,
)
from builder.starters.folders import starters
from orchestrator.api.errors import ProblemError
from orchestrator.api.pages import Cursor
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.nodes import registry

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The draft's token, in double quotes"
)
NO_FRONT_END = "The browser application has not been built yet. Run `make up` in the folder of Tutti, then load again."


@never_cache
@ensure_csrf_cookie
@require_safe
def application(request: HttpRequest) -> HttpResponse:
    """The page that loads the browser application; which screen it shows is the browser's business."""
    try:
        return render(request, "app.html")
    except DjangoViteAssetNotFoundError:
        return HttpResponse(NO_FRONT_END, status=503, content_type="text/plain; charset=utf-8")


class NodeTypesView(APIView):
    @extend_schema(responses=NodeTypesSerializer)
    def get(self, request: Request) -> Response:
        """The catalogue of steps."""
        return Response({"results": registry.describe()})


class TemplatesView(APIView):
    @extend_schema(responses=TemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The starters that a workflow can be made from."""
        return Response(TemplateSerializer(starters(), many=True).data)


class SampleFilesView(APIView):
    @extend_schema(responses=SampleFileSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Files to try workflows with."""
        principal = _member(request, workspace)
        files = SampleFile.objects.visible_to(principal).filter(workspace_id=workspace)
        return Response(SampleFileSerializer(files.select_related("artifact").order_by("id"), many=True).data)


class WorkflowsView(generics.ListAPIView):
    serializer_class = WorkflowItemSerializer
    pagination_class = Cursor
    ordering = ("-changed_at", "-id")

    def get_queryset(self) -> QuerySet[Workflow]:
        workspace = self.kwargs["workspace"]
        principal = _member(self.request, workspace)
        wanted = _filters(self.request)
        found = Workflow.objects.visible_to(principal).filter(
            workspace_id=workspace, archived_at__isnull=not wanted["archived"]
        )
        if text := wanted.get("search"):
            found = found.named_like(text)
        if status := wanted.get("status"):
            found = found.in_status(status)
        return found.for_list()

    @extend_schema(parameters=[WorkflowFilterSerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Workflows, the last changed first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NewWorkflowSerializer, responses={201: WorkflowSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """A new workflow, empty or from a template."""
        principal = _member(request, workspace)
        sent = _read(NewWorkflowSerializer, request)
        return _workflow(actions.create_workflow(principal, workspace, **sent), status=201)


class WorkflowView(APIView):
    @extend_schema(responses=WorkflowSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        return _workflow(Workflow.objects.find(principal_of(request), id))

    @extend_schema(request=WorkflowChangeSerializer, responses=WorkflowSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        """Change name, description, who may run it as a step, and how many of its runs are worked on at once."""
        workflow = Workflow.objects.find(principal_of(request), id)
        sent = _read(WorkflowChangeSerializer, request)
        return _workflow(actions.describe_workflow(principal_of(request), workflow, **sent))


class DraftView(APIView):
    @extend_schema(responses=DraftSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """The graph being edited, and everything that is wrong with it."""
        workflow = Workflow.objects.find(principal_of(request), id)
        draft = Draft.objects.select_related("changed_by").get(workflow=workflow)
        problems = problems_of(parse_graph(draft.graph), workflow.workspace_id, principal_of(request))
        return Response(DraftSerializer(draft, context={"problems": problems}).data)

    @extend_schema(request=DraftSaveSerializer, responses=SavedSerializer, parameters=[IF_MATCH])
    def put(self, request: Request, id: UUID) -> Response:
        """Save the graph. 409 with `current` when somebody saved in between."""
        workflow = Workflow.objects.find(principal_of(request), id)
        _refuse_large(request)
        sent = _read(DraftSaveSerializer, request)
        saved = actions.save_draft(principal_of(request), workflow, sent["graph"], _token(request))
        return Response(SavedSerializer(saved).data)


class PublishView(APIView):
    @extend_schema(request=PublishSerializer, responses=VersionItemSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Make the draft live. 422 lists what hinders it, 409 says that nothing has changed."""
        workflow = Workflow.objects.find(principal_of(request), id)
        sent = _read(PublishSerializer, request)
        version = actions.publish(principal_of(request), workflow, note=sent["note"])
        return Response(VersionItemSerializer(version).data)


class UnpublishView(APIView):
    @extend_schema(request=None, responses=WorkflowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Pause: nothing starts it any more."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return _workflow(actions.unpublish(principal_of(request), workflow))


class ArchiveView(APIView):
    @extend_schema(request=None, responses=WorkflowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Put it out of sight."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return _workflow(actions.archive_workflow(principal_of(request), workflow))


class RestoreView(APIView):
    @extend_schema(request=None, responses=WorkflowSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Bring it back from the archive."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return _workflow(actions.restore_workflow(principal_of(request), workflow))


class VersionsView(generics.ListAPIView):
    serializer_class = VersionItemSerializer
    pagination_class = Cursor
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[Version]:
        workflow = Workflow.objects.find(principal_of(self.request), self.kwargs["id"])
        return workflow.versions.published().select_related("published_by", "workflow").defer("graph")


class VersionView(APIView):
    @extend_schema(responses=VersionSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """A version with its graph."""
        return Response(VersionSerializer(_versions().find(principal_of(request), id)).data)


class RestoreVersionView(APIView):
    @extend_schema(request=None, responses=SavedSerializer, parameters=[IF_MATCH])
    def post(self, request: Request, id: UUID) -> Response:
        """Make this version the draft; what is live stays live."""
        version = _versions().find(principal_of(request), id)
        saved = actions.restore_version_as_draft(principal_of(request), version, _token(request))
        return Response(SavedSerializer(saved).data)


def _versions() -> VersionQuerySet:
    return Version.objects.select_related("workflow", "published_by")


def _workflow(workflow: Workflow, status: int = 200) -> Response:
    shown = Workflow.objects.for_list().select_related("draft").defer("draft__graph").get(pk=workflow.pk)
    return Response(WorkflowSerializer(shown).data, status=status)


def _member(request: Request, workspace: UUID) -> Principal:
    principal = principal_of(request)
    principal.require("workflow:read", workspace, object_type="workflow")
    return principal


def _read(serializer: type[Any], request: Request) -> dict[str, Any]:
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return sent.validated_data


def _filters(request: Request) -> dict[str, Any]:
    """The filters asked for; any other name, or a value that does not exist, is a 400."""
    sent = WorkflowFilterSerializer(data=request.query_params)
    unknown = sorted(set(request.query_params) - set(sent.fields) - {"cursor", "page_size"})
    if unknown or not sent.is_valid():
        names = ", ".join(unknown or sent.errors)
        raise ProblemError(400, "filter_unknown", f"The list cannot be filtered like this: {names}. Reset the filters.")
    return sent.validated_data


def _token(request: Request) -> str:
    header = request.headers.get("If-Match", "")
    if not header:
        raise ProblemError(428, "token_missing", 'Send the draft\'s token as If-Match: "<token>".')
    return header.strip().strip('"')


def _refuse_large(request: Request) -> None:
    """Before the body is read; what arrives without a length is measured when it is parsed."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_GRAPH:
        raise too_large()
