"""Reads from the headers of an answer how long its server wants to be left alone.

`Retry-After` (RFC 9110: seconds or a date), `x-ratelimit-*` (durations like `1m30s`), `anthropic-ratelimit-*`
(RFC 3339 times) and `ratelimit-*` (seconds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 3600.0

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_DURATION = re.compile(
    r"(?:(?P<h>[0-9]{1,4})h)?(?:(?P<m>[0-9]{1,4})m)?(?:(?P<s>[0-9.]{1,9})s)?(?:(?P<ms>[0-9.]{1,9})ms)?"
)
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LEFT = re.compile(r"(?P<family>(?:x-|anthropic-)?ratelimit)(?P<before>-[a-z-]+?)?-remaining(?P<after>-[a-z-]+)?")


def told_to_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds from `now` (since 1970), or None where nothing was said. Names of headers are in small letters."""
    if (given := headers.get("retry-after-ms", "")) and _NUMBER.fullmatch(given):
        return _bounded(float(given) / 1000)
    if given := headers.get("retry-after", "").strip():
        return _seconds(given) if _NUMBER.fullmatch(given) else _until(given, now)
    waits = [wait for wait in _used_up(headers, now) if wait is not None]
    return max(waits) if waits else None


def _used_up(headers: Mapping[str, str], now: float) -> Iterator[float | None]:
    """How long until there is something left again, for each limit that has nothing left."""
    for name, value in headers.items():
        left = _LEFT.fullmatch(name)
        if left is None or value.strip() != "0":
            continue
        reset = f"{left['family']}{left['before'] or ''}-reset{left['after'] or ''}"
        given = headers.get(reset, "").strip()
        yield _until(given, now) if "T" in given else _seconds(given)


def _seconds(text: str) -> float | None:
    if _NUMBER.fullmatch(text):
        return _bounded(float(text))
    parts = _DURATION.fullmatch(text)
    if not text or parts is None:
        return None
    try:
        return _bounded(sum(float(parts[unit] or 0) * seconds for unit, seconds in _SECONDS.items()))
    except ValueError:
        return None


def _until(text: str, now: float) -> float | None:
    try:
        at = datetime.fromisoformat(text) if "T" in text[10:11] else parsedate_to_datetime(text)
        return _bounded(at.timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT_S)
