"""Two paths: yes or no."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect, Port
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Condition(NodeType):
    key = "condition"
    title = "Condition"
    description = "Goes on along Yes when the statement is true, else along No."
    category = "Decide"
    icon = "arrows-split"
    ports = (Port(key="yes", label="Yes"), Port(key="no", label="No"))
    effect = Effect.PURE
    light = True

    class Config(Settings):
        when: bool = setting(
            title="When",
            description="A formula that is true or false.",
            widget="condition",
            examples=[{"$expr": "classify.confidence >= 0.8"}],
        )

    class Output(BaseModel):
        result: bool

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        output = self.Output(result=config.when).model_dump()
        return Result(output=output, port="yes" if config.when else "no")
