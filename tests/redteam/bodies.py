"""The smallest body that fits what the OpenAPI document says of an operation."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from drf_spectacular.generators import SchemaGenerator

_KINDS: dict[str, Any] = {"integer": 1, "number": 1, "boolean": False, "null": None}
_FORMATS = {
    "uuid": lambda: str(uuid4()),
    "email": lambda: "somebody@example.com",
    "date-time": lambda: "2030-01-01T00:00:00Z",
    "date": lambda: "2030-01-01",
    "uri": lambda: "https://example.com/",
    "decimal": lambda: "1",
}


class Bodies:
    def __init__(self) -> None:
        self.document: dict[str, Any] = SchemaGenerator().get_schema(public=True)
        self._operations = {
            (re.sub(r"\{[^}]*\}", "{}", path), method): operation
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }

    def operation(self, route: str, method: str) -> dict[str, Any] | None:
        """By the address of Django's, e.g. `api/runs/<uuid:id>`; None where the document has none."""
        path = "/" + re.sub(r"<[^>]*>", "{}", route)
        return self._operations.get((path, method.lower()))

    def methods(self, route: str) -> list[str]:
        return [method for method in ("get", "post", "put", "patch", "delete") if self.operation(route, method)]

    def of(self, route: str, method: str) -> Any:
        """None for an operation without a body of JSON."""
        operation = self.operation(route, method) or {}
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return None if schema is None else self._instance(schema, 0)

    def fields(self, route: str, method: str) -> set[str]:
        """What the body of the operation may name."""
        operation = self.operation(route, method) or {}
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        properties = self._resolved(schema).get("properties", {})
        return {name for name, one in properties.items() if not one.get("readOnly")}

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if "allOf" in schema:
            return self._resolved(schema["allOf"][0])
        return schema

    def _instance(self, schema: dict[str, Any], depth: int) -> Any:
        schema = self._resolved(schema)
        if depth > 8:
            return None
        if "enum" in schema:
            return schema["enum"][0]
        if "const" in schema:
            return schema["const"]
        for way in ("oneOf", "anyOf"):
            if way in schema:
                return self._instance(schema[way][0], depth + 1)
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            properties = schema.get("properties", {})
            return {name: self._instance(properties.get(name, {}), depth + 1) for name in schema.get("required", [])}
        if kind == "array":
            return [self._instance(schema.get("items", {}), depth + 1)] if schema.get("minItems") else []
        if kind == "string":
            return _FORMATS.get(schema.get("format", ""), lambda: "x" * max(schema.get("minLength", 0), 1))()
        return schema.get("minimum", _KINDS[kind])
