"""What a tool is: the configuration of a version of an asset of kind tool.

    {"type": "http", "operation": {...}, "credential": id or null}      one operation of an HTTP interface
    {"type": "mcp", "url": ..., "tool": ..., "pin": ..., "credential"}  one tool of an MCP server
    {"type": "workflow", "workflow": id}                                a published workflow

and beside it what a model and a person need to know: name, description, schemas, effect, approval, rights.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from orchestrator.assets.tools.schemas import schema_problem
from orchestrator.connectors.egress import read_url
from orchestrator.connectors.openapi import Described
from orchestrator.connectors.operation import Operation
from orchestrator.engine.errors import Problem, StepFailed
from orchestrator.governance.matrix import VERBS

LARGEST_CONFIG = 200_000


class Effect(StrEnum):
    """What calling it does to the world."""

    PURE = "pure"
    """A function of its arguments."""
    READ = "read"
    """Looks at the world and leaves it as it is."""
    WRITE = "write"
    """Changes something; what a cut line leaves behind is unknown."""
    KEYED = "keyed"
    """Changes something; the other side drops repeats by key."""


class Approval(StrEnum):
    """When a person looks at the exact arguments before it is called."""

    NEVER = "never"
    ALWAYS = "always"
    WRITES = "writes"
    """When it changes something."""


class _Common(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")
    """As a model calls it."""
    description: str = Field(min_length=1, max_length=4_000)
    input_schema: dict[str, Any]
    """JSON Schema of an object."""
    output_schema: dict[str, Any] | None = None
    effect: Effect = Effect.WRITE
    approval: Approval = Approval.WRITES
    rights: tuple[str, ...] = Field(default=(), max_length=20)
    """Verbs of the matrix that whoever starts the run must hold too."""
    seconds: float = Field(default=30, gt=0, le=600)
    """Time limit of one call."""

    @property
    def changes(self) -> bool:
        return self.effect in (Effect.WRITE, Effect.KEYED)

    @property
    def needs_approval(self) -> bool:
        return self.approval is Approval.ALWAYS or (self.approval is Approval.WRITES and self.changes)


class HttpTool(_Common):
    type: Literal["http"] = "http"
    operation: Operation
    credential: str | None = None


class McpTool(_Common):
    type: Literal["mcp"] = "mcp"
    url: str = Field(min_length=1, max_length=2_000)
    """Or `stdio:` and the name of a program of the machine."""
    tool: str = Field(min_length=1, max_length=200)
    """As the server calls it."""
    pin: str = Field(pattern="^[0-9a-f]{64}$")
    """Of what the server said about it when it was taken; see `connectors.mcp.pin_of`."""
    credential: str | None = None


class WorkflowTool(_Common):
    type: Literal["workflow"] = "workflow"
    workflow: str = Field(min_length=1, max_length=64)
    """Its id. Which version runs is settled when it is called."""


RemoteTool = HttpTool | McpTool
Tool = RemoteTool | WorkflowTool

_READER: TypeAdapter[Tool] = TypeAdapter(Annotated[Tool, Field(discriminator="type")])


def read_tool(config: dict[str, Any]) -> Tool:
    """Raises pydantic's ValidationError; `tool_problems` says the same in words."""
    return _READER.validate_python(config)


def tool_problems(config: dict[str, Any]) -> list[Problem]:
    """Everything that keeps this configuration from becoming a version of a tool."""
    try:
        size = len(json.dumps(config))
    except (TypeError, ValueError, RecursionError):
        size = LARGEST_CONFIG + 1
    if size > LARGEST_CONFIG:
        message = f"The description of this tool is larger than {LARGEST_CONFIG // 1_000} KB."
        return [Problem(code="tool_too_large", message=message, hint="Describe less.", field="config")]
    try:
        tool = read_tool(config)
    except ValidationError as error:
        return [_problem(each["loc"], each["msg"]) for each in error.errors()[:20]]
    return [*_schema_problems(tool), *_right_problems(tool), *_address_problems(tool)]


def from_openapi(described: Described, credential: str | None = None) -> HttpTool:
    """An imported operation as a tool. Raises ValidationError where its name or description cannot be used."""
    return HttpTool(
        name=described.name if described.name[:1].isalpha() else f"call_{described.name}"[:64],
        description=described.description[:4_000],
        input_schema=described.input_schema,
        output_schema=described.output_schema,
        effect=Effect(described.effect),
        operation=described.operation,
        credential=credential,
    )


def _problem(location: tuple[int | str, ...], message: str) -> Problem:
    path = [str(part) for part in location if part not in ("http", "mcp", "workflow")]
    return Problem(
        code="invalid_tool",
        message=f"{(path[-1] if path else 'type').replace('_', ' ').capitalize()}: {message}.",
        hint="Correct this part of the tool.",
        field=".".join(["config", *path]),
    )


def _schema_problems(tool: Tool) -> list[Problem]:
    problems = []
    for name, schema in (("input_schema", tool.input_schema), ("output_schema", tool.output_schema)):
        wrong = schema_problem(schema) if schema is not None else None
        if wrong is None and name == "input_schema" and tool.input_schema.get("type") != "object":
            wrong = "must describe a group of values (type: object)"
        if wrong is not None:
            message = f"The JSON Schema {wrong}."
            hint = "Write a JSON Schema without references."
            problems.append(Problem(code="invalid_schema", message=message, hint=hint, field=f"config.{name}"))
    return problems


def _right_problems(tool: Tool) -> list[Problem]:
    return [
        Problem(
            code="unknown_right",
            message=f"There is no right {right!r}.",
            hint="Use rights like workflow:run or asset:consume.",
            field=f"config.rights.{index}",
        )
        for index, right in enumerate(tool.rights)
        if right not in VERBS
    ]


def address_of(tool: Tool) -> str | None:
    """Where its calls go; what the account of the tool must be made for. None for a workflow."""
    if isinstance(tool, WorkflowTool):
        return None
    return tool.url if isinstance(tool, McpTool) else tool.operation.base_url


def _address_problems(tool: Tool) -> list[Problem]:
    url = address_of(tool)
    if url is None or (isinstance(tool, McpTool) and url.startswith("stdio:")):
        return []
    field = "url" if isinstance(tool, McpTool) else "operation.base_url"
    try:
        target = read_url(url)
    except StepFailed as error:
        shown = error.error
        return [Problem(code=shown.code, message=shown.message, hint=shown.hint, field=f"config.{field}")]
    if isinstance(tool, HttpTool) and "?" in target.path:
        message = "The address of a server cannot hold a question mark."
        return [
            Problem(code="invalid_address", message=message, hint="Remove what follows it.", field=f"config.{field}")
        ]
    return []
