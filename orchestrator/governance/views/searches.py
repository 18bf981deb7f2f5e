"""The doors of saved searches."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions.searches import save_search
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import SavedSearch
from orchestrator.governance.principal import principal_of
from orchestrator.governance.serializers import (
    NewSavedSearchSerializer,
    SavedSearchPageSerializer,
    SavedSearchSerializer,
)


class SavedSearchesView(APIView):
    @extend_schema(
        operation_id="saved_searches",
        parameters=[SavedSearchPageSerializer],
        responses=SavedSearchSerializer(many=True),
    )
    def get(self, request: Request, workspace: UUID) -> Response:
        """One's own searches for a list, by name."""
        principal = principal_of(request)
        enter(principal, workspace, "workflow:read")
        asked = SavedSearchPageSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        kept = SavedSearch.objects.visible_to(principal).filter(workspace_id=workspace, **asked.validated_data)
        return Response(SavedSearchSerializer(kept.order_by("name"), many=True).data)

    @extend_schema(
        operation_id="saved_search_keep", request=NewSavedSearchSerializer, responses={201: SavedSearchSerializer}
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        """Keep a search under a name; one that has the name already is replaced."""
        principal = principal_of(request)
        enter(principal, workspace, "workflow:read")
        sent = NewSavedSearchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        search = save_search(principal, workspace, **sent.validated_data)
        return Response(SavedSearchSerializer(search).data, status=201)


class SavedSearchView(APIView):
    @extend_schema(operation_id="saved_search_delete", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        SavedSearch.objects.find(principal_of(request), id).delete()
        return Response(status=204)
