"""The doors of sharing folders."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.actions import folder_sharing
from builder.folder_grants import FolderGrant
from builder.models import Folder
from builder.views.reading import read
from builder.views.sharing import (
    CandidatesSerializer,
    GrantChangeSerializer,
    GrantSerializer,
    NewGrantSerializer,
    granted,
)
from orchestrator.api.errors import NotFound
from orchestrator.api.pages import asked_text
from orchestrator.governance.grants import candidates
from orchestrator.governance.principal import principal_of
from orchestrator.governance.request_serializers import AskedSerializer
from orchestrator.governance.sharing import Level


class FolderGrantsView(APIView):
    @extend_schema(operation_id="folder_sharing", responses=GrantSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """Whom the folder is shared with."""
        rows = _shareable(request, id).grants.select_related("member__user", "team", "granted_by").order_by("id")
        return Response(GrantSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="folder_share",
        request=NewGrantSerializer,
        responses={201: GrantSerializer, 202: AskedSerializer},
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Share all that is in it, now and later, with a person or a team. Where a second person is demanded, 202 names
        what waits for one."""
        folder, sent = Folder.objects.find(principal_of(request), id), read(NewGrantSerializer, request)
        made = folder_sharing.share_folder(principal_of(request), folder, **{**sent, "level": Level(sent["level"])})
        return granted(made, status=201)


class FolderCandidatesView(APIView):
    @extend_schema(
        operation_id="folder_sharing_candidates",
        parameters=[OpenApiParameter("search", str)],
        responses=CandidatesSerializer,
    )
    def get(self, request: Request, id: UUID) -> Response:
        """People and teams to share with, by a part of their name."""
        folder, text = _shareable(request, id), asked_text(request)
        members, teams = candidates(folder.workspace_id, folder.grants.all(), text)
        return Response(CandidatesSerializer({"people": [one.user for one in members], "teams": teams}).data)


class FolderGrantView(APIView):
    @extend_schema(
        operation_id="folder_sharing_change",
        request=GrantChangeSerializer,
        responses={200: GrantSerializer, 202: AskedSerializer},
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Change what they may do, or until when. Where a second person is demanded for more, 202 names what waits."""
        sent = read(GrantChangeSerializer, request)
        reason, grant = sent.pop("reason", ""), _grant(request, id)
        return granted(folder_sharing.change_folder_grant(principal_of(request), grant, sent, reason=reason))

    @extend_schema(operation_id="folder_unshare", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Stop sharing, at once."""
        folder_sharing.end_folder_grant(principal_of(request), _grant(request, id))
        return Response(status=204)


def _shareable(request: Request, id: UUID) -> Folder:
    principal = principal_of(request)
    folder = Folder.objects.find(principal, id)
    principal.require("workflow:share", folder.workspace_id, object_type="folder", object_id=folder.pk)
    return folder


def _grant(request: Request, id: UUID) -> FolderGrant:
    rows = FolderGrant.objects.select_related("folder", "member__user", "team", "granted_by")
    grant = rows.filter(pk=id, folder__in=Folder.objects.visible_to(principal_of(request))).first()
    if grant is None:
        raise NotFound()
    return grant
