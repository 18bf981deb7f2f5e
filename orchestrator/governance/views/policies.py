"""The doors of rules, and of the question why somebody may or may not."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.access_serializers import (
    LiftingSerializer,
    NewPolicyOnSerializer,
    NewPolicySerializer,
    PolicySerializer,
    RightSerializer,
    WhoseRightsSerializer,
)
from orchestrator.governance.actions import policies
from orchestrator.governance.actions.requests import Subject
from orchestrator.governance.explaining import rights_on
from orchestrator.governance.models import Membership, Policy
from orchestrator.governance.principal import principal_of
from orchestrator.governance.request_serializers import AskedSerializer, asked
from orchestrator.governance.sharing import Shareable
from orchestrator.governance.views.workspaces import WorkspaceListView


class PoliciesView(WorkspaceListView):
    serializer_class = PolicySerializer
    queryset = Policy.objects.none()

    @extend_schema(operation_id="policies", responses=PolicySerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What nobody who is named may do, whatever their roles."""
        return self.page(policies.policies_of(principal_of(request), workspace))

    @extend_schema(operation_id="policy_create", request=NewPolicySerializer, responses={201: PolicySerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """A rule about everything in the workspace."""
        sent = NewPolicySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = policies.create_policy(principal_of(request), workspace, **sent.validated_data)
        return Response(PolicySerializer(made).data, status=201)


class PolicyView(APIView):
    @extend_schema(operation_id="policy_lift", request=LiftingSerializer, responses={204: None, 202: AskedSerializer})
    def delete(self, request: Request, id: UUID) -> Response:
        """Lift the rule: roles and sharing count again at once. Where a second person is demanded, 202 names what
        waits for one."""
        sent = LiftingSerializer(data=request.data or {})
        sent.is_valid(raise_exception=True)
        waits = policies.lift_policy(principal_of(request), id, **sent.validated_data)
        return Response(status=204) if waits is None else asked(waits)


class MemberRightsView(APIView):
    @extend_schema(operation_id="member_rights", responses=RightSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What a member may do in the workspace, and why."""
        principal = principal_of(request)
        member = Membership.objects.find(principal, id)
        found = rights_on(principal, member.workspace_id, member.user_id, None)
        return Response(RightSerializer(found, many=True).data)


def rights_answer(request: Request, thing: Shareable) -> Response:
    """For the rooms that own the things: what a member may do with one of them, and why."""
    asked = WhoseRightsSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    found = rights_on(principal_of(request), thing.workspace_id, asked.validated_data["user"], thing)
    return Response(RightSerializer(found, many=True).data)


def policy_answer(request: Request, thing: Shareable, name: str) -> Response:
    """The same: a rule about one of them."""
    sent = NewPolicyOnSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    about = Subject(type=thing.sharing.object_type, id=thing.pk, name=name)
    made = policies.create_policy(principal_of(request), thing.workspace_id, about=about, **sent.validated_data)
    return Response(PolicySerializer(made).data, status=201)
