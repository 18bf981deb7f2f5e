"""Another system calls an address, and a run starts with what it sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.base import Settings, StartType, setting

_PRIVATE_HEADERS = ("authorization", "cookie", "secret", "signature", "token", "api-key")


class StartLink(StartType):
    key = "start_link"
    title = "Incoming link"
    description = "Starts a run whenever another system sends data to this workflow's own address."
    category = "Start"
    icon = "link"

    class Config(Settings):
        access: Literal["secret", "public"] = setting(
            "secret",
            title="Who may call it",
            description="With a secret only systems that know it can start runs; public lets everybody who has the "
            "address start them.",
            widget="choice",
            level=1,
            literal=True,
        )

    class Output(BaseModel):
        body: Any
        headers: dict[str, str]
        query: dict[str, Any]

    def accept(self, config: Config, payload: dict[str, Any]) -> dict[str, Any]:
        """`payload` is `{"body": JSON, "headers": {name: text}, "query": {name: text}}`."""
        headers, query = payload.get("headers", {}), payload.get("query", {})
        if not isinstance(headers, dict) or not isinstance(query, dict):
            raise StepFailed(ErrorCategory.INPUT, "invalid_call", "The call could not be read.")
        return self.Output(body=payload.get("body"), headers=shown_headers(headers), query=query).model_dump()


def shown_headers(headers: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a call without those that prove the sender's identity: the run must not show them."""
    return {
        name.lower(): str(value)
        for name, value in headers.items()
        if not any(word in name.lower() for word in _PRIVATE_HEADERS)
    }
