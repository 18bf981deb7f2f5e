"""A workspace's settings, members and invitations."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.pages import Cursor
from orchestrator.governance.actions import invitations, leaving, members, workspaces
from orchestrator.governance.models import Invitation, Membership
from orchestrator.governance.models import Request as Asked
from orchestrator.governance.principal import principal_of
from orchestrator.governance.request_serializers import AskedSerializer, asked
from orchestrator.governance.serializers import (
    BelongingSerializer,
    InvitationRequestSerializer,
    InvitationSerializer,
    LeavingSerializer,
    MemberFilterSerializer,
    MemberSerializer,
    NewInvitationSerializer,
    RolesSerializer,
    WorkspaceChangedSerializer,
    WorkspaceChangeSerializer,
    WorkspaceSerializer,
)
from orchestrator.governance.tenancy import TenantQuerySet


class WorkspaceListView(GenericAPIView):
    """A collection of a workspace, a page at a time."""

    pagination_class = Cursor

    def page(self, rows: TenantQuerySet) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class WorkspaceView(APIView):
    @extend_schema(operation_id="workspace", responses=WorkspaceSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        found = workspaces.enter(principal_of(request), workspace, "workspace:read")
        return Response(WorkspaceSerializer(found).data)

    @extend_schema(
        operation_id="workspace_change", request=WorkspaceChangeSerializer, responses=WorkspaceChangedSerializer
    )
    def patch(self, request: Request, workspace: UUID) -> Response:
        """Other settings. `requests` names what waits for a second person and is therefore as it was."""
        data = WorkspaceChangeSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        reason = data.validated_data.pop("reason", "")
        changed, requests = workspaces.change_settings(
            principal_of(request), workspace, data.validated_data, reason=reason
        )
        return Response({**WorkspaceSerializer(changed).data, "requests": [one.id for one in requests]})


class MembersView(WorkspaceListView):
    serializer_class = MemberSerializer
    queryset = Membership.objects.none()
    ordering = ("id",)

    @extend_schema(operation_id="members", parameters=[MemberFilterSerializer], responses=MemberSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Who belongs to the workspace."""
        entered = workspaces.enter(principal_of(request), workspace, "member:read")
        filters = MemberFilterSerializer(data=request.query_params)
        filters.is_valid(raise_exception=True)
        found = entered.memberships.people().named_like(filters.validated_data["search"])
        if role := filters.validated_data.get("role"):
            found = found.filter(roles__contains=[role])
        return self.page(found.select_related("user").prefetch_related("teams"))


class MemberView(APIView):
    @extend_schema(
        operation_id="member_change", request=RolesSerializer, responses={200: MemberSerializer, 202: AskedSerializer}
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Other roles. Where a second person is demanded for more of them, 202 names what waits for one."""
        data = RolesSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        changed = members.change_roles(principal_of(request), id, **data.validated_data)
        return asked(changed) if isinstance(changed, Asked) else Response(MemberSerializer(changed).data)

    @extend_schema(operation_id="member_remove", request=LeavingSerializer, responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """End a membership. `hand_over_to` names who takes over what the person owns; null: nobody."""
        data = LeavingSerializer(data=request.data or {})
        data.is_valid(raise_exception=True)
        sent = data.validated_data
        members.remove(principal_of(request), id, hand_over_to=sent.get("hand_over_to"), decided="hand_over_to" in sent)
        return Response(status=204)


class BelongingsView(APIView):
    @extend_schema(operation_id="member_belongings", responses=BelongingSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What belongs to somebody, and what becomes of it when they leave."""
        return Response(BelongingSerializer(leaving.belongings(principal_of(request), id), many=True).data)


class InvitationsView(WorkspaceListView):
    serializer_class = InvitationSerializer
    queryset = Invitation.objects.none()

    @extend_schema(operation_id="invitations", responses=InvitationSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        entered = workspaces.enter(principal_of(request), workspace, "member:read")
        return self.page(entered.invitations.all())

    @extend_schema(
        operation_id="invite",
        request=InvitationRequestSerializer,
        responses={201: NewInvitationSerializer, 202: AskedSerializer},
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        """Offer membership. Where a second person is demanded, 202 names what waits for one; then ask again."""
        data = InvitationRequestSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        made = invitations.invite(principal_of(request), workspace, **data.validated_data)
        if isinstance(made, Asked):
            return asked(made)
        invitation, link = made
        return Response({**InvitationSerializer(invitation).data, "link": link}, status=201)


class InvitationView(APIView):
    @extend_schema(operation_id="invitation_revoke", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        invitations.revoke(principal_of(request), id)
        return Response(status=204)
