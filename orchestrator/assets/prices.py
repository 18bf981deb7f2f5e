"""What an answer costs, by the price that stands in the version that gave it."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

MILLION = Decimal(1_000_000)
SMALLEST = Decimal("0.00000001")


class Price(BaseModel):
    """For a million tokens each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Decimal = Field(ge=0, le=1_000_000)
    output: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000)
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> str:
        """Decimal text in `currency`, to eight places."""
        cost = (self.input * prompt_tokens + self.output * completion_tokens) / MILLION
        text = f"{cost.quantize(SMALLEST):f}"
        return text.rstrip("0").rstrip(".")
