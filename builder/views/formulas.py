"""What a setting would give: formulas tried on values that the person sees, while they write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import Invalid
from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.expressions import compile_template
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of


class FormulaTrialSerializer(serializers.Serializer):
    value = serializers.JSONField(allow_null=True, help_text="A setting: fixed, a formula, or text with formulas")
    scope = serializers.DictField(help_text="Values by the names that formulas use")


class FormulaErrorSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    facts = serializers.DictField()


class FormulaResultSerializer(serializers.Serializer):
    value = serializers.JSONField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="Names that have no value yet")
    error = FormulaErrorSerializer(allow_null=True)


class FormulaTrialView(APIView):
    @extend_schema(request=FormulaTrialSerializer, responses=FormulaResultSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Resolve a setting with these values, exactly as a run would. Nothing is kept."""
        principal = principal_of(request)
        workflow = Workflow.objects.find(principal, id)
        sharing.require(principal, "workflow:edit", workflow)
        body = request.data
        if not isinstance(body, dict) or "value" not in body or not isinstance(body.get("scope"), dict):
            raise Invalid("value", 'Send the setting as {"value": ..., "scope": {...}}.')
        return Response(_tried(body["value"], body["scope"]))


def _tried(value: Any, scope: dict[str, Any]) -> dict[str, Any]:
    try:
        template = compile_template(value)
        missing = sorted(template.names - scope.keys())
        given = None if missing else template.resolve(scope)
    except ExpressionError as error:
        told = {"code": error.code, "message": str(error), "facts": error.facts}
        return {"value": None, "missing": [], "error": told}
    return {"value": given, "missing": missing, "error": None}
