"""The doors of folders."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.models import Folder, Workflow
from builder.serializers import FolderChangeSerializer, FolderItemSerializer, FolderSerializer, NewFolderSerializer
from builder.views.reading import member, read
from orchestrator.api.errors import Invalid
from orchestrator.governance.principal import Principal, principal_of


class FoldersView(APIView):
    @extend_schema(responses=FolderItemSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """All folders of a workspace, by name, with the number of workflows in each."""
        principal = member(request, workspace)
        seen = Workflow.objects.kept().visible_to(principal).filter(workspace_id=workspace, archived_at__isnull=True)
        inside = seen.exclude(folder=None).order_by().values("folder_id").annotate(count=Count("id"))
        counts = {row["folder_id"]: row["count"] for row in inside}
        folders = Folder.objects.visible_to(principal).filter(workspace_id=workspace).order_by("name", "id")
        rows = [
            {"id": one.pk, "name": one.name, "parent_id": one.parent_id, "workflows": counts.get(one.pk, 0)}
            for one in folders
        ]
        return Response(FolderItemSerializer(rows, many=True).data)

    @extend_schema(request=NewFolderSerializer, responses={201: FolderSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """A new folder, at the top or in another one."""
        principal, sent = member(request, workspace), read(NewFolderSerializer, request)
        return Response(FolderSerializer(actions.create_folder(principal, workspace, **sent)).data, status=201)


class FolderView(APIView):
    @extend_schema(request=FolderChangeSerializer, responses=FolderSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        """Rename it or put it elsewhere."""
        principal, sent = principal_of(request), read(FolderChangeSerializer, request)
        folder = actions.change_folder(principal, Folder.objects.find(principal, id), **sent)
        return Response(FolderSerializer(folder).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Dissolve it: what is in it moves to where it stood."""
        principal = principal_of(request)
        actions.delete_folder(principal, Folder.objects.find(principal, id))
        return Response(status=204)


def folder_of(principal: Principal, workspace: UUID, id: UUID | None) -> Folder | None:
    """The folder that was named in what was sent, if one was."""
    if id is None:
        return None
    folder = Folder.objects.visible_to(principal).filter(workspace_id=workspace, pk=id).first()
    if folder is None:
        raise Invalid("no_folder", "The folder is not there any more. Choose another one.")
    return folder
