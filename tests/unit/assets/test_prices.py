from __future__ import annotations

import pytest
from pydantic import ValidationError

from orchestrator.assets.prices import Price


@pytest.mark.parametrize(
    ("price", "tokens", "cost"),
    [
        ({"input": "3", "output": "15"}, (1_000_000, 1_000_000), "18"),
        ({"input": 0.15, "output": 0.6}, (1234, 56), "0.0002187"),
        ({"input": "0.02"}, (7, 1000), "0.00000014"),
        ({"input": "10"}, (1_000_000, 0), "10"),
        ({"input": "3"}, (0, 0), "0"),
    ],
)
def test_a_cost_is_exact(price: dict[str, object], tokens: tuple[int, int], cost: str) -> None:
    assert Price.model_validate({**price, "currency": "EUR"}).cost(*tokens) == cost


@pytest.mark.parametrize("price", [{"input": -1}, {"input": "NaN"}, {"input": 1, "currency": "euro"}, {}])
def test_a_price_that_is_none_is_refused(price: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Price.model_validate({"currency": "EUR", **price})
