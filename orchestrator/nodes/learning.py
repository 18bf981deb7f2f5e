"""What steps do to models beside asking them, in the name of whom the run acts for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class TrainedVersion:
    """What came of a training."""

    asset: str
    version: int
    version_id: str
    alias: str
    """The name under which it waits; nothing uses it by itself."""
    rows: int
    metrics: dict[str, float]
    baseline: dict[str, float]
    warnings: list[str]


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """What the latest calls of the live version of a model say."""

    asset: str
    version: int
    drifted: bool
    score: float | None
    """0: like the rows it was measured on, 1: nothing alike. None where there is nothing to compare with."""
    calls: int
    judged: int
    agreed: int
    tellable: bool
    """Whether people judged enough answers for their share to mean something."""
    new_corrections: int
    text: str


@dataclass(frozen=True, kw_only=True)
class BuiltDataSet:
    data_set: str
    version: int
    version_id: str
    reference: str
    """`name@latest`, by which this version is found until the next is built."""
    rows: int
    added: int
    """Rows that the version before did not have. None were: there is no new version."""


@dataclass(frozen=True, kw_only=True)
class AskedReplacement:
    asset: str
    version: int
    alias: str
    request: str
    """Its id; empty where it needed nobody's yes."""
    state: str


class Models(Protocol):
    async def train(
        self,
        name: str,
        *,
        file: str | None,
        data_set: str | None,
        target: str,
        parameters: Mapping[str, Any],
        alias: str,
    ) -> TrainedVersion:
        """A new version of the model `name`, learned from a file (its id) or from a data set (`name@alias`).

        Raises `StepFailed`: config (asset_missing), input (table_unusable, training_refused), rejected (what the one
        the run acts for may not do, training_stopped), rate_limited (training_quota, trainings_full).
        """

    async def look_at(self, name: str) -> LookedAt:
        """Raises `StepFailed`: config (asset_missing), rejected (not_allowed, nothing_live)."""

    async def build_data_set(
        self, name: str, *, model: str | None, file: str | None, keep: bool, target: str, text: str
    ) -> BuiltDataSet:
        """A new version of the data set `name`. Raises `StepFailed`: config, input (table_unusable), rejected."""

    async def ask_replacement(
        self, name: str, *, version: str, alias: str, plan: Mapping[str, Any], reason: str
    ) -> AskedReplacement:
        """`version` is a number or a name. Raises `StepFailed`: config (asset_missing), rejected."""
