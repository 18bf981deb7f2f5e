"""A model estimates a risk from a few facts, and says why."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Reason(BaseModel):
    feature: str
    text: str
    weight: float


class ScoreRisk(NodeType):
    key = "score_risk"
    title = "Score risk"
    description = "A model turns facts such as amount and age of the account into a risk, with its reasons."
    category = "AI"
    icon = "gauge"
    effect = Effect.PURE

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that estimates the risk.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["risk-score"],
            hints={"x-asset-kind": "model", "x-asset-task": "score"},
        )
        features: dict[str, float | bool | str | None] = setting(
            title="Facts",
            description="What the model looks at: a name and a value each.",
            widget="map",
            min_length=1,
            examples=[{"amount": {"$expr": "extract.total.value"}}],
        )

    class Output(BaseModel):
        score: float
        level: Literal["low", "medium", "high"]
        reasons: list[Reason]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        answer = await ctx.assets.call(config.asset, "score", {"features": config.features})
        output = read_answer(self.Output, answer.value, answer)
        return Result(output=output.model_dump(), facts=facts_of(answer))
