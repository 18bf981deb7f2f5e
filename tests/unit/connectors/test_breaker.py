from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.connectors.breaker import FAILURES, LONGEST_PROBE_S, LONGEST_REST_S, REST_S, Breaker, Pass, State


def fail(breaker: Breaker, now: float, times: int = 1) -> None:
    for _ in range(times):
        told(breaker, False, now)


def told(breaker: Breaker, worked: bool | None, now: float) -> None:
    entered = breaker.enter(now)
    assert isinstance(entered, Pass)
    breaker.leave(entered, worked, now)


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    fail(breaker, now, FAILURES)
    return breaker


def test_a_provider_that_fails_five_times_is_left_alone_for_a_while() -> None:
    breaker = Breaker()
    fail(breaker, 0, FAILURES - 1)
    assert breaker.state is State.CLOSED
    fail(breaker, 29)
    assert breaker.state is State.OPEN
    assert breaker.enter(30) == REST_S - 1


def test_failures_long_ago_do_not_count() -> None:
    breaker = Breaker()
    fail(breaker, 0, FAILURES - 1)
    fail(breaker, 31)
    assert breaker.state is State.CLOSED


def test_a_busy_provider_that_seldom_fails_is_asked_on() -> None:
    breaker = Breaker()
    for number in range(1000):
        told(breaker, number % 100 != 0, number / 100)
    assert breaker.state is State.CLOSED


def test_calls_that_say_nothing_about_the_provider_do_not_count() -> None:
    breaker = Breaker()
    for _ in range(20):
        told(breaker, None, 0)
    assert breaker.state is State.CLOSED


def test_one_call_finds_out_whether_it_is_back() -> None:
    breaker = opened()
    probe = breaker.enter(REST_S)
    assert isinstance(probe, Pass)
    assert breaker.state is State.HALF_OPEN
    assert not isinstance(breaker.enter(REST_S + 1), Pass)
    breaker.leave(probe, True, REST_S + 2)
    assert breaker.state is State.CLOSED
    assert isinstance(breaker.enter(REST_S + 3), Pass)


def test_the_rest_grows_while_it_stays_away_and_starts_small_again() -> None:
    breaker, now, rests = opened(), 0.0, []
    for _ in range(6):
        rest = breaker.enter(now)
        assert isinstance(rest, float)
        rests.append(rest)
        now += rest
        fail(breaker, now)
    assert rests == [15, 30, 60, 120, 240, LONGEST_REST_S]
    now += LONGEST_REST_S
    told(breaker, True, now)
    fail(breaker, now, FAILURES)
    assert breaker.enter(now) == REST_S


def test_a_probe_that_says_nothing_lets_the_next_one_find_out() -> None:
    breaker = opened()
    told(breaker, None, REST_S)
    assert isinstance(breaker.enter(REST_S), Pass)


def test_a_probe_that_never_comes_back_is_given_up() -> None:
    breaker = opened()
    lost = breaker.enter(REST_S)
    second = breaker.enter(REST_S + LONGEST_PROBE_S)
    assert isinstance(lost, Pass)
    assert isinstance(second, Pass)
    breaker.leave(lost, False, REST_S + LONGEST_PROBE_S)
    assert breaker.state is State.HALF_OPEN


def test_what_was_asked_before_it_opened_changes_nothing_any_more() -> None:
    breaker = Breaker()
    early = breaker.enter(0)
    assert isinstance(early, Pass)
    fail(breaker, 1, FAILURES)
    breaker.leave(early, True, 2)
    assert breaker.state is State.OPEN


Steps = st.lists(st.tuples(st.floats(0, 40), st.sampled_from([True, False, None]), st.booleans()), max_size=60)


@given(Steps)
def test_whatever_happens_it_lets_one_probe_out_at_a_time_and_is_never_closed_for_ever(
    steps: list[tuple[float, bool | None, bool]],
) -> None:
    breaker, now, out = Breaker(), 0.0, []
    for passed, worked, comes_back in steps:
        now += passed
        entered = breaker.enter(now)
        if isinstance(entered, Pass):
            assert breaker.state is not State.OPEN
            if entered.probe:
                assert not [probe for probe in out if now - probe.at < LONGEST_PROBE_S]
                out.append(entered)
            if comes_back:
                breaker.leave(entered, worked, now)
                out = [probe for probe in out if probe is not entered]
        else:
            assert 0 < entered <= LONGEST_REST_S
    assert isinstance(breaker.enter(now + LONGEST_REST_S + LONGEST_PROBE_S), Pass)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=50))
def test_a_provider_that_always_works_is_always_asked(gaps: list[float]) -> None:
    breaker, now = Breaker(), 0.0
    for gap in gaps:
        now += gap
        told(breaker, True, now)
    assert breaker.state is State.CLOSED
