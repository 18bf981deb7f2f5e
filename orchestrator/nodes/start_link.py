"""Another system calls an address, and a run starts with what it sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.base import Settings, StartType, setting

DEDUPE = r"^(body(\.[A-Za-z0-9_-]+)+|(header|query)\.[A-Za-z0-9_-]+)?$"
PATH = r"^([a-z0-9]+([-_][a-z0-9]+)*(/[a-z0-9]+([-_][a-z0-9]+)*)*)?$"
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
        path: str = setting(
            "",
            title="Path",
            description="A readable end of the address, for example orders/new. It can be guessed: keep the secret. "
            "Empty: the address ends with letters and digits that nobody can guess.",
            literal=True,
            max_length=80,
            pattern=PATH,
            examples=["orders/new"],
        )
        answer: Literal["at_once", "result"] = setting(
            "at_once",
            title="What the caller is answered",
            description="At once, with the address of the run; or with the result of the run, if it ends in time.",
            widget="choice",
            literal=True,
        )
        wait_s: int = setting(
            30,
            title="Longest wait for the result",
            description="In seconds. A run that takes longer goes on, and the caller gets its address.",
            widget="number",
            literal=True,
            ge=1,
            le=60,
        )
        dedupe: str = setting(
            "",
            title="What tells deliveries apart",
            description="Where the sender's own number of a delivery stands, for example body.event.id, "
            "header.X-Event-Id or query.id. The same number starts no second run, as long as the first one is kept.",
            literal=True,
            max_length=200,
            pattern=DEDUPE,
            examples=["body.id"],
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


def delivery_key(path: str, payload: Mapping[str, Any]) -> str | None:
    """What stands in the call at `path`; None where nothing does, so that such a call starts a run of its own."""
    source, *names = path.split(".")
    found: Any = payload.get({"header": "headers"}.get(source, source))
    for name in names:
        found = found.get(name.lower() if source == "header" else name) if isinstance(found, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int | float) or found == "":
        return None
    return str(found)
