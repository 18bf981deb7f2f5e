"""Named values of a row as the numbers a model sees: the same for training and for answering.

A feature is JSON: {"name", "kind": number|choice|date, "part"?, "values"?, "missing"}. `part` is what is taken of a
date; `values` gives the number of each choice; `missing` stands for no value and for a choice never seen, null
where the model copes with gaps itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

import numpy as np

from orchestrator.assets.drift.traits import MISSING, Trait
from orchestrator.assets.tables import Column, Value, date_of, number_of, shown

Matrix = np.ndarray[Any, np.dtype[np.float64]]

MOST_VALUES = 200
"""Choices of a column that get a number of their own; the rarer ones count as missing."""
PARTS: dict[str, Callable[[datetime], float]] = {
    "month": lambda at: at.month,
    "weekday": lambda at: at.weekday(),
    "hour": lambda at: at.hour,
    "days": lambda at: at.timestamp() / 86_400,
}
"""Of a date; `days` is days since 1970."""


class Feature(TypedDict, total=False):
    name: str
    kind: str
    part: str
    values: dict[str, float]
    missing: float | None


def coded(column: Column) -> list[Feature]:
    """For models that cope with gaps and unordered codes: choices are numbered, the most frequent first."""
    match column.kind:
        case "number":
            return [{"name": column.name, "kind": "number", "missing": None}]
        case "date":
            return _dates(column.name, None)
        case _:
            values = {choice: float(code) for code, (choice, _) in enumerate(_frequent(column))}
            return [{"name": column.name, "kind": "choice", "values": values, "missing": None}]


def weighed(column: Column) -> list[Feature]:
    """For models that see distances: numbers without gaps, and each choice as its share of the rows."""
    match column.kind:
        case "number":
            given = [value for value in column.values if isinstance(value, float)]
            return [{"name": column.name, "kind": "number", "missing": float(np.median(given)) if given else 0.0}]
        case "date":
            return _dates(column.name, 0.0)
        case _:
            shares = {choice: count / len(column.values) for choice, count in _frequent(column)}
            return [{"name": column.name, "kind": "choice", "values": shares, "missing": 0.0}]


def matrix_of(features: Sequence[Feature], columns: Mapping[str, Sequence[Value]], rows: int) -> Matrix:
    """A row per row, a column per feature; gaps are NaN unless the feature says what stands for them."""
    matrix = np.empty((rows, len(features)))
    for place, feature in enumerate(features):
        matrix[:, place] = [number(feature, value) for value in columns[feature["name"]]]
    return matrix


def row_of(features: Sequence[Feature], given: Mapping[str, Any]) -> list[float]:
    """The row of one call; what is not given, or is no such value, counts as missing."""
    return [number(feature, given.get(feature["name"])) for feature in features]


def number(feature: Feature, value: Any) -> float:
    """What the model sees of one value."""
    found: float | None
    if feature["kind"] == "choice":
        found = None if value is None else feature["values"].get(_choice(value))
    elif feature["kind"] == "date":
        at = date_of(value)
        found = None if at is None else PARTS[feature["part"]](at.astimezone(UTC))
    else:
        found = number_of(value)
    if found is None:
        found = feature["missing"]
    return math.nan if found is None else float(found)


def traits_of(features: Sequence[Feature]) -> tuple[Trait, ...]:
    return tuple(
        Trait(name=label_of(feature), kind="choice" if feature["kind"] == "choice" else "number")
        for feature in features
    )


def trait_values(row: Sequence[float]) -> list[float]:
    """Numbers of a row as traits: JSON knows no NaN."""
    return [MISSING if math.isnan(value) else value for value in row]


def label_of(feature: Feature) -> str:
    return f"{feature['name']} ({feature['part']})" if "part" in feature else feature["name"]


def _choice(value: Any) -> str:
    if isinstance(value, bool | str):
        return shown(value)
    found = number_of(value)
    return str(value) if found is None else shown(found)


def _frequent(column: Column) -> list[tuple[str, int]]:
    counts = Counter(shown(value) for value in column.values if value is not None)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_VALUES]


def _dates(name: str, missing: float | None) -> list[Feature]:
    return [{"name": name, "kind": "date", "part": part, "missing": missing} for part in PARTS]
