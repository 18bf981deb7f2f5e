"""Forecasts of a series from its own past: AutoTheta of statsforecast, with repeating the last season beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.series import SEASONS, Series, SeriesUnusable, series_of
from orchestrator.assets.tables import date_of, number_of
from orchestrator.engine.errors import ErrorCategory, StepFailed

MOST_PERIODS = 400
MOST_GIVEN = 20_000
LEVEL = 80
Values = np.ndarray[Any, np.dtype[np.float64]]


class Forecast:
    """Config: {"method": theta|naive, "season": steps or null, "step": hour..year or null}. There is no model file."""

    def __init__(self, config: dict[str, Any], digest: str, files: ModelFiles) -> None:
        del digest, files
        self._config = config

    def answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        """{series: [{at, value}], periods} -> {values: [{at, value, low, high}], baseline: [...]}.

        Four of five values to come should lie between low and high. Raises `StepFailed` (input).
        """
        periods = payload["periods"]
        if not 1 <= periods <= MOST_PERIODS:
            raise _unusable(f"{periods} periods cannot be forecast; ask for 1 to {MOST_PERIODS}.")
        series = _series(payload["series"], self._config.get("step"))
        season = self._config.get("season") or SEASONS[series.step]
        values = forecast(self._config["method"], series.values, season, periods)
        return {
            "values": _dated(series, values),
            "baseline": _dated(series, forecast("naive", series.values, season, periods)),
        }


def forecast(method: str, values: Values, season: int, periods: int) -> Values:
    """A row a period: value, low, high. A series of less than two seasons is continued without them."""
    from statsforecast.models import AutoTheta, SeasonalNaive

    season = season if len(values) >= 2 * season else 1
    if np.ptp(values) == 0:
        return np.repeat([[values[0]] * 3], periods, axis=0)
    model = SeasonalNaive(season_length=season) if method == "naive" else AutoTheta(season_length=season)
    with np.errstate(all="ignore"):
        made = model.forecast(np.asarray(values, float), periods, level=[LEVEL])
    rows = np.column_stack([made["mean"], made[f"lo-{LEVEL}"], made[f"hi-{LEVEL}"]]).astype(float)
    if not np.isfinite(rows).all() and method != "naive":
        return forecast("naive", values, season, periods)
    # What was never below zero, such as sales, will not be.
    return np.maximum(rows, 0.0) if values.min() >= 0 else rows


def _series(points: Any, step: str | None) -> Series:
    if not isinstance(points, list) or len(points) > MOST_GIVEN:
        raise _unusable(f"The series must be a list of at most {MOST_GIVEN:,} values.")
    read = []
    for place, point in enumerate(points, start=1):
        at = date_of(point.get("at")) if isinstance(point, dict) else None
        value = number_of(point.get("value")) if isinstance(point, dict) else None
        if at is None or value is None:
            raise _unusable(f"Entry {place:,} of the series needs a date (at) and a number (value).")
        read.append((at, value))
    try:
        return series_of(read, step)
    except SeriesUnusable as error:
        raise _unusable(str(error)) from error


def _dated(series: Series, rows: Values) -> list[dict[str, Any]]:
    times = [series.at(len(series.values) + place) for place in range(len(rows))]
    daily = series.step != "hour"
    return [
        {
            "at": at.date().isoformat() if daily else at.isoformat(),
            "value": round(float(value), 6),
            "low": round(float(low), 6),
            "high": round(float(high), 6),
        }
        for at, (value, low, high) in zip(times, rows, strict=True)
    ]


def _unusable(message: str) -> StepFailed:
    return StepFailed(
        ErrorCategory.INPUT, "series_unusable", message, hint="Give dates such as 2026-03-01 and a number for each."
    )
