"""Tells other workflows something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting
from orchestrator.nodes.durations import SECONDS, Unit

MOST_DAYS = 30
_LIMIT = f"A message is kept for {MOST_DAYS} days at most."


class SendMessage(NodeType):
    key = "send_message"
    title = "Send message"
    description = (
        "Sends a message to the workflows of this workspace: to one run that waits for it, else it starts the "
        "workflows that begin with it, else it is kept for a run that will wait for it."
    )
    category = "Send"
    icon = "message-2-up"
    effect = Effect.KEYED

    class Config(Settings):
        name: str = setting(
            title="Message",
            description="The name that waiting steps and starts use too.",
            min_length=1,
            max_length=100,
            examples=["payment"],
        )
        correlation: str = setting(
            "",
            title="About",
            description="What it is about, for example the invoice number: a run waiting for exactly this gets it.",
            level=1,
            max_length=200,
            examples=[{"$expr": "extract.invoice_number"}],
        )
        body: Any = setting(
            None, title="Data", description="What the receiver gets.", widget="json", level=1, examples=[{"paid": True}]
        )
        keep: float = setting(
            1,
            title="Keep it for",
            description="How long it is kept for a run that waits later.",
            widget="number",
            gt=0,
        )
        unit: Unit = setting("days", title="Unit", widget="choice", literal=True)

    class Output(BaseModel):
        message: str
        outcome: Literal["delivered", "started", "kept"]

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        keep, unit = config.get("keep", 1), config.get("unit", "days")
        if isinstance(keep, bool) or not isinstance(keep, int | float) or unit not in SECONDS:
            return []
        if keep * SECONDS[unit] <= MOST_DAYS * SECONDS["days"]:
            return []
        return [Problem(code="kept_too_long", message=_LIMIT, hint="Choose a shorter time.", field="config.keep")]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        seconds = min(config.keep * SECONDS[config.unit], MOST_DAYS * SECONDS["days"])
        sent = await ctx.messages.send(
            name=config.name, correlation=config.correlation, body=config.body, keep=timedelta(seconds=seconds)
        )
        output = self.Output(message=sent["message"], outcome=sent["outcome"])
        return Result(output=output.model_dump(), facts={"outcome": output.outcome})
