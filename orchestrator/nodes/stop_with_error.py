"""Ends the run as failed, with words of its author."""

from __future__ import annotations

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class StopWithError(NodeType):
    key = "stop_with_error"
    title = "Stop with error"
    description = "Ends the run here and marks it as failed, with a message you write."
    category = "Decide"
    icon = "alert-octagon"
    ports = ()
    effect = Effect.PURE
    light = True

    class Config(Settings):
        message: str = setting(
            title="Message",
            description="Why the run cannot go on.",
            widget="area",
            min_length=1,
            max_length=2000,
            examples=["This document is not an invoice."],
        )

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        raise StepFailed(ErrorCategory.REJECTED, "stopped_by_workflow", config.message)
