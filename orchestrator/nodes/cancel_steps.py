"""Cancels other steps of the same part of the workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class CancelSteps(NodeType):
    key = "cancel_steps"
    title = "Cancel steps"
    description = "Cancels the steps you name: those at work are stopped, those yet to come are skipped."
    category = "Decide"
    icon = "circle-x"
    effect = Effect.PURE
    light = True

    class Config(Settings):
        steps: list[str] = setting(
            title="Steps",
            description="A for each step, or the first step of a loop, is cancelled with all that belongs to it.",
            widget="steps",
            literal=True,
            min_length=1,
        )

    @classmethod
    def cancels_of(cls, config: Mapping[str, Any]) -> tuple[str, ...]:
        steps = config.get("steps")
        return tuple(key for key in steps if isinstance(key, str)) if isinstance(steps, list) else ()

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        return Result(output=None)
