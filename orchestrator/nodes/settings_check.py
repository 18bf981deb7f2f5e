"""Settings against the schema of their node type: literal ones when a graph is saved, all of them when a step runs.

Every problem names its setting and says in plain words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from pydantic import BaseModel
from pydantic import ValidationError as ModelError
from pydantic.json_schema import JsonSchemaMode

from orchestrator.engine.errors import ErrorCategory, Problem, StepFailed
from orchestrator.nodes.base import NodeType, Settings

Keyword = Callable[[Any, Any, Any, Mapping[str, Any]], Iterator[ValidationError] | None]
SchemaError = Any
"""A jsonschema ValidationError, whose stubs allow for errors that belong to no schema; ours always do."""

_TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "a group of values",
    "null": "empty",
}


def plain_schema(model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The model's JSON Schema with every reference written out, so that it can be walked beside a value."""
    schema = model.model_json_schema(mode=mode)
    definitions = schema.pop("$defs", {})

    def write_out(part: Any) -> Any:
        if isinstance(part, list):
            return [write_out(item) for item in part]
        if not isinstance(part, dict):
            return part
        reference = part.get("$ref")
        if isinstance(reference, str):
            target = definitions[reference.rpartition("/")[2]]
            part = {**target, **{key: value for key, value in part.items() if key != "$ref"}}
        return {key: write_out(value) for key, value in part.items()}

    written: dict[str, Any] = write_out(schema)
    return written


def is_template(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("$expr", "$text")


def _holds_template(value: Any) -> bool:
    if is_template(value):
        return True
    if isinstance(value, dict):
        return any(_holds_template(item) for item in value.values())
    return isinstance(value, list) and any(_holds_template(item) for item in value)


def _unless_template(keyword: Keyword) -> Keyword:
    def check(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        if not is_template(instance):
            yield from keyword(validator, value, instance, schema) or ()

    return check


def _literal(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    if _holds_template(instance):
        yield ValidationError("cannot be a formula")


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {name: _unless_template(keyword) for name, keyword in Draft202012Validator.VALIDATORS.items()}
    | {"x-literal": _literal},
)


def check_settings(node_type: type[NodeType], schema: Mapping[str, Any], config: Mapping[str, Any]) -> list[Problem]:
    """Every problem of these unresolved settings. Formulas count as fitting; what is missing at the top is not named
    here, because the engine names it."""
    errors = _Validator(schema).iter_errors(config)
    return _in_order(problem for error in errors for problem in _problems_of(error)) + node_type.problems(config)


def read_settings(node_type: NodeType, values: Mapping[str, Any]) -> Settings:
    """The node's `Config` from resolved values; raises `StepFailed` (input) that names every setting that is wrong."""
    try:
        return node_type.Config.model_validate(values)
    except ModelError as error:
        schema = plain_schema(node_type.Config)
        errors = Draft202012Validator(schema).iter_errors(dict(values))
        problems = _in_order(problem for one in errors for problem in _problems_of(one, missing=True))
        messages = [problem.message for problem in problems] or [first["msg"] + "." for first in error.errors()]
        raise StepFailed(
            ErrorCategory.INPUT,
            "invalid_settings",
            " ".join(messages[:5]),
            hint="Open the step and check these settings and the formulas in them.",
            fields=[problem.field for problem in problems],
        ) from error


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By setting, each once: the library names every missing value of a group again."""
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.field or "")


def _problems_of(error: SchemaError, *, missing: bool = False) -> Iterator[Problem]:
    path = list(error.absolute_path)
    name = _name(path, error.schema)
    field = _field(path)
    if error.validator == "required":
        if path or missing:
            yield from _missing(error, path)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for unknown in [key for key in error.instance if key not in known]:
            hint = f"Remove it. Known settings: {', '.join(known)}." if known else "Remove it."
            message = f"There is no setting named {unknown!r}."
            yield Problem(code="unknown_setting", message=message, hint=hint, field=_field([*path, unknown]))
    elif error.validator == "x-literal":
        hint = "Give it a fixed value: the workflow is checked by it."
        yield Problem(code="needs_literal", message=f"{name} cannot be a formula.", hint=hint, field=field)
    elif error.validator == "anyOf" and (deeper := _deeper(error, len(path))):
        for one in deeper:
            yield from _problems_of(one, missing=missing)
    else:
        empty = error.validator == "type" and error.instance is None
        message = f"{name} is empty." if empty else f"{name} {_demand(error)}."
        yield Problem(code="invalid_setting", message=message, hint=_hint(error.schema), field=field)


def _missing(error: SchemaError, path: list[Any]) -> Iterator[Problem]:
    properties = error.schema.get("properties", {})
    for key in error.validator_value:
        if key not in error.instance:
            schema = properties.get(key, {})
            message = f"{_name([*path, key], schema)} is missing."
            yield Problem(code="missing_setting", message=message, hint=_hint(schema), field=_field([*path, key]))


def _deeper(error: SchemaError, depth: int) -> list[SchemaError]:
    """The problems inside the one alternative that fits the kind of value, when there is one."""
    return [one for one in error.context or [] if len(one.absolute_path) > depth or one.validator == "required"]


def _demand(error: SchemaError) -> str:
    wanted, value = error.validator, error.validator_value
    if wanted == "type":
        return f"must be {_TYPES.get(value, value)}"
    if wanted == "anyOf":
        kinds = [kind for option in value if (kind := option.get("type")) and kind != "null"]
        if len(kinds) == 1 and (inner := [one for one in error.context or [] if one.validator != "type"]):
            return _demand(inner[0])
        return f"must be {' or '.join(_TYPES.get(kind, kind) for kind in kinds)}"
    if wanted == "enum":
        return f"must be one of: {', '.join(str(choice) for choice in value)}"
    if wanted == "pattern":
        return "is not written as expected"
    return _LIMITS.get(str(wanted), "is not valid").format(value)


_LIMITS = {
    "const": "must be {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "minLength": "must not be empty",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} entries",
    "maxItems": "must have at most {} entries",
    "minProperties": "must have at least {} entries",
}


def _name(path: list[Any], schema: Any) -> str:
    title = schema.get("title") if isinstance(schema, Mapping) else None
    if title and not (path and isinstance(path[-1], int)):
        return str(title)
    if path and isinstance(path[-1], int):
        return f"Entry {path[-1] + 1}"
    return str(path[-1]).replace("_", " ").capitalize() if path else "The settings"


def _hint(schema: Any) -> str:
    examples = [one for one in schema.get("examples") or [] if not _holds_template(one)]
    if examples and not isinstance(examples[0], dict | list):
        return f"For example: {examples[0]}"
    return str(schema.get("description") or "")


def _field(path: list[Any]) -> str:
    return ".".join(["config", *(str(part) for part in path)])
