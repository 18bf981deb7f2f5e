"""Ends the run as done, whatever else is still at work."""

from __future__ import annotations

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings


class EndRun(NodeType):
    key = "end_run"
    title = "End run"
    description = "Ends the run here and marks it as done. Steps that are still at work are cancelled."
    category = "Decide"
    icon = "flag"
    ports = ()
    effect = Effect.PURE
    light = True
    ends_run = True
    Config = Settings

    async def run(self, ctx: NodeContext, config: Settings) -> Result:
        return Result(output=None)
