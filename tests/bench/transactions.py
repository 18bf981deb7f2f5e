"""Card transactions as rows to learn from: what is known of customer and terminal at the time of each payment."""

from __future__ import annotations

import csv
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

WINDOWS = (1, 7, 30)
DELAY = timedelta(days=7)
"""Until a fraud is known."""


class Window:
    """Count and sum of what happened in the last `days`."""

    def __init__(self, days: float) -> None:
        self._length = timedelta(days=days)
        self._kept: deque[tuple[datetime, float]] = deque()
        self.total = 0.0

    def add(self, at: datetime, value: float) -> None:
        self._kept.append((at, value))
        self.total += value

    def until(self, at: datetime) -> tuple[int, float]:
        while self._kept and self._kept[0][0] <= at - self._length:
            self.total -= self._kept.popleft()[1]
        return len(self._kept), self.total


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """In the order of time; `fraud` is the target, `at` the time."""
    customers = {days: defaultdict(lambda days=days: Window(days)) for days in WINDOWS}
    terminals = {days: defaultdict(lambda days=days: Window(days)) for days in WINDOWS}
    known = {days: defaultdict(lambda days=days: Window(days)) for days in WINDOWS}
    waiting: deque[tuple[datetime, str, float]] = deque()
    with path.open(encoding="utf-8", newline="") as file:
        read = sorted(csv.DictReader(file), key=lambda row: row["timestamp"])
    for row in read:
        at, customer, terminal = datetime.fromisoformat(row["timestamp"]), row["customer_id"], row["terminal_id"]
        amount = float(row["amount"])
        while waiting and waiting[0][0] <= at - DELAY:
            then, where, fraud = waiting.popleft()
            for days in WINDOWS:
                known[days][where].add(then + DELAY, fraud)
        features: dict[str, Any] = {
            "at": row["timestamp"],
            "amount": amount,
            "category": row["merchant_category"],
            "hour": at.hour,
            "weekend": at.weekday() >= 5,
        }
        for days in WINDOWS:
            count, total = customers[days][customer].until(at)
            features |= {f"customer_count_{days}": count, f"customer_mean_{days}": total / count if count else None}
            features[f"terminal_count_{days}"] = terminals[days][terminal].until(at)[0]
            seen, frauds = known[days][terminal].until(at)
            features[f"terminal_fraud_{days}"] = frauds / seen if seen else None
            customers[days][customer].add(at, amount)
            terminals[days][terminal].add(at, amount)
        mean = features["customer_mean_30"]
        features["amount_to_mean"] = amount / mean if mean else None
        waiting.append((at, terminal, float(row["fraud"])))
        yield {**features, "fraud": row["fraud"] == "1"}
