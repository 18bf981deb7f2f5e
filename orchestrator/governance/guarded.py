"""Which settings of a workspace take a second person, and when: where a change lets through what was kept out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.governance.models import FourEyes


@dataclass(frozen=True, kw_only=True)
class Guard:
    kind: str
    """Of the request, e.g. `egress.rule`."""
    widens: Callable[[Any, Any], bool]
    """Whether the change from the first value to the second takes a second person. Narrowing never does."""


def more(before: list[str], after: list[str]) -> bool:
    return not set(after) <= set(before)


GUARDED: dict[str, Guard] = {
    "allowed_hosts": Guard(kind="egress.rule", widens=more),
    "four_eyes": Guard(kind="second_person.rule", widens=lambda before, _: before == FourEyes.REQUIRED),
}
"""By the name of the field."""
