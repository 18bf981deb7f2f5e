"""A model continues a series of values."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.answers import facts_of, read_answer
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class Point(BaseModel):
    at: str
    value: float


class Forecast(BaseModel):
    at: str
    value: float
    low: float
    high: float


class ForecastSeries(NodeType):
    key = "forecast_series"
    title = "Forecast a series"
    description = "Continues values such as monthly sales, with the range in which four of five should lie."
    category = "AI"
    icon = "calendar-time"
    effect = Effect.PURE

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The model that knows how the series goes on.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["monthly-sales"],
            hints={"x-asset-kind": "model", "x-asset-task": "forecast"},
        )
        series: list[Point] = setting(
            title="Series",
            description="What is known: a list of entries with a date (at) and a number (value).",
            widget="list",
            min_length=1,
            max_length=20_000,
            examples=[{"$expr": "trigger.sales"}],
        )
        periods: int = setting(
            12,
            title="Steps ahead",
            description="How many days, weeks or months to forecast: the same steps as in the series.",
            widget="number",
            level=1,
            ge=1,
            le=400,
        )

    class Output(BaseModel):
        values: list[Forecast]
        baseline: list[Forecast]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        series = [point.model_dump() for point in config.series]
        payload = {"series": series, "periods": config.periods}
        answer = await ctx.assets.call(config.asset, "forecast", payload)
        output = read_answer(self.Output, answer.value, answer)
        return Result(output=output.model_dump(), facts=facts_of(answer))
