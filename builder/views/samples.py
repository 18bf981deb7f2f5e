"""The doors of kept samples."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from builder.samples import drop_sample, keep_sample, loaded_run, samples_of, unload_samples
from orchestrator.api.errors import Invalid
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of

SAMPLES: Any = {(200, "application/json"): {"type": "object", "additionalProperties": True}}


class SampleSerializer(serializers.Serializer):
    value = serializers.JSONField(allow_null=True, help_text="What the step is to have given; at most 256 KB")


class LoadedSerializer(serializers.Serializer):
    run = serializers.UUIDField(allow_null=True)


class SamplesView(APIView):
    @extend_schema(responses=SAMPLES)
    def get(self, request: Request, id: UUID) -> Response:
        """The kept samples by the key of their step."""
        return Response(samples_of(_workflow(request, id)))


class SampleView(APIView):
    @extend_schema(request=SampleSerializer, responses={204: None})
    def put(self, request: Request, id: UUID, node: str) -> Response:
        """Keep a sample of what a step gives, for trials of the steps behind it."""
        if not isinstance(request.data, dict) or "value" not in request.data:
            raise Invalid("value", 'Send the sample as {"value": ...}.')
        keep_sample(principal_of(request), _workflow(request, id), node, request.data["value"])
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: UUID, node: str) -> Response:
        """Forget the sample of a step."""
        drop_sample(principal_of(request), _workflow(request, id), node)
        return Response(status=204)


class LoadedView(APIView):
    @extend_schema(responses=LoadedSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """The run whose data were loaded into the editor."""
        return Response({"run": loaded_run(_workflow(request, id))})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """Put the loaded data away."""
        unload_samples(principal_of(request), _workflow(request, id))
        return Response(status=204)


def _workflow(request: Request, id: UUID) -> Workflow:
    """Samples hold data: only who edits the workflow reads them."""
    principal = principal_of(request)
    workflow = Workflow.objects.find(principal, id)
    sharing.require(principal, "workflow:edit", workflow)
    return workflow
