"""The doors of sharing an asset."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.api.pages import asked_text
from orchestrator.assets.actions import sharing
from orchestrator.assets.models import AssetGrant
from orchestrator.assets.serializers import (
    AssetCandidatesSerializer,
    AssetGrantChangeSerializer,
    AssetGrantSerializer,
    NewAssetGrantSerializer,
)
from orchestrator.assets.views.reading import found, read
from orchestrator.governance.access_serializers import (
    NewPolicyOnSerializer,
    PolicySerializer,
    RightSerializer,
    WhoseRightsSerializer,
)
from orchestrator.governance.grants import candidates
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import principal_of
from orchestrator.governance.request_serializers import AskedSerializer, asked
from orchestrator.governance.sharing import Level
from orchestrator.governance.sharing import require as require_on
from orchestrator.governance.views.policies import policy_answer, rights_answer

SHOWN = ("member__user", "team", "granted_by")


class AssetGrantsView(APIView):
    @extend_schema(operation_id="asset_sharing", responses=AssetGrantSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """Whom it is shared with."""
        asset = found(request, id)
        require_on(principal_of(request), "asset:share", asset)
        rows = asset.grants.select_related(*SHOWN).order_by("id")
        return Response(AssetGrantSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="asset_share",
        request=NewAssetGrantSerializer,
        responses={201: AssetGrantSerializer, 202: AskedSerializer},
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Share with a person or a team. Where a second person is demanded, 202 names what waits for one."""
        asset, sent = found(request, id), read(NewAssetGrantSerializer, request.data)
        made = sharing.grant(principal_of(request), asset, **{**sent, "level": Level(sent["level"])})
        return _granted(made, status=201)


class AssetCandidatesView(APIView):
    @extend_schema(
        operation_id="asset_sharing_candidates",
        parameters=[OpenApiParameter("search", str)],
        responses=AssetCandidatesSerializer,
    )
    def get(self, request: Request, id: UUID) -> Response:
        """People and teams to share with, by a part of their name."""
        asset, text = found(request, id), asked_text(request)
        require_on(principal_of(request), "asset:share", asset)
        members, teams = candidates(asset.workspace_id, asset.grants.all(), text)
        return Response(AssetCandidatesSerializer({"people": [one.user for one in members], "teams": teams}).data)


class AssetGrantView(APIView):
    @extend_schema(
        operation_id="asset_sharing_change",
        request=AssetGrantChangeSerializer,
        responses={200: AssetGrantSerializer, 202: AskedSerializer},
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Change what they may do, or until when. Where a second person is demanded for more, 202 names what waits."""
        sent = read(AssetGrantChangeSerializer, request.data)
        reason, grant = sent.pop("reason", ""), _grant(request, id)
        return _granted(sharing.change_grant(principal_of(request), grant, sent, reason=reason))

    @extend_schema(operation_id="asset_unshare", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Stop sharing, at once."""
        sharing.end_grant(principal_of(request), _grant(request, id))
        return Response(status=204)


def _granted(made: AssetGrant | Asked, status: int = 200) -> Response:
    return asked(made) if isinstance(made, Asked) else Response(AssetGrantSerializer(made).data, status=status)


class AssetRightsView(APIView):
    @extend_schema(
        operation_id="asset_rights", parameters=[WhoseRightsSerializer], responses=RightSerializer(many=True)
    )
    def get(self, request: Request, id: UUID) -> Response:
        """What a member may do with it, and why."""
        return rights_answer(request, found(request, id))


class AssetPoliciesView(APIView):
    @extend_schema(operation_id="asset_policy_create", request=NewPolicyOnSerializer, responses={201: PolicySerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """A rule about this one."""
        asset = found(request, id)
        return policy_answer(request, asset, asset.title)


def _grant(request: Request, id: UUID) -> AssetGrant:
    grant = AssetGrant.objects.select_related("asset", *SHOWN).filter(id=id).first()
    if grant is None:
        raise NotFound()
    found(request, grant.asset_id)
    return grant
