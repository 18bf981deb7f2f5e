"""The tools of an agent, as pydantic-ai sees them: checked arguments, approval, budgets, and a report of every call."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.exceptions import ApprovalRequired, CallDeferred, ToolFailed
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool
from pydantic_core import SchemaValidator, core_schema

from orchestrator.assets.agents.meter import Meter
from orchestrator.assets.agents.world import Child, World
from orchestrator.assets.tools.call import ToolResult, call_tool, digest_of
from orchestrator.assets.tools.schemas import value_problems
from orchestrator.assets.tools.tool import RemoteTool, Tool, WorkflowTool
from orchestrator.engine.errors import StepFailed

MOST_MISFITS = 4
"""So often in a row a tool may be called with arguments that do not fit; then it is taken away."""
MOST_RETRIES = 1_000
"""Of the library's own count. The budgets are the limit, and reaching one is said in words."""
_DICTIONARY = SchemaValidator(core_schema.dict_schema(core_schema.str_schema()))


class Toolbox(AbstractToolset[None]):
    def __init__(self, tools: Sequence[Tool], world: World, meter: Meter) -> None:
        self.approved: dict[str, str] = {}
        """The digest of what a person approved, by the id of the call."""
        self._tools = {tool.name: tool for tool in tools if all(world.holds(right) for right in tool.rights)}
        self._world = world
        self._meter = meter
        self._misfits: Counter[str] = Counter()

    @property
    def id(self) -> str:
        return "tools"

    async def get_tools(self, ctx: RunContext[None]) -> dict[str, ToolsetTool[None]]:
        return {
            name: ToolsetTool(
                toolset=self,
                tool_def=ToolDefinition(
                    name=name,
                    description=tool.description,
                    parameters_json_schema=tool.input_schema,
                    sequential=tool.changes,  # so that the failure of one never cuts another off in the middle
                ),
                max_retries=MOST_RETRIES,
                args_validator=_DICTIONARY,
            )
            for name, tool in self._tools.items()
            if self._misfits[name] < MOST_MISFITS
        }

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[None], tool: ToolsetTool[None]
    ) -> Any:
        called, call = self._tools[name], ctx.tool_call_id or ""
        if wrong := value_problems(called.input_schema, tool_args):
            await self._refuse_misfit(called, call, tool_args, wrong)
        self._misfits[name] = 0
        if called.needs_approval and not (
            ctx.tool_call_approved and self.approved.get(call) == digest_of(called, tool_args)
        ):
            raise ApprovalRequired
        if isinstance(called, WorkflowTool):
            raise CallDeferred
        result = await self._call(called, call, tool_args)
        if not result.ok:
            raise ToolFailed(result.message)
        return result.text()

    async def _refuse_misfit(self, tool: Tool, call: str, arguments: dict[str, Any], wrong: list[str]) -> None:
        self._misfits[tool.name] += 1
        message = f"The arguments do not fit. {' '.join(f'{one}.' for one in wrong)}"
        if self._misfits[tool.name] >= MOST_MISFITS:
            message += " This tool is now taken away; go on without it."
        child = Child(kind="tool", name=tool.name, arguments=arguments, error=message, call=call, made=False)
        await self._world.on_call(child)
        raise ToolFailed(message)

    async def _call(self, tool: RemoteTool, call: str, arguments: dict[str, Any]) -> ToolResult:
        self._meter.seconds_left()
        self._meter.used.tool_calls += 1
        self._meter.used.changed = self._meter.used.changed or tool.changes
        began = time.perf_counter()
        try:
            result = await call_tool(tool, arguments, self._world.outside, key=self._key(tool, call, arguments))
        except StepFailed as error:
            await self._report(tool, call, arguments, began, error=error.error.message)
            raise
        await self._report(tool, call, arguments, began, result=result.value, error=result.message)
        return result

    async def _report(
        self, tool: Tool, call: str, arguments: dict[str, Any], began: float, *, result: Any = None, error: str = ""
    ) -> None:
        ms = round((time.perf_counter() - began) * 1_000, 1)
        child = Child(kind="tool", name=tool.name, arguments=arguments, result=result, error=error, ms=ms, call=call)
        await self._world.on_call(child)

    def _key(self, tool: Tool, call: str, arguments: dict[str, Any]) -> str:
        """The same when the step is done again and the same call comes at the same place."""
        text = f"{self._world.key}:{call}:{digest_of(tool, arguments)}"
        return hashlib.sha256(text.encode()).hexdigest()
