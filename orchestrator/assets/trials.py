"""A version that is tried out in the place of another: which runs it answers, and how its answers compare."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

CLOSE = 0.05
"""Numbers that differ by less than this part of the larger one are the same answer."""
DECISIVE = ("label", "level", "unusual", "value", "json")
"""The members that say what was answered, the first that is there; the rest says how sure it is, or why."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    id: str
    """Of the replacement."""
    version_id: str
    shadow: bool
    """It is asked beside the version that counts; else it answers a share of the runs."""
    percent: int

    def takes(self, run: UUID | None) -> bool:
        """Whether the new version answers this run: the same in every process, and dealt anew by another trial."""
        if self.shadow or run is None:
            return False
        drawn = hashlib.sha256(f"{self.id} {run}".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % 100 < self.percent


def agrees(task: str, counts: Mapping[str, Any], beside: Mapping[str, Any]) -> bool | None:
    """Whether two answers say the same. None: such answers are not compared, as free text never reads the same."""
    if task == "extract":
        return _fields(counts) == _fields(beside)
    name = next((each for each in DECISIVE if counts.get(each) is not None), None)
    if name is None:
        return None
    return _same(counts[name], beside.get(name))


def _fields(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What was read, without how sure the model is of it."""
    return {
        name: value.get("value", value) if isinstance(value, Mapping) else value
        for name, value in answer.items()
        if name not in ("confidence", "tokens")
    }


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(one, bool):
        return math.isclose(one, other, rel_tol=CLOSE)
    return bool(one == other)
