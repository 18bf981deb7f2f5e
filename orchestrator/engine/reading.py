"""Reads JSON strictly into frozen values: unknown keys, wrong types and what cannot be stored are faults.

Every fault names its JSON path. All are collected, so that a person mends them at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from orchestrator.engine.errors import Problem

MAX_DEPTH = 32
MAX_KEY = 200

WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")

DANGEROUS = frozenset({"__proto__", "constructor", "prototype"})
"""Object keys that change the object itself in a browser."""

Read = Callable[[Any, str], Any]
T = TypeVar("T")


class Reader:
    """Each method takes a JSON value and its path; a fault is noted and None is returned."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def object(self, kind: type[T], data: Any, path: str, readers: dict[str, Read]) -> T | None:
        if not isinstance(data, dict):
            self.fault(path, f"must be an object, not {_kind(data)}")
            return None
        before = len(self.problems)
        for key in data:
            if key not in readers:
                self.fault(_under(path, str(key)), "is not known here", code="unknown_key")
        needed = {
            each.name
            for each in fields(kind)  # type: ignore[arg-type]  # every caller gives a dataclass
            if each.default is MISSING and each.default_factory is MISSING
        }
        for key in sorted(needed - data.keys()):
            self.fault(_under(path, key), "is missing")
        values = {key: read(data[key], _under(path, key)) for key, read in readers.items() if key in data}
        return kind(**values) if len(self.problems) == before else None

    def many(self, read: Read, limit: int, what: str) -> Read:
        def read_all(data: Any, path: str) -> tuple[Any, ...]:
            if not isinstance(data, list):
                return self.fault(path, f"must be a list, not {_kind(data)}") or ()
            if len(data) > limit:
                return self.fault(path, f"has {len(data):,} {what}; {limit:,} are the limit", code="too_large") or ()
            return tuple(read(each, f"{path}[{number}]") for number, each in enumerate(data))

        return read_all

    def word(self, data: Any, path: str) -> Any:
        if isinstance(data, str) and WORD.fullmatch(data):
            return data
        return self.fault(path, "must be a word of small letters, digits and _, 60 characters at most")

    def id(self, data: Any, path: str) -> Any:
        if isinstance(data, str) and data.isprintable() and 1 <= len(data) <= 100:
            return data
        return self.fault(path, "must be a text of 1 to 100 characters")

    def text(self, limit: int) -> Read:
        def read(data: Any, path: str) -> Any:
            if not isinstance(data, str):
                return self.fault(path, f"must be a text, not {_kind(data)}")
            if len(data) > limit:
                return self.fault(path, f"is longer than {limit:,} characters", code="too_large")
            return self.json(data, path)

        return read

    def number(self, data: Any, path: str) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
            return self.fault(path, f"must be a number, not {_kind(data)}")
        return data

    def whole(self, data: Any, path: str) -> Any:
        if isinstance(data, bool) or not isinstance(data, int):
            return self.fault(path, f"must be a whole number, not {_kind(data)}")
        return data

    def switch(self, data: Any, path: str) -> Any:
        return data if isinstance(data, bool) else self.fault(path, f"must be true or false, not {_kind(data)}")

    def one_of(self, choices: tuple[str, ...]) -> Read:
        def read(data: Any, path: str) -> Any:
            if isinstance(data, str) and data in choices:
                return data
            return self.fault(path, "must be " + " or ".join(f'"{choice}"' for choice in choices))

        return read

    def optional(self, read: Read) -> Read:
        return lambda data, path: None if data is None else read(data, path)

    def config(self, data: Any, path: str) -> Any:
        if not isinstance(data, dict):
            return self.fault(path, f"must be an object, not {_kind(data)}")
        return self.json(data, path)

    def json(self, data: Any, path: str, depth: int = 0) -> Any:
        """Any JSON that PostgreSQL and the browser can hold."""
        if depth > MAX_DEPTH:
            return self.fault(path, f"is nested deeper than {MAX_DEPTH} levels", code="too_large")
        if data is None or isinstance(data, bool | int):
            return data
        if isinstance(data, float):
            return data if math.isfinite(data) else self.fault(path, "must be a finite number")
        if isinstance(data, str):
            return data if storable(data) else self.fault(path, "contains a character that cannot be stored")
        if isinstance(data, list):
            return [self.json(each, f"{path}[{number}]", depth + 1) for number, each in enumerate(data)]
        if isinstance(data, dict):
            return {self.name(key, path): self.json(data[key], _under(path, str(key)), depth + 1) for key in data}
        return self.fault(path, f"cannot be {_kind(data)}")

    def name(self, key: Any, path: str) -> Any:
        if not isinstance(key, str) or not storable(key) or len(key) > MAX_KEY:
            return self.fault(path, f"has a key that is not a text of up to {MAX_KEY} storable characters")
        if key in DANGEROUS:
            return self.fault(_under(path, key), "is not allowed as a key", code="unknown_key")
        return key

    def unique(self, keys: list[str], part: str, name: str, what: str) -> None:
        seen: set[str] = set()
        for number, key in enumerate(keys):
            if key in seen:
                self.fault(f"{part}[{number}].{name}", f'is "{key}" like that of another {what}', code="duplicate_key")
            seen.add(key)

    def fault(self, path: str, message: str, *, code: str = "wrong_shape") -> Any:
        """Always None, so that a reader can end with it."""
        self.problems.append(Problem(code=code, field=path or None, message=f"{path or 'The graph'} {message}."))


def storable(text: str) -> bool:
    """False for text with NUL or half of a surrogate pair: PostgreSQL and UTF-8 cannot hold it."""
    if text.isascii():
        return "\x00" not in text
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _kind(data: Any) -> str:
    if data is None:
        return "empty"
    if isinstance(data, bool):
        return "true or false"
    names = {int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(data), type(data).__name__)
