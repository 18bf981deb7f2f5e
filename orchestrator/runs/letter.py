"""A letter: one row of a run's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A row of the mailbox."""

    id: int
    kind: str
    step: int | None
    body: dict[str, Any]
