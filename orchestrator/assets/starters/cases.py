"""Generated cases with known outcomes: what the sample risk model learns from."""

from __future__ import annotations

import math
from random import Random
from typing import Any

BASE = -3.4
BY_TYPE = {
    "invoice": 0.0,
    "payment_dispute": 0.8,
    "insurance_claim": 0.6,
    "complaint": 0.4,
    "account_request": -0.5,
    "other": 0.3,
    "unsure": 2.4,
}
PAYABLE = frozenset({"invoice", "insurance_claim", "payment_dispute"})


def cases(*, seed: int, count: int) -> list[tuple[dict[str, Any], int]]:
    """`(features, outcome)`: outcome 1 means that a person would have had to step in."""
    random = Random(seed)
    return [_case(random) for _ in range(count)]


def _case(random: Random) -> tuple[dict[str, Any], int]:
    kind = random.choice(list(BY_TYPE))
    payable = kind in PAYABLE
    features = {
        "document_type": kind,
        "amount_eur": round(math.exp(random.gauss(6.6, 1.8)), 2) if payable or random.random() < 0.2 else 0.0,
        "missing_fields": float(random.choice((0, 0, 0, 1, 1, 2, 3) if payable else (1, 2, 3, 3))),
        "confidence": round(random.uniform(0.1, 0.5) if kind == "unsure" else random.uniform(0.5, 1.0), 2),
        "accounts": float(random.choice((0, 1, 1, 1, 2)) if kind in {"invoice", "other", "unsure"} else 0),
        "unusual_country": random.random() < 0.15,
        "new_account": random.random() < 0.15,
        "urgent": random.random() < 0.2,
        "days_to_pay": float(random.choice((0, 3, 7, 14, 30, 30, 30, 45))),
    }
    return features, int(random.random() < 1 / (1 + math.exp(-_weight(features))))


def _weight(features: dict[str, Any]) -> float:
    payable = features["document_type"] in PAYABLE
    return (
        BASE
        + BY_TYPE[features["document_type"]]
        + 1.6 * max(0.0, math.log10(max(features["amount_eur"], 1) / 2_500))
        + (0.45 if payable else 0.05) * features["missing_fields"]
        + 1.5 * max(0.0, 0.7 - features["confidence"])
        + 0.7 * (features["accounts"] > 1)
        + 1.0 * features["unusual_country"]
        + 1.8 * features["new_account"]
        + 1.0 * features["urgent"]
        + 0.8 * (features["days_to_pay"] < 7)
    )
