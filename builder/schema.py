"""How the graph stands in the API's description: drawn from the engine's own dataclasses, so that it cannot drift."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentIdentity, ResolvedComponent
from pydantic import TypeAdapter

from orchestrator.engine.graph import Graph

COMPONENT = "#/components/schemas/Graph{model}"


class GraphDescription(OpenApiSerializerFieldExtension):
    target_class = "builder.serializers.GraphField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        parts = TypeAdapter(Graph).json_schema(mode="serialization", ref_template=COMPONENT)
        for name, part in parts.pop("$defs").items():
            _register(auto_schema, f"Graph{name}", part)
        return _register(auto_schema, "Graph", parts).ref


def _register(auto_schema: AutoSchema, name: str, part: dict[str, Any]) -> ResolvedComponent:
    """What we send always has every field, and the browser sends back what it got: all are required."""
    described = {**part, "required": list(part["properties"]), "additionalProperties": False}
    component = ResolvedComponent(
        name=name, type=ResolvedComponent.SCHEMA, schema=described, object=ComponentIdentity(name)
    )
    auto_schema.registry.register_on_missing(component)
    return component
