"""How much memory a formula can take: CEL has no limit of its own, and frees nothing before the formula ends.

Our own functions count what they make while they run (`functions.Meter`). What is joined with + cannot be counted, so
it is bounded from the source: the longest text there is, times how much + can lengthen it, times how often. And map
and filter copy their list at every entry (8,000 entries took 1 GB and 1.5 s), so their lists are kept short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.functions import MAX_PIECES, MAX_TEXT

MAX_ITERATIONS = 10_000
"""CEL's own budget for map, filter, exists ... together."""
MAX_BUILT_FROM = 64 * 1024
"""Characters of a text that a formula may build others from."""
MAX_JOINED = 64 * 1024 * 1024
"""Characters that joining with + may reach."""
MAX_MAPPED = 2_000
"""Entries of a list that map and filter go through."""
MAX_READ = 4 * 1024 * 1024
"""Characters of a text that a formula only looks at."""
MACROS = frozenset({"map", "filter", "all", "exists", "exists_one"})
COPYING = frozenset({"map", "filter"})
MAKERS = frozenset({"join", "replace"})
"""Functions whose result can be much longer than what they are given."""
BUILDING = MAKERS | {"map", "split", "string", "substring", "trim", "lowerAscii", "upperAscii"}


class Word(Protocol):
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Limits:
    longest_input: int
    """Characters that one text in the scope may have."""
    growth: float
    """How many times longer + can make a text."""
    loops: int
    joins_in_loops: bool
    long_in_loops: bool
    """A loop that joins may be given the result of a function that makes long texts."""
    makes_long: bool
    literal_entries: int
    longest_literal: int
    pieces: int
    """Pieces that split may make."""
    lists: int
    """Lists that can be joined with + before the last map or filter; 0 if there is none."""

    def check(self, longest: int, entries: int) -> None:
        """Raises ExpressionError if texts of `longest` characters in lists of `entries` could become too much."""
        if entries * self.lists > MAX_MAPPED:
            raise ExpressionError(
                f"The formula goes through a list of {entries:,} entries; map and filter take up to "
                f"{MAX_MAPPED // self.lists:,} here. Use a for each step."
            )
        longest = max(longest, self.longest_literal)
        most = max(entries, self.literal_entries, self.pieces)
        times = min(MAX_ITERATIONS, float(most) ** self.loops) if self.joins_in_loops else 1
        inside = (MAX_TEXT if self.long_in_loops else longest) * self.growth * times
        after = (MAX_TEXT if self.makes_long else longest) * self.growth
        if max(inside, after) > MAX_JOINED:
            raise ExpressionError("The formula would join too much text. Join less, or split it over several steps.")


def limits_of(tokens: Sequence[Word], has_literal_list: bool) -> Limits:
    words = [token.text for token in tokens]
    plus, maps = words.count("+"), words.count("map")
    last_copy = max((at for at, word in enumerate(words) if word in COPYING), default=-1)
    builds = plus > 0 or has_literal_list or not BUILDING.isdisjoint(words)
    joins, long = _loops_that_join(words)
    return Limits(
        longest_input=MAX_BUILT_FROM if builds else MAX_READ,
        growth=(plus / (maps + 1) + 1.0) ** (maps + 1),
        loops=sum(word in MACROS for word in words),
        joins_in_loops=joins,
        long_in_loops=long,
        makes_long=not MAKERS.isdisjoint(words),
        literal_entries=words.count(",") + 1,
        longest_literal=max(map(len, words)),
        pieces=0 if "split" not in words else MAX_MAPPED if last_copy >= 0 else MAX_PIECES,
        lists=words[:last_copy].count("+") + 1 if last_copy >= 0 else 0,
    )


def _loops_that_join(words: list[str]) -> tuple[bool, bool]:
    """(Is there a + inside a loop, does a long text come before the end of such a loop).

    What stands behind a loop cannot flow into it.
    """
    joins = long = seen_maker = False
    loops: list[bool | None] = []
    """For each open bracket: None if no loop, else whether it contains a + so far."""
    for at, word in enumerate(words):
        if word in ("(", "[", "{"):
            loops.append(False if at > 0 and words[at - 1] in MACROS else None)
        elif word in (")", "]", "}"):
            closed = loops.pop()
            joins, long = joins or bool(closed), long or (bool(closed) and seen_maker)
        elif word == "+":
            loops = [None if loop is None else True for loop in loops]
        seen_maker = seen_maker or word in MAKERS
    return joins, long
