"""Amounts of money with their currency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from price_parser import Price

SIGNS = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "US$": "USD",
    "EURO": "EUR",
    "EUROS": "EUR",
    "FR.": "CHF",
    "SFR": "CHF",
}
CODES = "EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|CAD|AUD|MXN"
CURRENCY = rf"US\$|[€$£¥]|\b(?:{CODES})\b|\beuros?\b|\bSfr\b|\bFr\."
NUMBER = r"\d{1,3}(?:[.,'’\u202f\u00a0 ]\d{3})+(?:[.,](?:\d{2}|-))?(?!\d)|\d+(?:[.,](?:\d{2}|-))?(?!\d)"
MONEY = re.compile(
    rf"(?<![\w.,/-])(?P<before>{CURRENCY})?\s?(?P<sign>[-–−])?\s?(?P<number>{NUMBER})(?P<after>\s?(?:{CURRENCY}))?"
    r"(?![\w%]|\s?%|[./-]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Money:
    value: float
    currency: str | None
    """ISO 4217; None where the document names none beside the number."""
    exact: bool
    """Printed with cents."""
    start: int
    end: int


def money_in(text: str) -> Iterator[Money]:
    """Numbers that can be amounts: with a currency beside them, or printed with cents."""
    for match in MONEY.finditer(text):
        sign = (match["before"] or match["after"] or "").strip().upper()
        exact = bool(re.search(r"[.,](?:\d{2}|-)$", match["number"]))
        if not sign and not exact:
            continue
        price = Price.fromstring(re.sub(r"[.,]-$", "", match["number"]))
        if price.amount_float is None:
            continue
        value = -price.amount_float if match["sign"] else price.amount_float
        currency = SIGNS.get(sign, sign) or None
        yield Money(value=value, currency=currency, exact=exact, start=match.start(), end=match.end())


def best_money(text: str) -> Money | None:
    """The amount a label on the left most likely means: with currency before bare, then the last of the line."""
    found = list(money_in(text))
    return max(found, key=lambda money: (money.currency is not None, money.start)) if found else None
