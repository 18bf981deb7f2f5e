"""Leaves a provider alone that keeps failing, and finds out with one question at a time when it is back.

Pure: the time is given, in seconds of any steady clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

WINDOW_S = 30.0
FAILURES = 5
SHARE = 0.5
"""Of the calls in the window: a busy provider that fails once in a hundred times is left open."""
REST_S = 15.0
LONGEST_REST_S = 240.0
"""The rest doubles with each probe that fails, up to this."""
LONGEST_PROBE_S = 120.0
"""A probe that has not come back by then is given up, so that a lost one cannot keep the way closed."""


class State(StrEnum):
    CLOSED = "closed"
    """All calls pass."""
    OPEN = "open"
    """None passes."""
    HALF_OPEN = "half_open"
    """One is on its way to find out."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """Given to each call that may go; brought back with what came of it."""

    probe: bool
    at: float


class Breaker:
    def __init__(self) -> None:
        self.state = State.CLOSED
        self._told: deque[tuple[float, bool]] = deque()
        self._failures = 0
        self._rest_s = REST_S
        self._until = 0.0
        self._probe: Pass | None = None

    def enter(self, now: float) -> Pass | float:
        """A pass, or the seconds after which to ask again."""
        if self.state is State.OPEN and now >= self._until:
            self.state, self._probe = State.HALF_OPEN, None
        if self.state is State.CLOSED:
            return Pass(probe=False, at=now)
        if self.state is State.OPEN:
            return self._until - now
        if self._probe is not None and now - self._probe.at < LONGEST_PROBE_S:
            return 1.0
        self._probe = Pass(probe=True, at=now)
        return self._probe

    def leave(self, given: Pass, worked: bool | None, now: float) -> None:
        """`worked` is None when the call says nothing about the provider. Calls from before it opened do not count."""
        if self.state is State.HALF_OPEN and given is self._probe:
            self._probe = None
            if worked is True:
                self._close()
            elif worked is False:
                self._rest_s = min(self._rest_s * 2, LONGEST_REST_S)
                self._open(now)
        elif self.state is State.CLOSED and worked is not None:
            self._count(worked, now)

    def _count(self, worked: bool, now: float) -> None:
        self._told.append((now, worked))
        self._failures += not worked
        while self._told[0][0] <= now - WINDOW_S:
            self._failures -= not self._told.popleft()[1]
        if not worked and self._failures >= FAILURES and self._failures >= SHARE * len(self._told):
            self._open(now)

    def _open(self, now: float) -> None:
        self.state, self._until = State.OPEN, now + self._rest_s
        self._told.clear()
        self._failures = 0

    def _close(self) -> None:
        self.state, self._rest_s = State.CLOSED, REST_S
