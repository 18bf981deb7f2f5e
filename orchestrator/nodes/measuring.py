"""How a step has a version of a model measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a version reached, and whether that is enough."""

    asset: str
    version: int
    version_id: str
    evaluation: str
    """Id of the kept report."""
    passed: bool
    reasons: list[str]
    """A sentence for each rule that does not hold; one that says so when all do."""
    main: str
    """The name of the figure by which versions are compared."""
    value: float
    live: float | None
    """The same figure of the version that is live; None where that was not asked for, or nothing is live."""
    cases: int
    figures: dict[str, float] = field(default_factory=dict)


class Measures(Protocol):
    async def measure(
        self, name: str, *, version: str, data_set: str, rules: Sequence[dict[str, Any]], not_worse: bool
    ) -> Measured:
        """`version` is its number or one of its names; without a `data_set` the model's own is taken.

        Each rule holds `figure` and any of `at_least`, `at_most` and `not_worse_by`. Raises `StepFailed`: config (no
        such version, no data set, no such figure), rejected (what the run acts for may not measure it), unavailable
        (another worker is measuring the same now).
        """
