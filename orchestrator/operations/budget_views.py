"""The doors of budgets and of limits on calls."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.assets import spending
from orchestrator.assets.actions import budgets as actions
from orchestrator.assets.models import Asset, Budget, CallLimit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.operations.budget_news import name_of
from orchestrator.operations.usage import names_of
from orchestrator.operations.usage_serializers import (
    BudgetChangeSerializer,
    BudgetSerializer,
    CallLimitSerializer,
    ExtensionSerializer,
    NewBudgetSerializer,
    NewCallLimitSerializer,
)
from orchestrator.operations.usage_views import checked


class BudgetsView(APIView):
    @extend_schema(operation_id="budgets", responses=BudgetSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """All of them, with what was spent in the period under way."""
        principal = principal_of(request)
        place = enter(principal, workspace, "usage:read")
        rows = list(Budget.objects.select_related("asset").filter(workspace=place).order_by("id"))
        return Response(_shown(principal, place, rows))

    @extend_schema(operation_id="budget_set", request=NewBudgetSerializer, responses={201: BudgetSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Say what may be spent by the workspace, by one workflow or on one model."""
        principal = principal_of(request)
        place = enter(principal, workspace, "budget:manage")
        sent = checked(NewBudgetSerializer, request.data).validated_data
        name = _named(principal, place, sent["asset"], sent["workflow"])
        made = actions.set_budget(principal, place, name=name, **sent)
        return Response(_shown(principal, place, [made])[0], status=201)


class BudgetView(APIView):
    @extend_schema(operation_id="budget_change", request=BudgetChangeSerializer, responses=BudgetSerializer)
    def patch(self, request: Request, id: UUID) -> Response:
        principal = principal_of(request)
        budget = _budget(principal, id)
        terms = checked(BudgetChangeSerializer, request.data).validated_data
        changed = actions.change_budget(principal, budget, name_of(budget), **terms)
        return Response(_shown(principal, budget.workspace, [changed])[0])

    @extend_schema(operation_id="budget_remove", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        principal = principal_of(request)
        budget = _budget(principal, id)
        actions.remove_budget(principal, budget, name_of(budget))
        return Response(status=204)


class ExtensionView(APIView):
    @extend_schema(operation_id="budget_extend", request=ExtensionSerializer, responses=BudgetSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Allow more in the period under way; steps that wait for it go on."""
        principal = principal_of(request)
        budget = _budget(principal, id)
        sent = checked(ExtensionSerializer, request.data).validated_data
        extended = actions.extend_budget(principal, budget, name_of(budget), **sent)
        return Response(_shown(principal, budget.workspace, [extended])[0])


class CallLimitsView(APIView):
    @extend_schema(operation_id="call_limits", responses=CallLimitSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """How many calls a minute are let through."""
        place = enter(principal_of(request), workspace, "usage:read")
        rows = CallLimit.objects.select_related("asset").filter(workspace=place).order_by("id")
        return Response(CallLimitSerializer(rows, many=True).data)

    @extend_schema(operation_id="call_limit_set", request=NewCallLimitSerializer, responses=CallLimitSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """Set a limit; the same again changes its number."""
        principal = principal_of(request)
        place = enter(principal, workspace, "budget:manage")
        sent = checked(NewCallLimitSerializer, request.data).validated_data
        return Response(CallLimitSerializer(actions.set_call_limit(principal, place, **sent)).data)


class CallLimitView(APIView):
    @extend_schema(operation_id="call_limit_remove", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        principal = principal_of(request)
        limit = CallLimit.objects.select_related("asset").find(principal, id)
        actions.remove_call_limit(principal, limit)
        return Response(status=204)


def _budget(principal: Principal, id: UUID) -> Budget:
    return Budget.objects.select_related("asset", "workspace").find(principal, id)


def _named(principal: Principal, workspace: Workspace, asset: UUID | None, workflow: UUID | None) -> str:
    """What the trail calls it. Raises `NotFound` for what is not here."""
    if workflow is not None:
        return Workflow.objects.filter(workspace=workspace).find(principal, workflow).name
    if asset is not None:
        return Asset.objects.filter(workspace=workspace).find(principal, asset).title
    return workspace.name


def _shown(principal: Principal, workspace: Workspace, budgets: list[Budget]) -> list[dict]:
    context = {
        "workflows": names_of(principal, workspace.id, "workflow", [one.workflow for one in budgets]),
        "spent": {one.id: spending.spent(one) for one in budgets},
        "today": spending.today(),
    }
    return list(BudgetSerializer(budgets, many=True, context=context).data)
