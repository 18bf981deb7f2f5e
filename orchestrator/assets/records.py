"""What is kept of each question to an asset: in the event of the step that asked, and in the table of calls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MOST_TRAITS = 16
LONGEST_LABEL = 200


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One question and its answer, without what was asked. As JSON it has the same members."""

    asset: str
    version_id: str
    version: int
    alias: str
    arm: str
    """live | candidate | shadow | pinned, see `models.Arm`."""
    task: str
    code: str
    """Empty: it answered. Else the code of the failure."""
    ms: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: str | None = None
    """Decimal text, in the currency of the workspace."""
    confidence: float | None = None
    label: str | None = None
    traits: tuple[float, ...] = ()
    """What monitoring compares; up to 16."""
    agrees: bool | None = None
    """Of a shadow: whether it answered as the version that counts. None: they were not compared."""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "traits": list(self.traits)}


def split_answer(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a runtime gave, as the value for the step and the members of the record.

    Beside the shape of its task a runtime may give `cost` and `traits`: they are for the record only.
    """
    value = {name: item for name, item in given.items() if name not in ("cost", "traits")}
    tokens = value.get("tokens") or {}
    label = value.get("label")
    return value, {
        "prompt_tokens": tokens.get("prompt"),
        "completion_tokens": tokens.get("completion"),
        "cost": None if given.get("cost") is None else str(given["cost"]),
        "confidence": _finite(value.get("confidence")),
        "label": _storable(label) if isinstance(label, str) else None,
        "traits": _traits(given.get("traits") or ()),
    }


def _traits(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(0.0 if (finite := _finite(value)) is None else finite for value in values[:MOST_TRAITS])


def _finite(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _storable(text: str) -> str:
    """Without what no database keeps: a model may say anything."""
    return text[:LONGEST_LABEL].replace("\x00", "").encode("utf-8", "replace").decode()
