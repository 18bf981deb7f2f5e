"""Waits until a message of a name arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from orchestrator.engine.errors import Problem
from orchestrator.engine.node_spec import LATE, OUT, Effect
from orchestrator.nodes.base import NodeContext, NodeType, Settings, Waiting, setting
from orchestrator.nodes.durations import Unit, end_of, length_problems


class WaitMessage(NodeType):
    key = "wait_message"
    title = "Wait for a message"
    description = "Waits until another workflow or another system sends a message of this name about the same thing."
    category = "Decide"
    icon = "message-2-pause"
    ports = (OUT, LATE)
    effect = Effect.PURE
    light = True

    class Config(Settings):
        name: str = setting(
            title="Message",
            description="The name that the sender uses too.",
            literal=True,
            min_length=1,
            max_length=100,
            examples=["payment"],
        )
        correlation: str = setting(
            "",
            title="About",
            description="What the message must be about, for example the invoice number: only a message about exactly "
            "this is taken.",
            level=1,
            max_length=200,
            examples=[{"$expr": "extract.invoice_number"}],
        )
        at_most: float = setting(
            7,
            title="Wait at most",
            description="Then the run goes on along “Too late”, or the step fails where no line leads from there.",
            widget="number",
            level=1,
            gt=0,
        )
        unit: Unit = setting("days", title="Unit", widget="choice", level=1, literal=True)

    class Output(BaseModel):
        body: Any
        sent_at: str
        sender: str = Field(serialization_alias="from")

    @classmethod
    def problems(cls, config: Mapping[str, Any]) -> list[Problem]:
        return length_problems(config, "at_most", "unit", "days")

    async def run(self, ctx: NodeContext, config: Config) -> Waiting:
        until = end_of(ctx.now(), config.at_most, config.unit)
        return Waiting(kind="message", until=until, name=config.name, correlation=config.correlation)
