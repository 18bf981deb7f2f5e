"""Values over time at even steps: how a forecast reads a series and names the times to come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

MOST_POINTS = 1_000
"""The latest are used; what lies further back changes a forecast no more, and time grows with it."""
FEWEST_POINTS = 6
LARGEST = 1e15
MOST_GAPS = 0.25
"""Share of the steps without a value above which a series cannot be continued."""

SEASONS = {"hour": 24, "day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Steps after which a series usually repeats itself."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "quarter": 91.3, "year": 365.25}


class SeriesUnusable(ValueError):
    """Says in a sentence what is wrong with the series."""


@dataclass(frozen=True, kw_only=True)
class Series:
    step: str
    first: datetime
    values: np.ndarray[Any, np.dtype[np.float64]]
    """One per step, gaps filled along the line between their neighbours."""
    filled: int

    def at(self, place: int) -> datetime:
        """The time of the value at this place, also beyond the last."""
        return later(self.first, self.step, place)


def series_of(points: Iterable[tuple[datetime, float]], step: str | None = None) -> Series:
    """Several values of one step are added up. Raises `SeriesUnusable`."""
    given = sorted(points)
    if any(abs(value) > LARGEST for _, value in given):
        raise SeriesUnusable("The series holds values too large to continue.")
    if len({at for at, _ in given}) < FEWEST_POINTS:
        raise SeriesUnusable(f"The series has {len(given)} values; at least {FEWEST_POINTS} are needed.")
    step = step or step_of([at for at, _ in given])
    first = given[0][0]
    values: defaultdict[int, float] = defaultdict(float)
    for at, value in given:
        values[steps_between(first, at, step)] += value
    last = max(values)
    begin = max(last + 1 - MOST_POINTS, 0)
    places = np.array([place for place in sorted(values) if place >= begin])
    filled = last - int(places[0]) + 1 - len(places)
    if filled > MOST_GAPS * (last - int(places[0]) + 1):
        raise SeriesUnusable(f"Too many steps of one {step} have no value. Fill the gaps, or take longer steps.")
    if len(places) < FEWEST_POINTS:
        raise SeriesUnusable(f"The series covers fewer than {FEWEST_POINTS} steps of one {step}.")
    known = np.array([values[int(place)] for place in places])
    return Series(
        step=step,
        first=later(first, step, int(places[0])),
        values=np.interp(np.arange(places[0], last + 1), places, known),
        filled=filled,
    )


def step_of(times: Sequence[datetime]) -> str:
    """The usual step whose length is nearest to the most frequent distance."""
    moments = sorted(set(times))
    gaps = Counter(_nearest((after - before).total_seconds() / 86_400) for before, after in pairwise(moments))
    return max(gaps, key=lambda step: gaps[step])


def steps_between(first: datetime, at: datetime, step: str) -> int:
    """Whole steps; a month counts from its first day to its last."""
    if step in _MONTHS:
        months = (at.year - first.year) * 12 + at.month - first.month
        return months // _MONTHS[step]
    return round((at - first) / _SPANS[step])


def later(first: datetime, step: str, steps: int) -> datetime:
    """So many steps on; a day that a month lacks becomes its last one."""
    if step not in _MONTHS:
        return first + steps * _SPANS[step]
    months = first.month - 1 + steps * _MONTHS[step]
    year, month = first.year + months // 12, months % 12 + 1
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return first.replace(year=year, month=month, day=min(first.day, (following - timedelta(days=1)).day))


def _nearest(days: float) -> str:
    return min(_DAYS, key=lambda step: abs(np.log(max(days, 1e-6) / _DAYS[step])))
