"""Asks that a new version of a model replaces the one that is live; a second person decides."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class RequestReplacement(NodeType):
    key = "request_replacement"
    title = "Ask for a replacement"
    description = (
        "Asks that a new version of a model answers from now on. A second person decides, then it is tried out."
    )
    category = "AI"
    icon = "replace"
    effect = Effect.IDEMPOTENT

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="Whose version is replaced.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["ticket-category"],
            hints={"x-asset-kind": "model"},
        )
        version: str = setting(
            "candidate",
            title="New version",
            description="Its number, or one of its names.",
            level=1,
            min_length=1,
            max_length=40,
            examples=[{"$expr": "train.version"}],
        )
        alias: str = setting(
            "live",
            title="Name that is moved",
            description="“live” is what workflows use.",
            pattern=r"^[a-z0-9-]{1,40}$",
        )
        how: Literal["canary", "shadow", "at_once"] = setting(
            "canary",
            title="How it is tried",
            description="By a share of the runs, beside the old one whose answers count, or not at all.",
            widget="choice",
            level=1,
        )
        percent: int = setting(
            10, title="Share of the runs", description="Of a hundred, for a canary.", widget="number", ge=1, le=90
        )
        calls: int = setting(
            200,
            title="Calls to judge it by",
            description="Then the new version goes live by itself, if it is not worse.",
            widget="number",
            ge=1,
            le=1_000_000,
        )
        reason: str = setting(
            title="Reason",
            description="Whoever decides reads it.",
            widget="area",
            min_length=1,
            max_length=500,
            examples=[{"$text": "Drift: {{ trigger.text }}"}],
        )

    class Output(BaseModel):
        asset: str
        version: int
        alias: str
        request: str
        state: str

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        asked = await ctx.models.ask_replacement(
            config.asset,
            version=config.version,
            alias=config.alias,
            plan={"how": config.how, "percent": config.percent, "calls": config.calls},
            reason=config.reason,
        )
        output = self.Output(**{name: getattr(asked, name) for name in self.Output.model_fields})
        return Result(output=output.model_dump(), facts={"asset": asked.asset, "version": asked.version})
