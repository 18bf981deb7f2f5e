"""What every pipeline takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.assets.errors import TrainingStopped

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is being done."""
Cancelled = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model that can become a version. The one who keeps the bytes adds `file` to `config`."""

    model: bytes
    """A skops file; empty where the configuration says it all."""
    task: str
    runtime: str
    config: dict[str, Any]
    inputs: dict[str, Any]
    """JSON Schema of what it is asked."""
    outputs: dict[str, Any]
    card: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """The embedding model that texts are read with, and how a version names it."""

    file: str
    digest: str
    embed: Callable[[Sequence[str]], np.ndarray[Any, Any]] = field(repr=False)


class Parameters(BaseModel):
    """Settings that every pipeline has. There is nothing here that names code, processes or places."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    seed: int = Field(7, ge=0, lt=2**31)
    held_out: float = Field(0.2, ge=0.1, le=0.5)
    """Share of the rows that the report is measured on."""


class Watch:
    """Progress of one training; `tell` is also where a cancelled one ends."""

    def __init__(self, progress: Progress, cancelled: Cancelled) -> None:
        self._progress = progress
        self._cancelled = cancelled

    def tell(self, share: float, doing: str) -> None:
        """Raises `TrainingStopped` once somebody cancelled."""
        if self._cancelled():
            raise TrainingStopped("The training was cancelled. Nothing was kept.")
        self._progress(min(max(share, 0.0), 1.0), doing)
