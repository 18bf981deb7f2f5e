"""Figures of answers that are a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from orchestrator.assets.evaluation.report import MOST_WORST, Report, Worst


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """One answer beside the number expected; None where there was no answer."""

    id: str
    expected: float
    given: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""


def regression(task: str, rows: Sequence[Numbered]) -> Report:
    answered = [row for row in rows if row.given is not None]
    errors = np.array([abs(row.expected - float(row.given or 0)) for row in answered])
    order = np.argsort(-errors, kind="stable")[:MOST_WORST]
    return Report(
        task=task,
        main="mae",
        cases=len(rows),
        answered=len(answered),
        figures={name: round(value, 6) for name, value in _figures(answered, errors).items()},
        worst=[_worst(answered[place], float(errors[place])) for place in order if errors[place]],
        outcomes={row.id: -float(error) for row, error in zip(answered, errors, strict=True)},
    )


def _figures(rows: Sequence[Numbered], errors: np.ndarray[Any, Any]) -> dict[str, float]:
    if not rows:
        return {}
    expected = np.array([row.expected for row in rows])
    spread = float(((expected - expected.mean()) ** 2).sum())
    figures = {
        "mae": float(errors.mean()),
        "rmse": float(np.sqrt((errors**2).mean())),
        "median_error": float(np.median(errors)),
        "r2": 1 - float((errors**2).sum()) / spread if spread else 0.0,
    }
    inside = [row.low <= row.expected <= row.high for row in rows if row.low is not None and row.high is not None]
    return {**figures, "inside_interval": float(np.mean(inside))} if inside else figures


def _worst(row: Numbered, error: float) -> Worst:
    return Worst(id=row.id, expected=row.expected, given=row.given, score=round(-error, 6), why=row.why)
