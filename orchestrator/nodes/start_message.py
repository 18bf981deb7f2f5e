"""A message of a name arrives, and a run starts with it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from orchestrator.nodes.base import Settings, StartType, setting


class StartMessage(StartType):
    key = "start_message"
    title = "Incoming message"
    description = "Starts a run with each message of this name that no run is waiting for."
    category = "Start"
    icon = "message-2-down"

    class Config(Settings):
        name: str = setting(
            title="Message",
            description="The name that the sender uses too.",
            literal=True,
            min_length=1,
            max_length=100,
            examples=["order"],
        )

    class Output(BaseModel):
        body: Any
        correlation: str
        sent_at: str
        sender: str = Field(alias="from")

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is `{"body": JSON, "correlation": text, "sent_at": ISO time, "from": text}`; tried by hand it may
        hold the body alone."""
        empty = {"body": None, "correlation": "", "sent_at": "", "from": ""}
        return self.Output.model_validate({**empty, **payload}).model_dump(by_alias=True)
