"""What all runtimes have in common whose models answer over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.assets.prices import Price
from orchestrator.connectors.pace import Rates
from orchestrator.connectors.provider import Provider
from orchestrator.connectors.sender import Sender

Reference = Annotated[str, Field(min_length=1, max_length=141)]


class Remote(BaseModel):
    """Base of the config of a version."""

    model_config = ConfigDict(extra="forbid")

    base_url: str = Field(min_length=8, max_length=2_000, pattern=r"^https?://[^?#]+$")
    credential: str | None = None
    """Id of the connection whose headers are added."""
    timeout_s: float = Field(default=60, ge=0.1, le=600)
    requests_per_minute: int | None = Field(default=None, ge=1, le=1_000_000)
    tokens_per_minute: int | None = Field(default=None, ge=1, le=1_000_000_000)
    price: Price | None = None
    fallbacks: list[Reference] = Field(default_factory=list, max_length=5)
    """References to what is asked instead while this one cannot answer, in order."""

    def cost(self, prompt_tokens: int, completion_tokens: int) -> dict[str, str]:
        """`{"cost": …}` for the record of the call, or nothing where no price is known."""
        return {"cost": self.price.cost(prompt_tokens, completion_tokens)} if self.price else {}


def provider(config: Remote, http: Sender, headers: Mapping[str, str], *, answer_tokens: int = 0) -> Provider:
    """The door to the outside as this version may use it."""
    rates = Rates(requests=config.requests_per_minute, tokens=config.tokens_per_minute)
    return Provider(
        http,
        config.base_url,
        account=config.credential or "",
        headers=headers,
        rates=rates,
        answer_tokens=answer_tokens,
    )
