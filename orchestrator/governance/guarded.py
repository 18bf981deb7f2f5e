"""Which settings of a workspace take a second person, and when: where a change lets through what was kept out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.governance.models import FourEyes, Outside


@dataclass(frozen=True, kw_only=True)
class Guard:
    kind: str
    """Of the request, e.g. `egress.rule`."""
    widens: Callable[[Any, Any], bool]
    """Whether the change from the first value to the second takes a second person. Narrowing never does."""


def more(before: list[str], after: list[str]) -> bool:
    return not set(after) <= set(before)


def fewer(before: list[str], after: list[str]) -> bool:
    return not set(before) <= set(after)


def shorter(before: int | None, after: int | None) -> bool:
    """Of times after which something goes; nothing stands for keeping it for ever."""
    return bool(after) and (not before or after < before)


def lifted(before: object, after: object) -> bool:
    return bool(before) and not after


GUARDED: dict[str, Guard] = {
    "allowed_hosts": Guard(kind="egress.rule", widens=more),
    "outside": Guard(kind="egress.rule", widens=lambda before, _: before == Outside.LISTED),
    "listed_hosts": Guard(kind="egress.rule", widens=more),
    "denied_hosts": Guard(kind="egress.rule", widens=fewer),
    "encrypt_data": Guard(kind="retention.rule", widens=lifted),
    "keep_days": Guard(kind="retention.rule", widens=shorter),
    "data_hold": Guard(kind="retention.rule", widens=lifted),
    "trail_months": Guard(kind="retention.rule", widens=shorter),
    "legal_hold": Guard(kind="retention.rule", widens=lifted),
    "redact": Guard(kind="retention.rule", widens=fewer),
    "personal_fields": Guard(kind="retention.rule", widens=fewer),
    "second_factor_required": Guard(kind="sign_in.rule", widens=lifted),
    "four_eyes": Guard(kind="second_person.rule", widens=lambda before, _: before == FourEyes.REQUIRED),
}
"""By the name of the field."""
