"""What is different between two versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.assets.models import AssetVersion

PARTS = ("runtime", "config", "digest", "inputs", "outputs", "metrics", "card")
UNTOLD = frozenset({"traits_reference"})
"""Long lists of numbers that tell a person nothing."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    part: str
    path: str
    """Dotted, inside of the part."""
    before: Any
    after: Any
    """None: it is not there."""


def differences(before: AssetVersion, after: AssetVersion) -> list[Difference]:
    """By part and path; objects are compared member by member, everything else as a whole."""
    return [one for part in PARTS for one in changes(part, getattr(before, part), getattr(after, part))]


def changes(part: str, before: Any, after: Any) -> list[Difference]:
    """The same within one part."""
    return [Difference(part=part, path=path, before=old, after=new) for path, old, new in _walk(before, after, "")]


def _walk(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted((before.keys() | after.keys()) - UNTOLD):
            yield from _walk(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif before != after:
        yield path, before, after
