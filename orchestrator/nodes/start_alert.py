"""Something about a model is to be looked at, and a run starts with it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.nodes.base import Settings, StartType, setting

AlertKind = Literal["drift_input", "drift_output", "quality", "errors", "latency", "budget"]


class StartAlert(StartType):
    key = "start_alert"
    title = "Alert of a model"
    description = "Starts a run when a model drifts, errs, slows down or people stop agreeing with it."
    category = "Start"
    icon = "bell-ringing"

    class Config(Settings):
        asset: str = setting(
            title="Model",
            description="Whose alerts start a run.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["ticket-category"],
            hints={"x-asset-kind": "model"},
        )
        kinds: list[AlertKind] = setting(
            ["drift_input", "drift_output", "quality"],
            title="Which alerts",
            description="Only alerts of these kinds start a run.",
            widget="list",
            literal=True,
            min_length=1,
        )

    class Output(BaseModel):
        asset: str
        kind: str
        version: int | None
        value: float | None
        limit: float | None
        text: str
        at: str

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is the alert; tried by hand it may be empty."""
        empty = {"kind": config.kinds[0], "version": None, "value": None, "limit": None, "text": "", "at": ""}
        return self.Output.model_validate({**empty, "asset": config.asset.partition("@")[0], **payload}).model_dump()
