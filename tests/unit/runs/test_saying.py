"""What steps are writing, on its way to whoever looks."""

from __future__ import annotations

from uuid import UUID

import pytest

from orchestrator.runs import stream
from orchestrator.runs.stream import Stream

RUN = UUID(int=7)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(stream, "time", clock)
    return clock


def pieces(told: Stream) -> list[tuple[int, int, str]]:
    """(attempt, from where, text)"""
    return [(one["attempt"], one["from"], one["text"]) for one in told._said().get(RUN, [])]


def test_pieces_go_out_one_after_the_other(clock: Clock) -> None:
    told = Stream(lambda: frozenset({str(RUN)}))
    told.say(RUN, 2, 1, "Dear ")
    assert pieces(told) == [(1, 0, "Dear ")]
    told.say(RUN, 2, 1, "Ms ")
    told.say(RUN, 2, 1, "Keller")
    assert pieces(told) == [(1, 5, "Ms Keller")]
    assert pieces(told) == []


def test_all_of_it_goes_out_again_after_a_while(clock: Clock) -> None:
    told = Stream(lambda: frozenset({str(RUN)}))
    told.say(RUN, 2, 1, "Dear")
    pieces(told)
    clock.now += stream.WHOLE_SECONDS
    assert pieces(told) == [(1, 0, "Dear")]


def test_nothing_goes_out_while_nobody_looks(clock: Clock) -> None:
    looking: set[str] = set()
    told = Stream(lambda: frozenset(looking))
    told.say(RUN, 2, 1, "Dear ")
    assert pieces(told) == []
    looking.add(str(RUN))
    told.say(RUN, 2, 1, "Ms Keller")
    assert pieces(told) == [(1, 0, "Dear Ms Keller")]


def test_another_try_begins_anew_and_a_result_ends_it(clock: Clock) -> None:
    told = Stream(lambda: frozenset({str(RUN)}))
    told.say(RUN, 2, 1, "Dear")
    pieces(told)
    told.say(RUN, 2, 2, "Good day")
    assert pieces(told) == [(2, 0, "Good day")]
    told.say(RUN, 2, 2, "!")
    told.hush(RUN, 2)
    assert pieces(told) == []


def test_a_text_without_end_stops_growing(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_SAID", 6)
    told = Stream(lambda: frozenset({str(RUN)}))
    for _ in range(3):
        told.say(RUN, 2, 1, "Dear")
    assert pieces(told) == [(1, 0, "DearDe")]
