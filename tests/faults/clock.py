"""A wrong clock for a worker: the time of the day is off, what has passed since (the monotonic clock) is not."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any


class _Like(type):
    """What is a `datetime` counts as one of the wrong clock, too."""

    def __instancecheck__(cls, thing: Any) -> bool:
        return isinstance(thing, datetime)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, datetime)


def shift(seconds: float) -> None:
    """From now on every module of this process that asks for the time is told it so many seconds off."""
    right_time, right_time_ns = time.time, time.time_ns
    off = timedelta(seconds=seconds)

    class Wrong(datetime, metaclass=_Like):
        def __new__(cls, *parts: Any, **named: Any) -> datetime:  # type: ignore[misc]
            return datetime(*parts, **named)  # noqa: DTZ001  only the clock is wrong: what it gives is as ever

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + off

        @classmethod
        def utcnow(cls) -> datetime:  # type: ignore[override]
            return datetime.utcnow() + off  # noqa: DTZ003  as its caller asked

        @classmethod
        def today(cls) -> datetime:  # type: ignore[override]
            return datetime.today() + off  # noqa: DTZ002  as its caller asked

    wrong = {
        datetime: Wrong,
        right_time: lambda: right_time() + seconds,
        right_time_ns: lambda: right_time_ns() + int(seconds * 10**9),
    }
    for module in list(sys.modules.values()):
        if module.__name__ == __name__:
            continue
        for name, value in list(vars(module).items()):
            if any(value is right for right in wrong):
                setattr(module, name, wrong[value])
