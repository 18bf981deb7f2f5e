"""Which versions a run has asked: it goes on with them, wherever the aliases are moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orchestrator.assets.references import Reference

PINNING = frozenset({"live", "candidate", "pinned"})
"""The arms whose answers a run goes on with."""


@dataclass(frozen=True, kw_only=True)
class Pin:
    version_id: str
    arm: str


class Pins:
    """By reference; the first version that answered stays.

    One that failed is not kept: what a steward mends by moving the alias must help the runs that fail.
    """

    def __init__(self, run: UUID | None = None) -> None:
        self.run = run
        """Whose they are: by it a run that has asked nothing yet is dealt to one version or the other."""
        self._pins: dict[str, Pin] = {}

    def get(self, reference: Reference) -> Pin | None:
        return self._pins.get(str(reference))

    def learn(self, calls: Iterable[Mapping[str, Any]]) -> None:
        """From the records of calls, as events hold them."""
        for call in calls:
            if not call["code"] and call["arm"] in PINNING:
                name = f"{call['asset']}@{call['alias']}"
                self._pins.setdefault(name, Pin(version_id=call["version_id"], arm=call["arm"]))

    def as_json(self) -> dict[str, list[str]]:
        return {name: [pin.version_id, pin.arm] for name, pin in self._pins.items()}

    def take_over(self, pinned: Mapping[str, list[str]]) -> None:
        """What another part of the run, as `as_json` gave it, has asked before."""
        for name, (version_id, arm) in pinned.items():
            self._pins.setdefault(name, Pin(version_id=version_id, arm=arm))
