"""Asks a provider no more often than is agreed, and not before it wants to be asked again.

Pure: the time is given, in seconds of any steady clock. What is taken is taken in the order of asking, so that nobody
is overtaken for ever.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MINUTE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How much may be asked a minute; None is as much as you like."""

    requests: int | None = None
    tokens: int | None = None


@dataclass(kw_only=True)
class Taken:
    at: float
    amount: float
    counted: bool = True
    """Until its minute is over."""


class Minute:
    """What was taken, or will be: in no 60 seconds more than the limit."""

    def __init__(self) -> None:
        self._taken: deque[Taken] = deque()
        self._sum = 0.0

    def earliest(self, now: float, amount: float, limit: float) -> float:
        """When `amount` fits under `limit`. More than the limit at once counts as the whole of it."""
        while self._taken and self._taken[0].at <= now - MINUTE_S:
            past = self._taken.popleft()
            past.counted = False
            self._sum -= past.amount
        at = max(now, self._taken[-1].at) if self._taken else now
        left = self._sum
        for taken in self._taken:
            if left + min(amount, limit) <= limit:
                break
            at = max(at, taken.at + MINUTE_S)
            left -= taken.amount
        return at

    def take(self, at: float, amount: float, limit: float) -> Taken:
        taken = Taken(at=at, amount=min(amount, limit))
        self._taken.append(taken)
        self._sum += taken.amount
        return taken

    def settle(self, taken: Taken, amount: float) -> None:
        """It was another amount in the end."""
        if taken.counted:
            self._sum += amount - taken.amount
        taken.amount = amount


@dataclass(kw_only=True)
class Turn:
    """A place in the row; `at` is when it comes."""

    at: float
    request: Taken | None = None
    tokens: Taken | None = None


class Pace:
    """Of one account at one provider."""

    def __init__(self) -> None:
        self._requests = Minute()
        self._tokens = Minute()
        self._held_until = 0.0

    def turn(self, now: float, rates: Rates, tokens: float, longest_wait_s: float) -> Turn | float:
        """A turn, or the seconds to wait where that is longer than `longest_wait_s`; then nothing is taken."""
        at = max(now, self._held_until)
        if rates.requests is not None:
            at = max(at, self._requests.earliest(now, 1, rates.requests))
        if rates.tokens is not None:
            at = max(at, self._tokens.earliest(now, tokens, rates.tokens))
        if at - now > longest_wait_s:
            return at - now
        turn = Turn(at=at)
        if rates.requests is not None:
            turn.request = self._requests.take(at, 1, rates.requests)
        if rates.tokens is not None:
            turn.tokens = self._tokens.take(at, tokens, rates.tokens)
        return turn

    def used(self, turn: Turn, tokens: float) -> None:
        """So many tokens it really took."""
        if turn.tokens is not None:
            self._tokens.settle(turn.tokens, tokens)

    def give_back(self, turn: Turn) -> None:
        """Nothing was asked."""
        if turn.request is not None:
            self._requests.settle(turn.request, 0)
        self.used(turn, 0)

    def hold(self, until: float) -> None:
        """The provider wants to be left alone."""
        self._held_until = max(self._held_until, until)

    def held_for(self, now: float) -> float:
        return max(0.0, self._held_until - now)
