"""A model says what kind of text this is."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Score(BaseModel):
    label: str
    score: float


class ClassifyText(NodeType):
    key = "classify_text"
    title = "Classify text"
    description = "A model reads the text and says what kind it is, and how sure it is."
    category = "AI"
    icon = "tags"
    effect = Effect.PURE

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that knows the kinds.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["document-type"],
            hints={"x-asset-kind": "model", "x-asset-task": "classify"},
        )
        text: str = setting(
            title="Text", description="What is read.", widget="area", min_length=1, examples=[{"$expr": "parse.text"}]
        )
        minimum_confidence: float = setting(
            0.5,
            title="Sure from",
            description="Between 0 and 1. Below it the answer counts as not sure, so that a person can decide.",
            widget="number",
            ge=0,
            le=1,
        )

    class Output(BaseModel):
        label: str
        confidence: float
        scores: list[Score]
        sure: bool

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        answer = await ctx.assets.call(config.asset, "classify", {"text": config.text})
        sure = float(answer.value.get("confidence") or 0) >= config.minimum_confidence
        output = read_answer(self.Output, {**answer.value, "sure": sure}, answer)
        return Result(output=output.model_dump(), facts=facts_of(answer))
