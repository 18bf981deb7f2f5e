"""When schedules are due, how they are told, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.errors import StepFailed
from orchestrator.engine.graph import Node
from orchestrator.nodes.recurrence import Recurrence, due_times, next_times, rule_problems
from orchestrator.nodes.recurrence_words import words
from orchestrator.nodes.registry import check_config
from orchestrator.nodes.start_schedule import StartSchedule

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def rule(**config: Any) -> Recurrence:
    assert rule_problems(config) == []
    return Recurrence.model_validate(config)


def cron(line: str, zone: str = "UTC") -> Recurrence:
    return rule(kind="cron", cron=line, time_zone=zone)


def times(one: Recurrence, after: str, count: int) -> list[str]:
    return [f"{due:%m-%d %H:%M}" for due in next_times(one, datetime.fromisoformat(f"{after}+00:00"), count)]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"kind": "every", "every": 1, "unit": "minutes"}, "Every minute"),
        ({"kind": "every", "every": 15, "unit": "minutes"}, "Every 15 minutes"),
        ({"kind": "every", "every": 2, "unit": "hours"}, "Every 2 hours"),
        ({"kind": "daily", "at": "07:30"}, "Every day at 07:30, UTC"),
        ({"kind": "weekly", "time_zone": "Europe/Berlin"}, "Every weekday at 09:00, Berlin time"),
        ({"kind": "weekly", "weekdays": ["thu", "mon"]}, "Every Monday and Thursday at 09:00, UTC"),
        ({"kind": "weekly", "weekdays": ["sun", "sat"]}, "Every Saturday and Sunday at 09:00, UTC"),
        (
            {"kind": "monthly", "month_days": [15, 1, 22], "time_zone": "America/New_York"},
            "On the 1st, 15th and 22nd of each month at 09:00, New York time",
        ),
        ({"kind": "monthly", "month_days": [], "last_day": True}, "On the last day of each month at 09:00, UTC"),
        ({"kind": "cron", "cron": "0 9 * * MON-FRI"}, "At 09:00 on Monday through Friday, UTC"),
    ],
)
def test_a_rule_is_told_in_words(config: dict[str, Any], told: str) -> None:
    assert words(rule(**config)) == told


@pytest.mark.ux(182)
@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"kind": "every", "every": 1, "unit": "hours"}, "Jede Stunde"),
        ({"kind": "every", "every": 15, "unit": "minutes"}, "Alle 15 Minuten"),
        ({"kind": "daily", "at": "07:30"}, "Jeden Tag um 07:30 Uhr, UTC"),
        ({"kind": "weekly", "time_zone": "Europe/Berlin"}, "Jeden Werktag um 09:00 Uhr, Zeit von Berlin"),
        ({"kind": "weekly", "weekdays": ["thu", "mon"]}, "Jeden Montag und Donnerstag um 09:00 Uhr, UTC"),
        (
            {"kind": "monthly", "month_days": [15, 1], "last_day": True},
            "Am 1., 15. und letzten Tag jedes Monats um 09:00 Uhr, UTC",
        ),
        ({"kind": "cron", "cron": "0 9 * * MON-FRI"}, "Nach der Cron-Zeile 0 9 * * MON-FRI, UTC"),
    ],
)
def test_a_rule_is_told_in_german(config: dict[str, Any], told: str) -> None:
    assert words(rule(**config), "de") == told


def test_days_are_those_of_the_wall() -> None:
    berlin = rule(kind="weekly", weekdays=["mon", "fri"], at="09:00", time_zone="Europe/Berlin")
    assert times(berlin, "2026-03-26 12:00", 3) == ["03-27 08:00", "03-30 07:00", "04-03 07:00"]


@pytest.mark.parametrize("one", [rule(at="02:30", time_zone="Europe/Berlin"), cron("30 2 * * *", "Europe/Berlin")])
def test_a_time_that_the_clock_jumps_over_is_due_right_after_the_jump(one: Recurrence) -> None:
    # On 29 March 2026 the clock goes from 02:00 to 03:00: 03:00 there is 01:00 UTC.
    assert times(one, "2026-03-28 00:00", 3) == ["03-28 01:30", "03-29 01:00", "03-30 00:30"]


@pytest.mark.parametrize("one", [rule(at="02:30", time_zone="Europe/Berlin"), cron("30 2 * * *", "Europe/Berlin")])
def test_a_time_that_the_clock_shows_twice_is_due_once(one: Recurrence) -> None:
    # On 25 October 2026 the clock goes from 03:00 back to 02:00.
    assert times(one, "2026-10-24 12:00", 3) == ["10-25 00:30", "10-26 01:30", "10-27 01:30"]
    # Asked between the two, and after the second.
    assert times(one, "2026-10-25 01:15", 1) == ["10-26 01:30"]
    assert times(one, "2026-10-25 01:45", 1) == ["10-26 01:30"]


def test_two_times_that_the_clock_jumps_over_are_one() -> None:
    assert times(cron("0,30 2 * * *", "Europe/Berlin"), "2026-03-29 00:00", 2) == ["03-29 01:00", "03-30 00:00"]


def test_intervals_are_time_that_passes() -> None:
    hours = rule(kind="every", every=6, unit="hours", time_zone="Europe/Berlin")
    found = next_times(hours, datetime(2026, 3, 28, tzinfo=UTC), 12)
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(hours=6)}
    minutes = rule(kind="every", every=45, unit="minutes", time_zone="Asia/Kolkata")
    assert next_times(minutes, found[0], 1)[0] - found[0] <= timedelta(minutes=45)


def test_leap_days_and_short_months() -> None:
    assert [due.year for due in next_times(cron("0 0 29 2 *"), NEW_YEAR, 2)] == [2028, 2032]
    ends = rule(kind="monthly", month_days=[31], at="00:00")
    assert [due.month for due in next_times(ends, NEW_YEAR, 7)] == [1, 3, 5, 7, 8, 10, 12]
    last = rule(kind="monthly", month_days=[], last_day=True, at="00:00")
    assert [due.day for due in next_times(last, NEW_YEAR, 3)] == [31, 28, 31]


def test_a_long_stretch_is_given_by_its_newest_times() -> None:
    each_minute = rule(kind="every", every=1, unit="minutes")
    until = NEW_YEAR + timedelta(days=365)
    found = due_times(each_minute, NEW_YEAR, until, 1000)
    assert (len(found), found[-1], found[0]) == (1000, until, until - timedelta(minutes=999))
    assert due_times(each_minute, NEW_YEAR, NEW_YEAR + timedelta(minutes=2), 1000) == [
        NEW_YEAR + timedelta(minutes=late) for late in range(3)
    ]


@pytest.mark.parametrize(
    ("config", "code", "field"),
    [
        ({"time_zone": "Europe/Bärlin"}, "zone_unknown", "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "zone_unknown", "time_zone"),
        ({"kind": "weekly", "weekdays": []}, "no_days", "weekdays"),
        ({"kind": "monthly", "month_days": []}, "no_days", "month_days"),
        ({"kind": "monthly", "month_days": [0, 32]}, "day_unknown", "month_days"),
        ({"kind": "cron"}, "cron_invalid", "cron"),
        ({"kind": "cron", "cron": "each morning"}, "cron_invalid", "cron"),
        ({"kind": "cron", "cron": "60 * * * *"}, "cron_invalid", "cron"),
        ({"kind": "cron", "cron": "* * * * * *"}, "cron_seconds", "cron"),
        ({"kind": "cron", "cron": "0 0 30 2 *"}, "cron_invalid", "cron"),
        ({"kind": "cron", "cron": "0 0 * 2 MON#5,MON#5"}, None, "cron"),
        ({"kind": "cron", "cron": "0 9 " + "1," * 5000 + "1 * *"}, "invalid_setting", "cron"),
        ({"time_zone": "x" * 10_000}, "invalid_setting", "time_zone"),
        ({"every": 0, "kind": "every"}, "invalid_setting", "every"),
        ({"at": "24:00"}, "invalid_setting", "at"),
        ({"misfire": "catch_up", "overlap": "cancel_previous"}, "catch_up_cancels", "misfire"),
        ({"at": {"$expr": "trigger.at"}}, "needs_literal", "at"),
    ],
)
def test_nonsense_is_named_when_it_is_saved(config: dict[str, Any], code: str | None, field: str) -> None:
    found = check_config(Node(key="clock", type="start_schedule", config=config))
    assert {(one.code, one.field) for one in found} >= ({(code, f"config.{field}")} if code else set())
    assert bool(found) == bool(code)
    assert all(len(one.message) < 500 for one in found)


@given(st.text(alphabet="0123456789*/,-#LWMONJA ²", max_size=40))
def test_any_line_is_read_or_refused(line: str) -> None:
    if not rule_problems({"kind": "cron", "cron": line}):
        due = next_times(cron(line), NEW_YEAR, 3)
        assert all(later - earlier >= timedelta(minutes=1) for earlier, later in pairwise(due))


def test_the_start_gives_the_time_it_was_meant_for() -> None:
    config = StartSchedule.Config(time_zone="Europe/Berlin")
    given = {"scheduled_for": "2026-03-31T07:00:00+00:00"}
    assert StartSchedule().accept(config, given) == {**given, "time_zone": "Europe/Berlin"}
    assert datetime.fromisoformat(StartSchedule().accept(config, {})["scheduled_for"]).tzinfo is not None


@pytest.mark.parametrize("given", ["tomorrow", 7, ["2026"]])
def test_a_time_that_is_none_is_refused(given: Any) -> None:
    with pytest.raises(StepFailed, match="cannot be read"):
        StartSchedule().accept(StartSchedule.Config(), {"scheduled_for": given})
