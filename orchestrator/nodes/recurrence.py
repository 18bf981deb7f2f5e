"""When a schedule is due: its rule in words, and the times that follow from it.

A day's rule ("02:30") means the clock on the wall. Where the clock jumps over that time it is due right after the
jump; where the clock shows it twice it is due the first time only. "Every 15 minutes" means time that passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from orchestrator.engine.errors import Problem
from orchestrator.nodes.base import Settings, setting

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Mapping[str, str] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
WORKING_DAYS = ["mon", "tue", "wed", "thu", "fri"]
WEEKEND = ["sat", "sun"]
CRON_FIELDS = 5
LONGEST_CRON = 200
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
ANCHOR = datetime(1970, 1, 1)  # noqa: DTZ001  midnight on the wall of whatever zone the rule names
FIRST_WINDOW = timedelta(days=1)


class Recurrence(Settings):
    """A rule and the time zone it is meant in. Nothing is due more often than once a minute."""

    kind: Literal["every", "daily", "weekly", "monthly", "cron"] = setting(
        "daily",
        title="How often",
        description="At fixed intervals, on days at a time, or by a cron line.",
        widget="choice",
        level=1,
        literal=True,
    )
    every: int = setting(
        1,
        title="Every",
        description="How many of the unit below.",
        widget="number",
        level=1,
        literal=True,
        ge=1,
        le=1440,
    )
    unit: Literal["minutes", "hours"] = setting("hours", title="Unit", widget="choice", level=1, literal=True)
    at: str = setting(
        "09:00",
        title="At",
        description="Hours and minutes on the wall, for example 09:00.",
        widget="clock",
        level=1,
        literal=True,
        pattern=CLOCK,
        examples=["09:00"],
    )
    weekdays: list[Weekday] = setting(
        WORKING_DAYS, title="Days of the week", widget="weekdays", level=1, literal=True, max_length=7
    )
    month_days: list[int] = setting(
        [1],
        title="Days of the month",
        description="From 1 to 31. A month without such a day is left out.",
        widget="list",
        level=1,
        literal=True,
        max_length=31,
    )
    last_day: bool = setting(False, title="Also on the last day of the month", widget="switch", level=1, literal=True)
    cron: str = setting(
        "",
        title="Cron line",
        description="Minute, hour, day of the month, month and day of the week, for example 0 9 * * MON-FRI.",
        level=1,
        literal=True,
        max_length=LONGEST_CRON,
        examples=["0 9 * * MON-FRI"],
    )
    time_zone: str = setting(
        "UTC",
        title="Time zone",
        description="The clock that is meant, for example Europe/Berlin.",
        widget="time-zone",
        level=1,
        literal=True,
        max_length=60,
        examples=["Europe/Berlin"],
    )


def rule_problems(config: Mapping[str, object]) -> list[Problem]:
    """What is wrong with a rule beyond what its schema says; `config` may hold anything."""
    zone = config.get("time_zone", "UTC")
    if isinstance(zone, str) and not is_zone(zone):
        message = f"There is no time zone {zone[:60]!r}."
        return [_problem("time_zone", "zone_unknown", message, "Choose one from the list, for example Europe/Berlin.")]
    kind = config.get("kind", "daily")
    if kind == "weekly" and config.get("weekdays") == []:
        return [_problem("weekdays", "no_days", "No day of the week is chosen.", "Choose at least one.")]
    if kind == "monthly":
        return _month_problems(config)
    if kind == "cron":
        return _cron_problems(config.get("cron", ""))
    return []


def _month_problems(config: Mapping[str, object]) -> list[Problem]:
    days = config.get("month_days", [1])
    if days == [] and not config.get("last_day"):
        return [_problem("month_days", "no_days", "No day of the month is chosen.", "Choose at least one.")]
    if isinstance(days, list) and any(isinstance(day, int) and not 1 <= day <= 31 for day in days):
        return [_problem("month_days", "day_unknown", "Days of the month go from 1 to 31.", "Choose other days.")]
    return []


def _cron_problems(line: object) -> list[Problem]:
    if not isinstance(line, str) or len(line) > LONGEST_CRON:
        return []  # the schema says so
    fields = len(line.split())
    if fields == CRON_FIELDS + 1:
        message = "A cron line has five fields here: nothing runs more often than once a minute."
        return [_problem("cron", "cron_seconds", message, "Leave the field for seconds out.")]
    if fields != CRON_FIELDS:
        message = f"A cron line has five fields, this one has {fields}."
        return [_problem("cron", "cron_invalid", message, "For example: 0 9 * * MON-FRI")]
    try:
        next(CronSim(line, datetime(2026, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        message = f"This cron line cannot be read: {str(error).lower()}."
        return [_problem("cron", "cron_invalid", message, "For example: 0 9 * * MON-FRI")]
    except StopIteration:
        return [_problem("cron", "cron_never", "This cron line is never due.", "Choose a day that exists.")]
    return []


def _problem(name: str, code: str, message: str, hint: str) -> Problem:
    return Problem(code=code, message=message, hint=hint, field=f"config.{name}")


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})


def is_zone(name: str) -> bool:
    return name in zones()


def times_after(rule: Recurrence, after: datetime) -> Iterator[datetime]:
    """The times at which `rule` is due after `after`, in UTC, each later than the one before."""
    last = after
    for due in _intervals(rule, after) if rule.kind == "every" else _cron_times(rule, after):
        # Two times that a clock jumps over fall together after the jump; a time that comes twice has been.
        if due > last:
            last = due
            yield due


def next_times(rule: Recurrence, after: datetime, count: int) -> list[datetime]:
    return list(islice(times_after(rule, after), count))


def due_times(rule: Recurrence, first: datetime, until: datetime, most: int) -> list[datetime]:
    """The times from `first`, a time of `rule`, to `until`, both included; of a long stretch the newest `most`.

    The stretch is looked at from its end, in windows that grow, so that a year without schedulers costs no more than a
    day of them.
    """
    window = FIRST_WINDOW
    while True:
        start = max(first, until - window)
        found = [first] if start == first else []
        for due in times_after(rule, start):
            if due > until:
                break
            found.append(due)
        if start == first or len(found) >= most:
            return found[-most:]
        window *= 4


def _intervals(rule: Recurrence, after: datetime) -> Iterator[datetime]:
    step = timedelta(**{rule.unit: rule.every})
    anchor = ANCHOR.replace(tzinfo=ZoneInfo(rule.time_zone)).astimezone(UTC)
    due = anchor + step * ((after - anchor) // step + 1)
    while True:
        yield due
        due += step


def _cron_times(rule: Recurrence, after: datetime) -> Iterator[datetime]:
    for due in CronSim(cron_line(rule), after.astimezone(ZoneInfo(rule.time_zone))):
        yield due.astimezone(UTC)


def cron_line(rule: Recurrence) -> str:
    """The rule as a cron line; for rules on days only."""
    if rule.kind == "cron":
        return rule.cron
    hour, _, minute = rule.at.partition(":")
    clock = f"{int(minute)} {int(hour)}"
    if rule.kind == "weekly":
        return f"{clock} * * {','.join(rule.weekdays)}"
    if rule.kind == "monthly":
        return f"{clock} {','.join([*map(str, rule.month_days), *(['L'] if rule.last_day else [])])} * *"
    return f"{clock} * * *"
