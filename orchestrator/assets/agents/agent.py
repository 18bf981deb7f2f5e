"""What an agent is: the configuration of a version of an asset of kind agent.

    {"model": "assistant", "instructions": "You …" or "prompt": "reply-style@live", "tools": ["order-status"],
     "output_schema": JSON Schema or null, "budgets": {...}, "memory": {"messages": 20}}

`model`, `prompt` and `tools` are references to other assets, `name` or `name@alias`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator.assets.tools.schemas import schema_problem
from orchestrator.assets.tools.tool import Tool
from orchestrator.engine.errors import Problem

Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}(@[A-Za-z0-9_-]{1,40})?$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Budgets(_Part):
    """Reaching one fails the step: an agent that was stopped has not done its work."""

    steps: int = Field(default=12, ge=1, le=200)
    """Times that the model is asked."""
    tokens: int = Field(default=50_000, ge=100, le=10_000_000)
    """Of questions and answers together."""
    cost: Decimal | None = Field(default=None, gt=0, le=100_000)
    """In the currency of the workspace."""
    seconds: float = Field(default=300, gt=0, le=86_400)
    """Of work; waiting for a person does not count."""
    depth: int = Field(default=3, ge=1, le=10)
    """How many agents may stand one above the other."""


class Memory(_Part):
    messages: int = Field(default=20, ge=0, le=200)
    """How many messages of an earlier conversation the model reads again."""


class AgentConfig(_Part):
    model: Reference
    instructions: str = Field(default="", max_length=50_000)
    prompt: Reference | None = None
    """Instead of `instructions`."""
    tools: tuple[Reference, ...] = Field(default=(), max_length=50)
    output_schema: dict[str, Any] | None = None
    budgets: Budgets = Budgets()
    memory: Memory = Memory()


@dataclass(frozen=True, kw_only=True)
class Agent:
    """A version of an agent with everything that its references lead to."""

    name: str
    config: AgentConfig
    instructions: str
    """Its own, or those of its prompt."""
    tools: Sequence[Tool] = ()


def agent_problems(config: dict[str, Any]) -> list[Problem]:
    """Everything that keeps this configuration from becoming a version of an agent."""
    try:
        read = AgentConfig.model_validate(config)
    except ValidationError as error:
        return [_problem(".".join(str(part) for part in each["loc"]), each["msg"]) for each in error.errors()[:20]]
    problems = []
    if bool(read.instructions) == (read.prompt is not None):
        message = "An agent needs either instructions of its own or a prompt from the catalogue."
        field = "config.instructions"
        problems.append(Problem(code="agent_instructions", message=message, hint="Give one of them.", field=field))
    if len(set(read.tools)) < len(read.tools):
        problems.append(_problem("tools", "each tool can be given once"))
    if read.output_schema is not None and (wrong := _schema_wrong(read.output_schema)):
        hint = "Write a JSON Schema without references."
        message = f"The JSON Schema {wrong}."
        problems.append(Problem(code="invalid_schema", message=message, hint=hint, field="config.output_schema"))
    return problems


def _schema_wrong(schema: dict[str, Any]) -> str | None:
    if schema.get("type") != "object":
        return "must describe a group of values (type: object)"
    return schema_problem(schema)


def _problem(field: str, message: str) -> Problem:
    name = (field.split(".")[0] or "agent").replace("_", " ").capitalize()
    return Problem(
        code="invalid_agent",
        message=f"{name}: {message}.",
        hint="Correct this part of the agent.",
        field=f"config.{field}",
    )
