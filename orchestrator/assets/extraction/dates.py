"""Dates in five languages; the order of day and month follows the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from orchestrator.assets.extraction.lexicon import MONTHS

DATE = re.compile(
    rf"(?<![\w/.-])(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:20|19)?\d{{2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|º)?\s?[-\s]?(?:de\s|of\s)?(?:{MONTHS})\b\.?,?[-\s](?:de\s|del\s)?\d{{4}}"
    rf"|(?:{MONTHS})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?\s?,?\s\d{{4}})(?![\w])",
    re.IGNORECASE,
)
NUMERIC = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{2}|\d{4})")
LANGUAGES = ["en", "de", "es", "nl", "fr"]


def dates_in(text: str, *, order: str) -> Iterator[tuple[date, int, int]]:
    """Each date with where it starts and ends; `order` is DMY or MDY for dates of bare numbers."""
    for match in DATE.finditer(text):
        day = _parse(match.group(), order)
        if day is not None and 1990 <= day.year <= 2100:
            yield day, match.start(), match.end()


def first_date(text: str, *, order: str) -> date | None:
    return next((day for day, _, _ in dates_in(text, order=order)), None)


def _parse(text: str, order: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    numbers = NUMERIC.fullmatch(text)
    if numbers is None:
        return _spelled(text, order)
    first, second, year = (int(part) for part in numbers.groups())
    day, month = (second, first) if (order == "MDY" and first <= 12) or second > 12 else (first, second)
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def _spelled(text: str, order: str) -> date | None:
    import dateparser

    plain = re.sub(r"(?i)\b(?:de|del|of)\b|(?<=\d)(?:º|st|nd|rd|th)|[.,-]", " ", text)
    settings = {"DATE_ORDER": order, "REQUIRE_PARTS": ["day", "month", "year"]}
    moment = dateparser.parse(" ".join(plain.split()), languages=LANGUAGES, settings=settings)
    return moment.date() if moment else None
