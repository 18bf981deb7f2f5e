"""The traits of a call: up to 16 numbers that say what was asked and answered, without keeping either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

MOST_TRAITS = 16
MOST_ROWS = 2_000
MEANINGS = 10
"""Directions of a text's vector that are looked at."""
MISSING = -1e9
"""Stands for a number that was not given: lower than any, so that more missing values show as a shift."""
_DIRECTIONS = 20_260_101
"""Seed of the directions; another one would make every reference kept so far worthless."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    name: str
    kind: Literal["number", "choice"] = "number"
    """`choice`: the number stands for one of several values, and only equality counts."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Traits of rows that the model was measured on: what calls are compared with."""

    traits: tuple[Trait, ...]
    rows: list[list[float]]


def reference_of(card: Mapping[str, Any]) -> Reference | None:
    """The reference in a training card; None for a version without one."""
    if not card.get("traits") or not card.get("traits_reference"):
        return None
    traits = tuple(Trait(name=each["name"], kind=each["kind"]) for each in card["traits"])
    return Reference(traits=traits, rows=[list(row) for row in card["traits_reference"]])


TEXT = (
    *(Trait(name=f"meaning_{number}") for number in range(1, MEANINGS + 1)),
    Trait(name="confidence"),
    Trait(name="length"),
    Trait(name="label", kind="choice"),
)


def text_rows(
    vectors: Any, confidences: Sequence[float], lengths: Sequence[int], labels: Sequence[int]
) -> list[list[float]]:
    """A row per text, as `TEXT`. `vectors` may be sparse; `labels` are places in the model's list of labels."""
    directions = np.asarray(vectors @ directions_of(vectors.shape[1]))
    return kept(np.column_stack([directions, confidences, lengths, labels]))


def kept(rows: Iterable[Sequence[float]]) -> list[list[float]]:
    return [[round(float(value), 5) for value in row] for row in rows]


def drawn(rows: list[list[float]], seed: int) -> list[list[float]]:
    """At most `MOST_ROWS` of them, in their order."""
    if len(rows) <= MOST_ROWS:
        return rows
    chosen = np.random.default_rng(seed).choice(len(rows), MOST_ROWS, replace=False)
    return [rows[place] for place in sorted(chosen)]


@lru_cache(maxsize=8)
def directions_of(width: int) -> np.ndarray[Any, Any]:
    """`MEANINGS` fixed directions in a space so wide, the same on every machine."""
    # RandomState's numbers are promised never to change; those of Generator are not.
    directions = np.random.RandomState(_DIRECTIONS).standard_normal((width, MEANINGS))
    return np.asarray(directions / np.sqrt(width))
