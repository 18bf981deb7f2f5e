from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.connectors.pace import Pace, Rates, Turn


def turn(pace: Pace, now: float, rates: Rates, tokens: float = 0, longest_wait_s: float = 1e9) -> Turn:
    given = pace.turn(now, rates, tokens, longest_wait_s)
    assert isinstance(given, Turn)
    return given


def test_without_an_agreement_nobody_waits() -> None:
    pace = Pace()
    assert [turn(pace, 5, Rates(), 1e6).at for _ in range(3)] == [5, 5, 5]


def test_what_is_too_much_for_this_minute_waits_for_the_next() -> None:
    pace = Pace()
    assert [turn(pace, at, Rates(requests=2)).at for at in (0, 10, 20, 20, 20)] == [0, 10, 60, 70, 120]


def test_tokens_are_counted_beside_requests() -> None:
    pace, rates = Pace(), Rates(requests=100, tokens=1000)
    assert [turn(pace, 0, rates, tokens).at for tokens in (600, 500, 400)] == [0, 60, 60]


def test_tokens_that_were_not_used_are_free_for_others() -> None:
    pace, rates = Pace(), Rates(tokens=1000)
    first = turn(pace, 0, rates, 900)
    pace.used(first, 50)
    assert turn(pace, 1, rates, 900).at == 1


def test_more_tokens_than_a_minute_has_wait_for_a_whole_one() -> None:
    pace, rates = Pace(), Rates(tokens=1000)
    assert [turn(pace, 0, rates, 5000).at for _ in range(2)] == [0, 60]


def test_who_would_wait_too_long_is_told_how_long_and_takes_nothing() -> None:
    pace, rates = Pace(), Rates(requests=1)
    turn(pace, 0, rates)
    assert pace.turn(10, rates, 0, 30) == 50
    assert turn(pace, 10, rates).at == 60


def test_a_turn_that_was_not_used_is_the_next_ones() -> None:
    pace, rates = Pace(), Rates(requests=1, tokens=10)
    pace.give_back(turn(pace, 0, rates, 10))
    assert turn(pace, 1, rates, 10).at == 1


def test_a_provider_that_wants_to_be_left_alone_is() -> None:
    pace = Pace()
    pace.hold(30)
    pace.hold(20)
    assert (turn(pace, 10, Rates()).at, pace.held_for(10), pace.held_for(40)) == (30, 20, 0)


Moments = st.integers(0, 30 * 64).map(lambda parts: parts / 64)
"""Seconds that floats hold exactly, so that a minute later is a minute later."""
Asked = st.lists(st.tuples(Moments, st.integers(0, 400)), max_size=30)


@pytest.mark.parametrize(
    "rates", [Rates(requests=1), Rates(requests=7), Rates(tokens=500), Rates(requests=5, tokens=900)]
)
@given(asked=Asked)
def test_in_no_minute_more_is_asked_than_agreed_and_nobody_is_overtaken(
    rates: Rates, asked: list[tuple[float, int]]
) -> None:
    pace, now, turns = Pace(), 0.0, []
    for gap, tokens in asked:
        now += gap
        turns.append((turn(pace, now, rates, tokens).at, tokens))
        assert turns[-1][0] >= now
    times = [at for at, _ in turns]
    assert times == sorted(times)
    for end in times:
        inside = [tokens for at, tokens in turns if end - 60 < at <= end]
        assert rates.requests is None or len(inside) <= rates.requests
        assert rates.tokens is None or sum(inside) <= rates.tokens


@given(asked=Asked)
def test_nobody_waits_without_need(asked: list[tuple[float, int]]) -> None:
    pace, now, turns = Pace(), 0.0, []
    for gap, _ in asked:
        now += gap
        at = turn(pace, now, Rates(requests=3)).at
        if at > now:
            assert at == turns[-1] or len([one for one in turns if at - 60 <= one < at]) >= 3
        turns.append(at)
