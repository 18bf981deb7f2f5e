"""A model says whether a row of facts is unlike those it knows."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class FindUnusual(NodeType):
    key = "find_unusual"
    title = "Find the unusual"
    description = "A model says how unlike the rows it knows a row of facts is, and whether that is worth a look."
    category = "AI"
    icon = "scan-eye"
    effect = Effect.PURE

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that knows what is usual.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["unusual-payment"],
            hints={"x-asset-kind": "model", "x-asset-task": "detect"},
        )
        features: dict[str, float | bool | str | None] = setting(
            title="Facts",
            description="Named as the columns the model was trained on. What is left out counts as unknown.",
            widget="map",
            min_length=1,
            examples=[{"amount": {"$expr": "trigger.amount"}}],
        )

    class Output(BaseModel):
        score: float
        unusual: bool

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        answer = await ctx.assets.call(config.asset, "detect", {"features": config.features})
        output = read_answer(self.Output, answer.value, answer)
        return Result(output=output.model_dump(), facts=facts_of(answer))
