"""How steps and assets name an asset: `name`, or `name@alias`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrator.assets.errors import ReferenceInvalid

LIVE = "live"
"""The alias that is meant where none is named."""
_FORM = re.compile(r"([a-zA-Z0-9_-]{1,100})(?:@([a-zA-Z0-9_-]{1,40}))?")


@dataclass(frozen=True, kw_only=True)
class Reference:
    name: str
    alias: str = LIVE

    def __str__(self) -> str:
        """The one full form, which also names `live`."""
        return f"{self.name}@{self.alias}"


def read_reference(text: str) -> Reference:
    """Raises `ReferenceInvalid`."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ReferenceInvalid(f"{text[:150]!r} names no model or tool. Choose one from the list.")
    return Reference(name=found[1], alias=found[2] or LIVE)
