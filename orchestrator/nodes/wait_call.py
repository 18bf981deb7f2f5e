"""Waits until another system calls an address made for this one wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import LATE, OUT, Effect
from orchestrator.nodes.base import NodeContext, NodeType, Settings, Waiting, setting
from orchestrator.nodes.durations import Unit, end_of, length_problems


class WaitCall(NodeType):
    key = "wait_call"
    title = "Wait for a call"
    description = (
        "Waits until another system calls back. Give it the address run.calls.… of this step, in a mail or a request "
        "that stands before; it can be called once."
    )
    category = "Decide"
    icon = "phone-incoming"
    ports = (OUT, LATE)
    effect = Effect.PURE
    light = True

    class Config(Settings):
        at_most: float = setting(
            7,
            title="Wait at most",
            description="Then the run goes on along “Too late”, or the step fails where no line leads from there.",
            widget="number",
            level=1,
            gt=0,
        )
        unit: Unit = setting("days", title="Unit", widget="choice", level=1, literal=True)

    class Output(BaseModel):
        body: Any
        headers: dict[str, str]
        query: dict[str, Any]
        called_at: str

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        return length_problems(config, "at_most", "unit", "days")

    async def run(self, ctx: NodeContext, config: Config) -> Waiting:
        return Waiting(kind="call", until=end_of(ctx.now(), config.at_most, config.unit))
