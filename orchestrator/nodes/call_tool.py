"""Calls a tool of the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from orchestrator.engine.errors import ErrorCategory, NotSent, Problem, Rejected
from orchestrator.engine.node_spec import LATE, OUT, Effect
from orchestrator.nodes.approval import Role
from orchestrator.nodes.base import (
    CallDecision,
    CallEnded,
    NodeContext,
    NodeType,
    PendingCall,
    PersonNeeded,
    Result,
    Settings,
    ToolAnswer,
    WorkflowCalled,
    setting,
)
from orchestrator.nodes.pending_calls import answer_of, due_setting, roles_setting, wait_for


class Argument(Settings):
    name: str = setting(title="Name", literal=True, min_length=1, max_length=200, examples=["order_id"])
    value: Any = setting(title="Value", examples=[{"$expr": "extract.order_id"}])


class CallTool(NodeType):
    key = "call_tool"
    title = "Call a tool"
    description = "Uses a tool of the catalogue with the values you give it. Some tools ask a person first."
    category = "AI"
    icon = "bolt"
    ports = (OUT, LATE)
    effect = Effect.AT_MOST_ONCE

    class Config(Settings):
        tool: str = setting(
            title="Tool",
            description="What is called.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["order-status"],
            hints={"x-asset-kind": "tool"},
        )
        arguments: list[Argument] = setting(
            [],
            title="Values",
            description="What the tool asks for, by name.",
            widget="arguments",
            level=1,
            max_length=100,
            examples=[[{"name": "order_id", "value": {"$expr": "extract.order_id"}}]],
        )
        roles: list[Role] = roles_setting()
        due_hours: float | None = due_setting()

    class Output(BaseModel):
        value: Any = None
        note: str = ""
        """Something odd about the answer, e.g. that it does not fit the tool's own description."""

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        given = config.get("arguments")
        names = [one.get("name") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        counts = Counter(name for name in names if isinstance(name, str))
        return [
            Problem(
                code="duplicate_name",
                message=f"The values name {name!r} twice.",
                hint="Give each value its own name.",
                field=f"config.arguments.{index}.name",
            )
            for index, name in enumerate(names)
            if isinstance(name, str) and counts[name] > 1
        ]

    async def run(self, ctx: NodeContext, config: Config) -> Result | PersonNeeded | WorkflowCalled:
        arguments = {one.name: one.value for one in config.arguments}
        return self._given(ctx, config, await ctx.tools.call(config.tool, arguments))

    async def resume(
        self, ctx: NodeContext, config: Config, state: dict[str, Any], answer: dict[str, Any]
    ) -> Result | PersonNeeded | WorkflowCalled:
        call = PendingCall(**state["call"])
        decided = answer_of(call, answer)
        if isinstance(decided, CallEnded):
            return _ended(call, decided)
        if not decided.approved:
            raise _refused(call, decided)
        return self._given(ctx, config, await ctx.tools.call(config.tool, call.arguments, decision=decided))

    def _given(
        self, ctx: NodeContext, config: Config, given: ToolAnswer | PendingCall
    ) -> Result | PersonNeeded | WorkflowCalled:
        if isinstance(given, PendingCall):
            return wait_for(ctx, "", given, config, {"call": asdict(given)})
        facts = {
            "kind": "tool",
            "asset": given.asset,
            "version": given.version,
            "version_id": given.version_id,
            "ms": round(given.milliseconds, 1),
        }
        return Result(output=self.Output(value=given.value, note=given.note).model_dump(), facts=facts)


def _ended(call: PendingCall, ended: CallEnded) -> Result:
    if ended.error:
        raise Rejected(
            ErrorCategory.REJECTED,
            "tool_refused",
            f"{call.tool}: {ended.error}",
            hint="Look at the run of the workflow behind this tool.",
        )
    return Result(output=CallTool.Output(value=ended.value).model_dump())


def _refused(call: PendingCall, decision: CallDecision) -> NotSent:
    return NotSent(
        ErrorCategory.REJECTED,
        "tool_call_refused",
        f"A person refused the call of {call.tool}. {decision.comment}".strip(),
        hint="Give the step a line “If it fails” when the run should go on without this call.",
    )
