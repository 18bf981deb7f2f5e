"""How sure a classifier is: shares of its labels that can be read as chances, and when a text fits none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

COOLEST, HOTTEST = 0.02, 5.0
FEWEST = 100
"""Held-out rows below which the confidence is left as the model gives it."""
LETS_THROUGH = 0.95
"""Share of known texts that count as fitting a label, where there are no examples of others."""


def shares_of(model: Any, vectors: Any, temperature: float = 1.0) -> Array:
    """A row per vector, a column per label of `model.classes_`, each row summing to 1."""
    return softmax(logits_of(model, vectors), temperature)


def logits_of(model: Any, vectors: Any) -> Array:
    """Log-chances, or the margins of a model that knows no chances."""
    if hasattr(model, "predict_proba"):
        return np.asarray(np.log(np.clip(model.predict_proba(vectors), 1e-12, 1.0)))
    margins = np.asarray(model.decision_function(vectors))
    return np.column_stack([-margins, margins]) if margins.ndim == 1 else margins


def softmax(logits: Array, temperature: float) -> Array:
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def best_temperature(logits: Array, places: Sequence[int]) -> float:
    """The temperature under which the right labels are likeliest (temperature scaling, Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    if len(places) < FEWEST:
        return 1.0
    rows = np.arange(len(places))

    def surprise(logarithm: float) -> float:
        shares = softmax(logits, float(np.exp(logarithm)))
        return float(-np.log(np.clip(shares[rows, list(places)], 1e-12, 1.0)).mean())

    found = minimize_scalar(surprise, bounds=(np.log(COOLEST), np.log(HOTTEST)), method="bounded")
    return round(float(np.exp(found.x)), 4)


def outside_below(known: Array, outside: Array | None) -> float:
    """The confidence below which a text fits no label.

    With confidences of texts that fit none: where most of both are told apart (Youden's J); else so that
    `LETS_THROUGH` of the known texts are above.
    """
    if outside is None or not len(outside):
        return round(float(np.quantile(known, 1 - LETS_THROUGH)), 4)
    edges = np.unique(np.concatenate([known, outside]))
    above = 1 - np.searchsorted(np.sort(known), edges, side="left") / len(known)
    below = np.searchsorted(np.sort(outside), edges, side="left") / len(outside)
    return round(float(edges[int(np.argmax(above + below))]), 4)
