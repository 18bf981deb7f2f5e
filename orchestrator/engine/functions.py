"""The functions that formulas use instead of CEL's own, because numbers are doubles and texts have a limit.

Formulas call them by CEL's names; `formulas.py` puts PREFIX before the name, and errors lose it again. CEL finds an
implementation by the exact kinds of its arguments, so each is declared once per kind.
A raised ValueError becomes the formula's error.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from zoneinfo import ZoneInfo

from cel_expr_python import cel

PREFIX = "tutti_"
MAX_TEXT = 256 * 1024
"""Characters a formula's result may have."""

MAX_MADE = 32 * 1024 * 1024
"""Characters that all texts made by one formula may have together, forgotten ones included."""
MAX_PIECES = 10_000
"""Pieces that split may make of a text."""
PIECE = 64
"""What a piece of a text costs besides its characters."""

TYPE = cel.Type
TEXT, NUMBER, LIST, MAP = TYPE.STRING, TYPE.DOUBLE, TYPE.LIST, TYPE.MAP
WHOLE, FLAG, TIME, NOTHING = TYPE.INT, TYPE.BOOL, TYPE.TIMESTAMP, TYPE.NULL
Implementation = Callable[..., Any]


class Meter(threading.local):
    """Counts the characters that the functions of one formula make."""

    made = 0
    pieces = MAX_PIECES

    def begin(self, pieces: int) -> None:
        """`pieces`: how many of them split may make."""
        self.made = 0
        self.pieces = pieces

    def add(self, text: str) -> str:
        self.charge(len(text))
        return text

    def charge(self, characters: int) -> None:
        self.made += characters
        if self.made > MAX_MADE:
            raise ValueError("The formula makes too much text. Split it over several steps.")


METER = Meter()


def plain_number(number: float) -> str:
    """`5` for 5.0, `0.1` for 0.1, never an exponent for what a person would write out."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e21):
        return str(int(number))
    return f"{Decimal(repr(number)):f}" if 1e-20 < abs(number) < 1e21 else repr(number)


def plain_time(moment: datetime) -> str:
    """RFC 3339 in UTC or with its offset: `2026-03-01T09:30:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")


def _count(value: Any) -> float:
    return float(len(value))


def _mod(number: float, divisor: float) -> float:
    if divisor == 0:
        raise ValueError("mod(a, b) needs a b other than 0.")
    return math.fmod(number, divisor)


def _position(number: float, what: str) -> int:
    if not number.is_integer() or number < 0:
        raise ValueError(f"{what} must be a whole number from 0, not {plain_number(number)}.")
    return int(number)


def _substring(text: str, start: float, end: float | None = None) -> str:
    first = _position(start, "The start of substring")
    last = len(text) if end is None else _position(end, "The end of substring")
    if not first <= last <= len(text):
        raise ValueError(f"substring({first}, {last}) does not fit a text of {len(text)} characters.")
    return METER.add(text[first:last])


def _char_at(text: str, at: float) -> str:
    place = _position(at, "The position of charAt")
    if place > len(text):
        raise ValueError(f"charAt({place}) does not fit a text of {len(text)} characters.")
    return text[place : place + 1]


def _index_of(text: str, part: str, start: float = 0.0) -> float:
    return float(text.find(part, _position(start, "The start of indexOf")))


def _last_index_of(text: str, part: str, end: float | None = None) -> float:
    if end is None:
        return float(text.rfind(part))
    return float(text.rfind(part, 0, _position(end, "The end of lastIndexOf") + len(part)))


def _split(text: str, separator: str, limit: float = -1.0) -> list[str]:
    if limit == 0:
        return []
    count = text.count(separator) + 1 if separator else len(text)
    if count > METER.pieces and not 0 < limit <= METER.pieces:
        raise ValueError(f"split would make {count:,} pieces of the text; {METER.pieces:,} are the limit here.")
    METER.charge(len(text) + PIECE * count)
    if not separator:
        parts = list(text)
        most = int(limit)
        return parts if limit < 0 or len(parts) <= most else [*parts[: most - 1], "".join(parts[most - 1 :])]
    return text.split(separator, -1 if limit < 0 else int(limit) - 1)


def _replace(text: str, old: str, new: str, limit: float = -1.0) -> str:
    found = text.count(old) if limit < 0 else min(text.count(old), int(limit))
    if len(text) + found * (len(new) - len(old)) > MAX_TEXT:
        raise ValueError(f"replace would make a text of more than {MAX_TEXT:,} characters.")
    return METER.add(text.replace(old, new, found))


def _join(parts: list[Any], separator: str = "") -> str:
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("join needs a list of texts. Turn numbers into text with string(...).")
    if sum(map(len, parts)) + len(parts) * len(separator) > MAX_TEXT:
        raise ValueError(f"join would make a text of more than {MAX_TEXT:,} characters.")
    return METER.add(separator.join(parts))


def _whole_of_text(text: str) -> float:
    try:
        return float(int(text.strip()))
    except ValueError:
        raise ValueError(f"int(...) needs a whole number, not the text {text[:40]!r}.") from None


def _whole_of_number(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("int(...) needs a number.")
    return float(math.trunc(number))


def _flag_text(flag: bool) -> str:
    return "true" if flag else "false"


def _local(moment: datetime, zone: str | None) -> datetime:
    if zone is None:
        return moment
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        raise ValueError(f"There is no time zone {zone[:40]!r}. Write one like 'Europe/Berlin'.") from None


TIME_PARTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda moment: moment.year,
    "getMonth": lambda moment: moment.month - 1,
    "getDate": lambda moment: moment.day,
    "getDayOfMonth": lambda moment: moment.day - 1,
    "getDayOfWeek": lambda moment: moment.isoweekday() % 7,
    "getDayOfYear": lambda moment: moment.timetuple().tm_yday - 1,
    "getHours": lambda moment: moment.hour,
    "getMinutes": lambda moment: moment.minute,
    "getSeconds": lambda moment: moment.second,
    "getMilliseconds": lambda moment: moment.microsecond // 1_000,
}
"""As CEL has them: months and days of the month from 0 (`getDate` from 1), Sunday is 0."""


def _part_of(read: Callable[[datetime], int]) -> Implementation:
    return lambda moment, zone=None: float(read(_local(moment, zone)))


LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
Overload = tuple[tuple[Any, ...], Any, Implementation]


def _sizes() -> list[Overload]:
    return [((kind,), NUMBER, _count) for kind in (TEXT, LIST, MAP)]


FUNCTIONS: dict[str, list[Overload]] = {
    "count": _sizes(),
    "size": _sizes(),
    "mod": [((NUMBER, NUMBER), NUMBER, _mod)],
    "int": [
        ((TEXT,), NUMBER, _whole_of_text),
        ((NUMBER,), NUMBER, _whole_of_number),
        ((WHOLE,), WHOLE, lambda number: number),
        ((FLAG,), NUMBER, float),
        ((TIME,), NUMBER, lambda moment: float(math.floor(moment.timestamp()))),
    ],
    "string": [
        ((TEXT,), TEXT, METER.add),
        ((NUMBER,), TEXT, plain_number),
        ((WHOLE,), TEXT, str),
        ((FLAG,), TEXT, _flag_text),
        ((TIME,), TEXT, plain_time),
        ((NOTHING,), TEXT, lambda _: ""),
    ],
}
METHODS: dict[str, list[Overload]] = {
    "count": _sizes(),
    "size": _sizes(),
    "substring": [((TEXT, NUMBER), TEXT, _substring), ((TEXT, NUMBER, NUMBER), TEXT, _substring)],
    "charAt": [((TEXT, NUMBER), TEXT, _char_at)],
    "indexOf": [((TEXT, TEXT), NUMBER, _index_of), ((TEXT, TEXT, NUMBER), NUMBER, _index_of)],
    "lastIndexOf": [((TEXT, TEXT), NUMBER, _last_index_of), ((TEXT, TEXT, NUMBER), NUMBER, _last_index_of)],
    "split": [((TEXT, TEXT), LIST, _split), ((TEXT, TEXT, NUMBER), LIST, _split)],
    "replace": [((TEXT, TEXT, TEXT), TEXT, _replace), ((TEXT, TEXT, TEXT, NUMBER), TEXT, _replace)],
    "trim": [((TEXT,), TEXT, lambda text: METER.add(text.strip()))],
    "lowerAscii": [((TEXT,), TEXT, lambda text: METER.add(text.translate(LOWER)))],
    "upperAscii": [((TEXT,), TEXT, lambda text: METER.add(text.translate(UPPER)))],
    "join": [((LIST,), TEXT, _join), ((LIST, TEXT), TEXT, _join)],
    **{
        name: [((TIME,), NUMBER, _part_of(read)), ((TIME, TEXT), NUMBER, _part_of(read))]
        for name, read in TIME_PARTS.items()
    },
}
OWN_FUNCTIONS = frozenset(FUNCTIONS) | frozenset(METHODS)


def declarations() -> list[Any]:
    """One CEL declaration per name, with every overload."""
    return [
        cel.FunctionDecl(
            PREFIX + name,
            [
                *_overloads(name, FUNCTIONS.get(name, []), is_member=False),
                *_overloads(name, METHODS.get(name, []), is_member=True),
            ],
        )
        for name in sorted(OWN_FUNCTIONS)
    ]


def _overloads(name: str, overloads: list[Overload], *, is_member: bool) -> list[Any]:
    return [
        cel.Overload(
            f"{PREFIX}{name}_{'member' if is_member else 'call'}_{number}",
            return_type=gives,
            parameters=list(takes),
            is_member=is_member,
            impl=implementation,
        )
        for number, (takes, gives, implementation) in enumerate(overloads)
    ]
