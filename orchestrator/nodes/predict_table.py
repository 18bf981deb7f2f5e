"""A model says what a row of facts is, or which number belongs to it."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Score(BaseModel):
    label: str
    score: float


class PredictTable(NodeType):
    key = "predict_table"
    title = "Predict from facts"
    description = "A model trained on a table says which label or which number belongs to a row of facts."
    category = "AI"
    icon = "sparkles"
    effect = Effect.PURE

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that was trained on a table.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["customer-leaves"],
            hints={"x-asset-kind": "model", "x-asset-task": "predict"},
        )
        features: dict[str, float | bool | str | None] = setting(
            title="Facts",
            description="Named as the columns the model was trained on. What is left out counts as unknown.",
            widget="map",
            min_length=1,
            examples=[{"income": {"$expr": "trigger.income"}}],
        )
        minimum_confidence: float = setting(
            0.5,
            title="Sure from",
            description="Between 0 and 1. Below it a label counts as not sure, so that a person can decide.",
            widget="number",
            ge=0,
            le=1,
        )

    class Output(BaseModel):
        label: str | None = None
        confidence: float | None = None
        scores: list[Score] = []
        value: float | None = None
        low: float | None = None
        high: float | None = None
        sure: bool

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        answer = await ctx.assets.call(config.asset, "predict", {"features": config.features})
        # A number says by its interval how sure it is; only a label can fall short.
        sure = "value" in answer.value or float(answer.value.get("confidence") or 0) >= config.minimum_confidence
        shape = _Numbered if "value" in answer.value else _Labelled
        output = read_answer(shape, {**answer.value, "sure": sure}, answer)
        return Result(output=output.model_dump(), facts=facts_of(answer))


class _Labelled(PredictTable.Output):
    label: str
    confidence: float


class _Numbered(PredictTable.Output):
    value: float
