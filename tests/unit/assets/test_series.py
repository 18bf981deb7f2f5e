from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.assets.series import MOST_POINTS, SeriesUnusable, later, series_of, step_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONTHS = [at(f"2026-{month:02}-01") for month in range(1, 11)]


@pytest.mark.parametrize(
    ("times", "step"),
    [
        ([at("2026-01-01T00:00"), at("2026-01-01T01:00"), at("2026-01-01T02:00")], "hour"),
        ([at("2026-01-01"), at("2026-01-02"), at("2026-01-05"), at("2026-01-06")], "day"),
        ([at("2026-01-05"), at("2026-01-12"), at("2026-01-19")], "week"),
        ([at("2026-01-31"), at("2026-02-28"), at("2026-03-31")], "month"),
        ([at("2026-01-01"), at("2026-04-01"), at("2026-07-01")], "quarter"),
        ([at("2024-01-01"), at("2025-01-01"), at("2026-01-01")], "year"),
    ],
)
def test_the_step_is_the_usual_distance(times: list[datetime], step: str) -> None:
    assert step_of(times) == step


@pytest.mark.parametrize(
    ("first", "step", "steps", "then"),
    [
        ("2026-01-31", "month", 1, "2026-02-28"),
        ("2026-01-31", "month", 12, "2027-01-31"),
        ("2024-02-29", "year", 1, "2025-02-28"),
        ("2026-11-30", "quarter", 1, "2027-02-28"),
        ("2026-12-28", "week", 1, "2027-01-04"),
        ("2026-12-31", "day", 1, "2027-01-01"),
    ],
)
def test_times_go_on_by_the_calendar(first: str, step: str, steps: int, then: str) -> None:
    assert later(at(first), step, steps) == at(then)


def test_gaps_are_filled_and_values_of_one_step_added() -> None:
    points = [(time, float(number)) for number, time in enumerate(MONTHS) if number != 4]
    series = series_of([*points, (at("2026-10-15"), 100.0)])
    assert (series.step, series.filled) == ("month", 1)
    assert series.values.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 109]
    assert series.at(10) == at("2026-11-01")


def test_the_order_of_the_points_does_not_matter() -> None:
    points = [(time, float(number)) for number, time in enumerate(MONTHS)]
    assert series_of(reversed(points)).values.tolist() == series_of(points).values.tolist()


def test_of_a_long_series_the_latest_counts() -> None:
    points = [(at("2020-01-01") + timedelta(days=day), float(day)) for day in range(1_500)]
    series = series_of(points)
    assert len(series.values) == MOST_POINTS
    assert series.values[-1] == 1_499
    assert series.at(MOST_POINTS - 1) == points[-1][0]


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([(time, 1.0) for time in MONTHS[:5]], "at least 6"),
        ([(MONTHS[0], 1.0)] * 10, "at least 6"),
        ([(time, 1e16) for time in MONTHS], "too large"),
        ([*((time, 1.0) for time in MONTHS), (at("2036-01-01"), 1.0)], "have no value"),
    ],
)
def test_a_series_that_cannot_be_continued_is_refused(points: list[tuple[datetime, float]], words: str) -> None:
    with pytest.raises(SeriesUnusable, match=words):
        series_of(points)
