"""The fields of a business document, read from its text and tables by the words that stand beside the values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from orchestrator.assets.extraction.accounts import emails_in, ibans_in, phone_in
from orchestrator.assets.extraction.amounts import Money, best_money, money_in
from orchestrator.assets.extraction.dates import dates_in, first_date
from orchestrator.assets.extraction.lines import Found, labelled, lines_of
from orchestrator.assets.extraction.parties import companies_in, signer_of
from orchestrator.assets.extraction.references import KINDS, reference_in

MOST_AMOUNTS = MOST_DATES = 40
MOST_REFERENCES = 20
LONGEST_TEXT = 200_000
US_ADDRESS = re.compile(r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b|\bUnited States\b|\bUSA\b")
UNLABELLED = 0.4
"""Certainty of a value that stands alone but is the only likely one."""


@dataclass(frozen=True, kw_only=True)
class Field:
    value: Any
    certainty: float


def extract(text: str, tables: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Parties, amounts, dates, numbers and accounts, each key field with its certainty (0..1) in `certainties`."""
    return _Reading(text[:LONGEST_TEXT], tables).answer()


class _Reading:
    """One document being read."""

    def __init__(self, text: str, tables: Sequence[dict[str, Any]]) -> None:
        self.text = text
        self.text_lines = lines_of(text, ())
        self.lines = lines_of(text, tables)
        self.found = list(labelled(self.lines))

    def of(self, *kinds: str) -> list[Found]:
        """What stands beside labels of these kinds, the surest first, then in reading order."""
        return sorted((found for found in self.found if found.kind in kinds), key=lambda found: -found.certainty)

    @cached_property
    def currency(self) -> str | None:
        """The currency named most often."""
        named = Counter(money.currency for line in self.text_lines for money in money_in(line) if money.currency)
        return named.most_common(1)[0][0] if named else None

    @cached_property
    def order(self) -> str:
        """Month first only where dollars and an American address say so."""
        return "MDY" if self.currency in {"USD", None} and US_ADDRESS.search(self.text) else "DMY"

    def answer(self) -> dict[str, Any]:
        fields = {
            "invoice_number": self.invoice_number(),
            "date": self.date(),
            "due_date": self.day_of("due_date"),
            "total": self.total(),
            "sender": self.sender(),
        }
        ibans, emails, references = ibans_in(self.text), emails_in(self.text), self.references()
        known = {name: field for name, field in fields.items() if field is not None}
        certainties = {name: round(field.certainty, 2) for name, field in known.items()}
        if ibans:
            certainties["iban"] = 0.99
        if references:
            certainties["references"] = 0.9
        values = {name: field.value if field else None for name, field in fields.items()}
        return {
            **values,
            "parties": self.parties,
            "amounts": self.amounts(),
            "dates": self.dates(),
            "references": references,
            "iban": ibans[0] if ibans else None,
            "ibans": ibans,
            "emails": emails[:10],
            "phone": phone_in(self.text),
            "confidence": _overall(certainties),
            "certainties": certainties,
        }

    def invoice_number(self) -> Field | None:
        for found in self.of("invoice_number"):
            value = reference_in(found.text)
            if value:
                return Field(value=value, certainty=found.certainty)
        return None

    def day_of(self, *kinds: str) -> Field | None:
        for found in self.of(*kinds):
            day = first_date(found.text, order=self.order)
            if day:
                return Field(value=day.isoformat(), certainty=found.certainty)
        return None

    def date(self) -> Field | None:
        """The date of the document: labelled, else the first one that is labelled as nothing else."""
        labelled_day = self.day_of("invoice_date")
        if labelled_day:
            return labelled_day
        others = {entry["value"] for entry in self.dates() if entry["label"] in {"due_date", "event_date"}}
        for line in self.text_lines:
            for day, _, _ in dates_in(line, order=self.order):
                if day.isoformat() not in others:
                    return Field(value=day.isoformat(), certainty=UNLABELLED)
        return None

    def total(self) -> Field | None:
        """The surest label wins; among equals the largest amount."""
        best: tuple[float, float, Money] | None = None
        for found in self.of("total", "claimed"):
            money = best_money(found.text)
            if money and (best is None or (found.certainty, money.value) > best[:2]):
                best = (found.certainty, money.value, money)
        if best:
            return Field(value=self.money_json(best[2]), certainty=best[0])
        loose = [money for line in self.text_lines for money in money_in(line) if money.currency and money.value > 0]
        if not loose:
            return None
        return Field(value=self.money_json(max(loose, key=lambda money: money.value)), certainty=UNLABELLED)

    def money_json(self, money: Money) -> dict[str, Any]:
        return {"value": money.value, "currency": money.currency or self.currency}

    def amounts(self) -> list[dict[str, Any]]:
        labels = {
            found.line: found.kind for found in self.found if found.kind in {"total", "claimed", "subtotal", "tax"}
        }
        rows = [
            {**self.money_json(money), "label": labels.get(number, _words_before(line, money.start))}
            for number, line in enumerate(self.text_lines)
            for money in money_in(line)
        ]
        return rows[:MOST_AMOUNTS]

    def dates(self) -> list[dict[str, Any]]:
        """Every date once, with the label beside it (`invoice_date`, `due_date`, `event_date`) or the words before."""
        labels: dict[date, str] = {}
        for found in self.of("invoice_date", "due_date", "event_date"):
            day = first_date(found.text, order=self.order)
            if day:
                labels.setdefault(day, found.kind)
        seen: dict[date, str] = {}
        for line in self.text_lines:
            for day, start, _ in dates_in(line, order=self.order):
                seen.setdefault(day, labels.get(day, _words_before(line, start)))
        return [{"value": day.isoformat(), "label": label} for day, label in seen.items()][:MOST_DATES]

    def references(self) -> list[dict[str, str]]:
        found = ((entry.kind, reference_in(entry.text, shortest=4)) for entry in self.of(*KINDS))
        rows = {value: kind for kind, value in reversed(list(found)) if value}
        return [{"kind": kind, "value": value} for value, kind in reversed(rows.items())][:MOST_REFERENCES]

    @cached_property
    def parties(self) -> list[str]:
        signer = signer_of(self.text_lines)
        named = [
            found.text.split("  ")[0].strip(" ,;") for found in self.of("party") if re.match(r"[A-ZÄÖÜ]", found.text)
        ]
        names = [
            *companies_in(self.text_lines),
            *(name for name in named if len(name) <= 80),
            *([signer] if signer else []),
        ]
        return list(dict.fromkeys(names))[:10]

    def sender(self) -> Field | None:
        """Who wrote it: the signer of a letter, else the first company."""
        signer = signer_of(self.text_lines)
        if signer:
            return Field(value=signer, certainty=0.85)
        return Field(value=self.parties[0], certainty=0.6) if self.parties else None


def _words_before(line: str, start: int) -> str:
    """Up to four words that stand before a value, as its label."""
    return " ".join(re.split(r"\s{3,}", line[:start].strip(" \t:;,-–"))[-1].split()[-4:])


def _overall(certainties: dict[str, float]) -> float:
    """Mean certainty of what was found, lowered when the essentials (who or which, when, how much) are missing."""
    if not certainties:
        return 0.0
    essentials = (
        bool({"invoice_number", "references"} & certainties.keys()),
        "date" in certainties,
        "total" in certainties,
        "sender" in certainties,
    )
    mean = sum(certainties.values()) / len(certainties)
    return round(mean * (0.5 + 0.5 * sum(essentials) / len(essentials)), 2)
