"""Schemas that somebody else wrote, inside an OpenAPI document or beside a tool, written out without references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST_PARTS = 5_000
"""Of one operation, written out: two schemas that name each other twice would otherwise grow without end."""
MOST_DEPTH = 40

_NOT_SCHEMA = frozenset({"xml", "externalDocs", "discriminator", "example", "examples", "deprecated", "$schema", "$id"})
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_NESTED = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedProperties"}
)
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})


class TooLarge(ValueError):
    """Written out, this is too large to be given to a model."""


def dig(value: Any, *keys: str) -> Any:
    """What stands under these keys one below the other; None when anything is missing on the way."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def holds_reference(part: Any) -> bool:
    if isinstance(part, list):
        return any(map(holds_reference, part))
    if not isinstance(part, dict):
        return False
    named = any(isinstance(part.get(keyword), str) for keyword in ("$ref", "$dynamicRef"))
    return named or any(map(holds_reference, part.values()))


class SchemaRefused(ValueError):
    """This schema cannot be written out; the message says what is wrong with it."""


def write_out(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without references. Raises SchemaRefused or TooLarge."""
    written = Writer(schema, SchemaRefused).schema(schema, drop="")
    return {name: part for name, part in written.items() if name not in ("$defs", "definitions")}


class Writer:
    """Writes out the schemas of one operation."""

    def __init__(self, document: dict[str, Any], refused: Callable[[str], Exception]) -> None:
        self._document = document
        self._refused = refused
        self._parts = 0

    def target(self, value: Any) -> dict[str, Any]:
        """What a reference (to a parameter, body, answer) points at, or the value itself."""
        for _ in range(MOST_DEPTH):
            if not isinstance(value, dict):
                raise self._refused("A part of it is not written as OpenAPI wants it.")
            if "$ref" not in value:
                return value
            value = self._find(value["$ref"])
        raise self._refused("Its references point at each other.")

    def schema(self, schema: Any, *, drop: str) -> dict[str, Any]:
        """`drop` is `readOnly` for what is sent, `writeOnly` for what comes back. A circle becomes "anything"."""
        try:
            written = self._written(schema, drop, ())
            misplaced = holds_reference(written)  # where no schema belongs
        except RecursionError as error:
            raise TooLarge("Its description is nested too deeply.") from error
        if misplaced:
            raise self._refused("A part of it is not written as a JSON Schema.")
        return written if isinstance(written, dict) else {}

    def _written(self, schema: Any, drop: str, open_references: tuple[str, ...]) -> Any:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise TooLarge("Its description is too large.")
        if len(open_references) > MOST_DEPTH:
            return {}
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else {}
        if isinstance(reference := schema.get("$ref"), str):
            if reference in open_references:
                return {}
            beside = {name: value for name, value in schema.items() if name != "$ref"}
            target = self._find(reference)
            merged = {**target, **beside} if isinstance(target, dict) else beside
            return self._written(merged, drop, (*open_references, reference))
        written = {
            name: self._part(name, value, drop, open_references)
            for name, value in schema.items()
            if name not in _NOT_SCHEMA and not name.startswith("x-") and name not in ("readOnly", "writeOnly")
        }
        return _modern(_without(written, schema, drop, self.target))

    def _part(self, name: str, value: Any, drop: str, open_references: tuple[str, ...]) -> Any:
        deeper = (*open_references, "") if len(open_references) <= MOST_DEPTH else open_references
        if name in _NAMED and isinstance(value, dict):
            return {key: self._written(one, drop, deeper) for key, one in value.items()}
        if name in _NESTED:
            return self._written(value, drop, deeper)
        if name in _LISTS and isinstance(value, list):
            return [self._written(one, drop, deeper) for one in value]
        return value

    def _find(self, reference: Any) -> Any:
        if not isinstance(reference, str) or not reference.startswith("#/"):
            raise self._refused("It refers to another document, which is not followed.")
        found: Any = self._document
        for step in reference[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or key not in found:
                raise self._refused(f"It refers to something that is not there: {reference[:100]}.")
            found = found[key]
        return found


def _without(
    written: dict[str, Any], schema: dict[str, Any], drop: str, target: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Without the properties that only travel the other way."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return written
    gone = {name for name, one in properties.items() if isinstance(one, dict) and target(one).get(drop) is True}
    if not gone:
        return written
    kept = {name: one for name, one in written["properties"].items() if name not in gone}
    required = written.get("required")
    if isinstance(required, list):
        return {**written, "properties": kept, "required": [name for name in required if str(name) not in gone]}
    return {**written, "properties": kept}


def _modern(schema: dict[str, Any]) -> dict[str, Any]:
    """The words of OpenAPI 3.0 in those of today's JSON Schema."""
    nullable = schema.pop("nullable", False) is True
    if nullable and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool):
            strict = schema.pop(exclusive)
            if strict and limit in schema:
                schema[exclusive] = schema.pop(limit)
    return schema
