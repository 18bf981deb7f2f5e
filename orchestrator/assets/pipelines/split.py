"""Which rows a model learns from and which it is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from orchestrator.assets.errors import TrainingRefused

Rows = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Split:
    train: Rows
    test: Rows
    by: str
    """time | label | chance."""
    words: str

    def as_json(self) -> dict[str, Any]:
        return {"by": self.by, "train": len(self.train), "test": len(self.test), "words": self.words}


def split_by_time(times: Sequence[datetime | None], *, held_out: float, gap_days: int) -> Split:
    """The latest rows are held out; rows within the gap before them, whose outcome was not known yet, are left out."""
    if any(time is None for time in times):
        raise TrainingRefused("Some rows have no time. Fill the time column, or choose no time column.")
    seconds = np.array([time.timestamp() for time in times if time is not None])
    order = np.argsort(seconds, kind="stable")
    first = seconds[order[round(len(order) * (1 - held_out))]]
    train = np.flatnonzero(seconds < first - timedelta(days=gap_days).total_seconds())
    test = np.flatnonzero(seconds >= first)
    if not len(train):
        raise TrainingRefused("All rows have the same time, or fall into the gap. Choose no time column or no gap.")
    gap = f", with {gap_days} days between" if gap_days else ""
    return Split(
        train=train, test=test, by="time", words=f"Learned from the earlier rows, measured on the latest{gap}."
    )


def split_by_label(labels: Sequence[str], *, held_out: float, seed: int) -> Split:
    """At random, each label in both parts in the same share."""
    train, test = train_test_split(
        np.arange(len(labels)), test_size=max(held_out, len(set(labels)) / len(labels)), random_state=seed,
        stratify=list(labels),
    )  # fmt: skip
    return Split(train=np.sort(train), test=np.sort(test), by="label", words="Rows held out at random, label by label.")


def split_by_chance(rows: int, *, held_out: float, seed: int) -> Split:
    train, test = train_test_split(np.arange(rows), test_size=held_out, random_state=seed)
    return Split(train=np.sort(train), test=np.sort(test), by="chance", words="Rows held out at random.")
