"""Values on their way into CEL and out of it.

In: numbers become doubles, and only what the formula reads is handed over, so that a long text beside it does not
matter. Out: whole doubles become whole numbers, and the size is checked while it is read, not after.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.formulas import EXACT, Formula
from orchestrator.engine.functions import MAX_TEXT, plain_number, plain_time
from orchestrator.engine.reading import storable

MAX_ENTRIES = 100_000
INT64 = 2**63
_MISSING = object()


def to_cel(formula: Formula, scope: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the scope that the formula reads. Raises ExpressionError for what is missing or too large."""
    intake = _Intake(formula.limits.longest_input)
    data: dict[str, Any] = {}
    for path in sorted(formula.paths, key=len, reverse=True):
        if path[0] not in scope:
            raise ExpressionError(f"{path[0]} has no value here.", "no_value", name=path[0])
        _graft(data, path, scope, intake)
    formula.limits.check(intake.longest, intake.entries)
    return {variable: data[name] for name, variable in formula.variables}


def _graft(data: dict[str, Any], path: tuple[str, ...], source: Any, intake: _Intake) -> None:
    """Copies what stands at the path; shorter paths come last and so take the whole."""
    for step in path[:-1]:
        if not isinstance(source, Mapping) or step not in source:
            return
        source = source[step]
        if not isinstance(source, Mapping):
            data[step] = intake.take(source, step)
            return
        inner = data.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        data = inner
    found = source.get(path[-1], _MISSING) if isinstance(source, Mapping) else _MISSING
    if found is not _MISSING:
        data[path[-1]] = intake.take(found, path[-1])


class _Intake:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.longest = 0
        self.entries = 0

    def take(self, value: Any, name: str) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value, name)
        if isinstance(value, int):
            if abs(value) <= EXACT:
                return float(value)
            if not -INT64 <= value < INT64:
                raise ExpressionError(f"{name} is too large a number for a formula. Hand it over as text.")
            return value
        if isinstance(value, float):
            return value
        if isinstance(value, Mapping):
            self.entries = max(self.entries, len(value))
            return {self._text(key, name): self.take(each, key) for key, each in value.items()}
        if isinstance(value, list | tuple):
            self.entries = max(self.entries, len(value))
            return [self.take(each, name) for each in value]
        raise ExpressionError(f"{name} is not a value that formulas know.")

    def _text(self, text: str, name: str) -> str:
        if len(text) > self.limit:
            raise ExpressionError(
                f"{name} is a text of {len(text):,} characters; a formula like this takes up to {self.limit:,}. "
                "Hand it on as it is, or take a part of it in an earlier step."
            )
        if not storable(text):
            raise ExpressionError(f"{name} contains a character that cannot be stored.")
        self.longest = max(self.longest, len(text))
        return text


def to_json(result: Any) -> Any:
    """Plain JSON of CEL's result. Raises ExpressionError for what is none, is too large or cannot be stored."""
    return _Outlet().give(result)


class _Outlet:
    def __init__(self) -> None:
        self.text = 0
        self.entries = 0

    def give(self, result: Any) -> Any:
        kind = result.type().name()
        if kind in ("NULL", "BOOL"):
            return result.value()
        if kind.startswith("LIST"):
            return [self._entry(each) for each in result.value()]
        if kind.startswith("MAP"):
            return {self._key(key): self._entry(each) for key, each in result.value().items()}
        return self._scalar(result.value(), kind)

    def _entry(self, result: Any) -> Any:
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            raise ExpressionError(f"The result has more than {MAX_ENTRIES:,} entries.")
        return self.give(result)

    def _key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise ExpressionError("The result is a map with a key that is not a text. Put quotes around its keys.")
        return self._checked(key)

    def _scalar(self, value: Any, kind: str) -> Any:
        if isinstance(value, str):
            return self._checked(value)
        if isinstance(value, float):
            return _number(value)
        if isinstance(value, int):
            return value
        if isinstance(value, datetime):
            return plain_time(value)
        if isinstance(value, timedelta):
            return f"{plain_number(value.total_seconds())}s"
        raise ExpressionError(f"The result is of the kind {kind.lower()}, which cannot be handed on.")

    def _checked(self, text: str) -> str:
        self.text += len(text)
        if self.text > MAX_TEXT:
            raise ExpressionError(f"The result has more than {MAX_TEXT:,} characters.")
        if not storable(text):
            raise ExpressionError("The result contains a character that cannot be stored.")
        return text


def _number(value: float) -> int | float:
    if not math.isfinite(value):
        raise ExpressionError("The result is not a number. Was something divided by 0?", "not_a_number")
    return int(value) if value.is_integer() and abs(value) <= EXACT else value
