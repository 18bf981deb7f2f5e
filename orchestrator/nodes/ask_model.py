"""Asks a language model in words, and gets words or data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import check_finish, facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting
from orchestrator.nodes.prompts import Told, told_setting, with_data


class AnswerField(Settings):
    name: str = setting(title="Name", literal=True, pattern="^[a-z][a-z0-9_]{0,59}$", examples=["urgency"])
    type: Literal["text", "number", "switch", "date", "choice", "list"] = setting(
        "text", title="Kind of answer", widget="choice", level=1, literal=True
    )
    description: str = setting(
        "", title="What it means", level=1, max_length=1_000, literal=True, examples=["How soon somebody must act"]
    )
    choices: list[str] = setting(
        [], title="Choices", description="Only of a choice.", widget="list", level=1, max_length=200, literal=True
    )
    required: bool = setting(
        True, title="Must be given", description="Off: the model may leave it empty.", widget="switch", literal=True
    )


class AskModel(NodeType):
    key = "ask_model"
    title = "Ask a language model"
    description = "Asks a language model in your words and gives its answer as text, or as fields you can use further."
    category = "AI"
    icon = "sparkles"
    effect = Effect.IDEMPOTENT
    """It takes time and money: that it began is told before it does."""

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The language model that answers.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["assistant"],
            hints={"x-asset-kind": "model", "x-asset-task": "chat"},
        )
        prompt: str = setting(
            title="Question",
            description="What the model is asked to do.",
            widget="area",
            min_length=1,
            max_length=100_000,
            examples=["Summarise the message in two sentences."],
        )
        data: list[Told] = told_setting()
        system: str = setting(
            "",
            title="Role of the model",
            description="Who it is and how it writes.",
            widget="area",
            max_length=50_000,
            examples=["You answer customers of a bicycle shop, friendly and short."],
        )
        form: Literal["text", "fields", "schema"] = setting(
            "text",
            title="Form of the answer",
            description="Text; fields that you name; or what a JSON Schema describes.",
            widget="choice",
            level=1,
            literal=True,
        )
        fields: list[AnswerField] = setting(
            [],
            title="Fields of the answer",
            description="Only where the answer is fields.",
            widget="map",
            level=1,
            literal=True,
            max_length=60,
            examples=[[{"name": "urgency", "type": "choice", "choices": ["high", "low"]}]],
        )
        json_schema: dict[str, Any] | None = setting(
            None,
            title="JSON Schema",
            description="Only where the answer has one: it describes a group of values.",
            widget="json",
            literal=True,
        )

    class Output(BaseModel):
        text: str
        data: dict[str, Any] | None = None
        """By the name of the field."""

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        form = config.get("form", "text")
        if form == "fields":
            return list(_field_problems(config.get("fields")))
        return list(_schema_problems(config.get("json_schema"))) if form == "schema" else []

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        payload: dict[str, Any] = {"system": config.system, "prompt": with_data(config.prompt, config.data)}
        schema = schema_of(config.fields) if config.form == "fields" else config.json_schema
        if config.form != "text":
            payload["schema"] = schema
        on_text = ctx.say if config.form == "text" else None
        answer = await ctx.assets.call(config.asset, "chat", payload, on_text=on_text)
        check_finish(answer.asset, answer.value)
        value = {"text": answer.value.get("text"), "data": answer.value.get("json")}
        output = read_answer(self.Output, value, answer)
        return Result(output=output.model_dump(), facts={**facts_of(answer), "tokens": answer.value.get("tokens")})


def schema_of(fields: Sequence[AnswerField]) -> dict[str, Any]:
    """Every field is named in the answer: what may be left empty is null. Some providers demand that."""
    return {
        "type": "object",
        "properties": {field.name: _schema(field) for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _schema(field: AnswerField) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "text": {"type": "string"},
        "number": {"type": "number"},
        "switch": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "choice": {"type": "string", "enum": list(field.choices)},
        "list": {"type": "array", "items": {"type": "string"}},
    }
    schema = kinds[field.type]
    if not field.required:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"].append(None)
    description = " ".join(part for part in (field.description, "As YYYY-MM-DD." * (field.type == "date")) if part)
    return {**schema, "description": description} if description else schema


def _field_problems(fields: Any) -> Iterator[Problem]:
    named = [one for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
    if not named:
        message = "The answer has no fields."
        yield Problem(code="no_fields", message=message, hint="Name at least one.", field="config.fields")
    counts = Counter(str(one.get("name")) for one in named)
    for index, one in enumerate(named):
        if counts[str(one.get("name"))] > 1:
            message, hint = f"There are two fields {one.get('name')!r}.", "Give each field its own name."
            yield Problem(code="duplicate_name", message=message, hint=hint, field=f"config.fields.{index}.name")
        if one.get("type") == "choice" and not one.get("choices"):
            message, hint = "A choice needs something to choose from.", "Write down the choices."
            yield Problem(code="no_choices", message=message, hint=hint, field=f"config.fields.{index}.choices")


def _schema_problems(schema: Any) -> Iterator[Problem]:
    hint = "Write a JSON Schema of a group of values (type: object)."
    try:
        if isinstance(schema, dict) and schema.get("type") == "object":
            Draft202012Validator.check_schema(schema)
            return
    except (SchemaError, RecursionError):
        pass
    message = "The answer needs a JSON Schema that is right."
    yield Problem(code="invalid_schema", message=message, hint=hint, field="config.json_schema")
