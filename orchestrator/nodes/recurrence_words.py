"""The rule of a schedule as a person says it, in the languages of the browser application."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from cronsim import CronSim

from orchestrator.nodes.recurrence import WEEKDAYS, WEEKEND, WORKING_DAYS, Recurrence

Language = Literal["en", "de"]

GERMAN_DAYS: Mapping[str, str] = {
    "mon": "Montag",
    "tue": "Dienstag",
    "wed": "Mittwoch",
    "thu": "Donnerstag",
    "fri": "Freitag",
    "sat": "Samstag",
    "sun": "Sonntag",
}


def words(rule: Recurrence, language: Language = "en") -> str:
    """ "Every weekday at 09:00, Berlin time", "Jeden Werktag um 09:00 Uhr, Zeit von Berlin"."""
    return _german(rule) if language == "de" else _english(rule)


def _english(rule: Recurrence) -> str:
    if rule.kind == "every":
        return f"Every {rule.unit[:-1]}" if rule.every == 1 else f"Every {rule.every} {rule.unit}"
    city = _city(rule.time_zone)
    zone = f"{city} time" if city else rule.time_zone
    if rule.kind == "cron":
        return f"{CronSim(rule.cron, datetime(2026, 1, 1, tzinfo=UTC)).explain()}, {zone}"
    return f"{_english_days(rule)} at {rule.at}, {zone}"


def _english_days(rule: Recurrence) -> str:
    if rule.kind == "monthly":
        days = [f"{day}{_ordinal(day)}" for day in sorted(set(rule.month_days))]
        return f"On the {_listed([*days, *(['last day'] if rule.last_day else [])], 'and')} of each month"
    chosen = _chosen(rule)
    if len(chosen) == len(WEEKDAYS):
        return "Every day"
    if chosen == WORKING_DAYS:
        return "Every weekday"
    if chosen == WEEKEND:
        return "Every Saturday and Sunday"
    return f"Every {_listed([WEEKDAYS[day] for day in chosen], 'and')}"


def _german(rule: Recurrence) -> str:
    if rule.kind == "every":
        one, many = ("Minute", "Minuten") if rule.unit == "minutes" else ("Stunde", "Stunden")
        return f"Jede {one}" if rule.every == 1 else f"Alle {rule.every} {many}"
    city = _city(rule.time_zone)
    zone = f"Zeit von {city}" if city else rule.time_zone
    if rule.kind == "cron":
        # What explains cron lines speaks English only: the line itself says it to those who write such lines.
        return f"Nach der Cron-Zeile {rule.cron}, {zone}"
    return f"{_german_days(rule)} um {rule.at} Uhr, {zone}"


def _german_days(rule: Recurrence) -> str:
    if rule.kind == "monthly":
        days = [f"{day}." for day in sorted(set(rule.month_days))]
        return f"Am {_listed([*days, *(['letzten Tag'] if rule.last_day else [])], 'und')} jedes Monats"
    chosen = _chosen(rule)
    if len(chosen) == len(WEEKDAYS):
        return "Jeden Tag"
    if chosen == WORKING_DAYS:
        return "Jeden Werktag"
    return f"Jeden {_listed([GERMAN_DAYS[day] for day in chosen], 'und')}"


def _chosen(rule: Recurrence) -> list[str]:
    return [day for day in WEEKDAYS if rule.kind == "daily" or day in rule.weekdays]


def _listed(names: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _ordinal(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _city(zone: str) -> str:
    """Empty for zones such as UTC that are called by no place."""
    area, _, city = zone.rpartition("/")
    return re.sub("_", " ", city) if area and area != "Etc" else ""
