"""Looks at the latest calls of a model: are they still like what it was measured on, and do people agree?"""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect, Port
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class CheckDrift(NodeType):
    key = "check_drift"
    title = "Check a model"
    description = "Looks at the latest calls of a model: do they drift, do people agree, how much did they put right?"
    category = "AI"
    icon = "activity-heartbeat"
    ports = (Port(key="needs_work", label="Needs work"), Port(key="fine", label="Fine"))
    effect = Effect.IDEMPOTENT
    queue = "cpu"

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="The version that is live is looked at.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["ticket-category"],
            hints={"x-asset-kind": "model"},
        )
        corrections: int | None = setting(
            None,
            title="New corrections",
            description="It also needs work once people have put so many answers right since it was made.",
            widget="number",
            level=1,
            ge=1,
            le=1_000_000,
        )
        agreement: float | None = setting(
            None,
            title="Agreement",
            description="It also needs work where people agree with a smaller share of its answers, between 0 and 1.",
            widget="number",
            gt=0,
            le=1,
        )

    class Output(BaseModel):
        asset: str
        version: int
        needs_work: bool
        drifted: bool
        score: float | None
        calls: int
        judged: int
        agreed: int
        new_corrections: int
        text: str

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        found = await ctx.models.look_at(config.asset)
        share = found.agreed / found.judged if found.judged else None
        needs_work = (
            found.drifted
            or (config.corrections is not None and found.new_corrections >= config.corrections)
            or (config.agreement is not None and share is not None and found.tellable and share < config.agreement)
        )
        values = {name: getattr(found, name) for name in self.Output.model_fields if name != "needs_work"}
        output = self.Output(needs_work=needs_work, **values)
        return Result(
            output=output.model_dump(),
            port="needs_work" if needs_work else "fine",
            facts={"asset": found.asset, "version": found.version},
        )
