"""JSON Schemas that somebody else wrote: checked before they are kept, and values checked against them.

A schema holds no references (`connectors.schemas.write_out` writes them out), so that nothing is fetched and checking
takes time that grows with the schema and the value only. Its `pattern`s are told to models but not enforced here: they
run on an engine whose time has no limit, and the other side enforces its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.validators import extend

from orchestrator.connectors.schemas import holds_reference

MOST_PROBLEMS = 5

_NOT_ENFORCED = ("pattern", "patternProperties", "unevaluatedProperties", "unevaluatedItems")


def _fits(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    yield from ()


def _additional(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Beside patterns for names nobody can say which names are additional without trying the patterns."""
    if "patternProperties" not in schema:
        yield from Draft202012Validator.VALIDATORS["additionalProperties"](validator, value, instance, schema) or ()


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {**dict.fromkeys(_NOT_ENFORCED, _fits), "additionalProperties": _additional}
)


def schema_problem(schema: Mapping[str, Any]) -> str | None:
    """What keeps it from being used, to follow "The JSON Schema …"; None when nothing does."""
    try:
        if holds_reference(schema):
            return "holds a reference"
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"is not valid: {error.message[:200]}"
    except RecursionError:
        return "is nested too deeply"
    return None


def value_problems(schema: Mapping[str, Any], value: Any) -> list[str]:
    """What is wrong with the value, in sentences that name the place; at most a few. Empty when it fits."""
    try:
        errors = list(islice(_Validator(schema).iter_errors(value), MOST_PROBLEMS))
    except RecursionError:
        return ["it is nested too deeply"]
    found = []
    for error in errors:
        place = ".".join(str(part) for part in error.absolute_path)
        found.append(f"{place}: {error.message[:200]}" if place else error.message[:200])
    return found
