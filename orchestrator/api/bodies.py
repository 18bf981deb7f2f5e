"""JSON that comes from outside, read once and strictly: what was signed is what the workflow sees."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from rest_framework.parsers import JSONParser

from orchestrator.api.errors import ProblemError
from orchestrator.engine.reading import storable

DEEPEST = 100
"""Levels of nesting; a graph has about ten."""
LARGEST_WHOLE_NUMBER = 2**63


class BodyRefused(Exception):
    """What was sent is read differently by different readers, or cannot be stored; the message says why."""


class Json(JSONParser):
    """The parser of the JSON doors: bounded, strict. Texts are left to the doors, which can name the field."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(largest + 1)
        if len(raw) > largest:
            limit = f"{largest / 1_000_000:g} MB"
            raise ProblemError(413, "body_too_large", f"This is more than {limit}, the most that can be sent at once.")
        return read(raw)


def parse(raw: bytes) -> Any:
    """As `read`, and every text in it can be stored (else a 400)."""
    value = read(raw)
    try:
        check(value)
    except BodyRefused as error:
        raise _not_json(str(error)) from error
    return value


def read(raw: bytes) -> Any:
    """The JSON value of `raw`; None for an empty body.

    Raises a 400 for duplicate keys, nesting deeper than 100 and endless numbers.
    """
    if not raw:
        return None
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
        _measure(value)
    except (BodyRefused, ValueError, RecursionError) as error:
        raise _not_json(str(error) if isinstance(error, BodyRefused) else "it could not be read") from error
    return value


def _not_json(reason: str) -> ProblemError:
    return ProblemError(400, "body_not_json", f"The body must be one JSON document in UTF-8: {reason}.")


def check(value: Any) -> None:
    """Raises `BodyRefused` unless every text in `value` can be stored."""
    for item, _ in _parts(value):
        if isinstance(item, str) and not storable(item):
            raise BodyRefused("a text holds a character that cannot be stored")


def _measure(value: Any) -> None:
    for _, depth in _parts(value):
        if depth > DEEPEST:
            raise BodyRefused(f"it is nested deeper than {DEEPEST} levels")


def _parts(value: Any) -> Iterator[tuple[Any, int]]:
    """`value` and all that is in it, keys too, each with its level."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        yield item, depth
        if isinstance(item, dict):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            waiting += [(part, depth + 1) for part in item]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BodyRefused("an object names the same key twice")
    return value


def _constant(name: str) -> Any:
    raise BodyRefused(f"{name} is not a number")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BodyRefused("a number is too large")
    return number


def _int(text: str) -> int:
    number = int(text)
    if not -LARGEST_WHOLE_NUMBER <= number < LARGEST_WHOLE_NUMBER:
        raise BodyRefused("a whole number is too large")
    return number
