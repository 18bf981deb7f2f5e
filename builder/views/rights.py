"""The doors of the question who may do what with a workflow, and of the rules about one."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.governance.access_serializers import (
    NewPolicyOnSerializer,
    PolicySerializer,
    RightSerializer,
    WhoseRightsSerializer,
)
from orchestrator.governance.principal import principal_of
from orchestrator.governance.views.policies import policy_answer, rights_answer


class WorkflowRightsView(APIView):
    @extend_schema(
        operation_id="workflow_rights", parameters=[WhoseRightsSerializer], responses=RightSerializer(many=True)
    )
    def get(self, request: Request, id: UUID) -> Response:
        """What a member may do with the workflow and its runs, and why."""
        return rights_answer(request, Workflow.objects.find(principal_of(request), id))


class WorkflowPoliciesView(APIView):
    @extend_schema(
        operation_id="workflow_policy_create", request=NewPolicyOnSerializer, responses={201: PolicySerializer}
    )
    def post(self, request: Request, id: UUID) -> Response:
        """A rule about this workflow and its runs."""
        workflow = Workflow.objects.find(principal_of(request), id)
        return policy_answer(request, workflow, workflow.name)
