"""Generated letters and documents with known types: what the trained sample classifier learns from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

PHRASES = Path(__file__).with_name("phrases.json")
MONTHS = {
    "en": ("January", "March", "April", "June", "September", "November"),
    "de": ("Januar", "März", "April", "Juni", "September", "November"),
    "es": ("enero", "marzo", "abril", "junio", "septiembre", "noviembre"),
}


def letters(*, seed: int, of_each: int) -> list[tuple[str, str]]:
    """`(text, label)` pairs, `of_each` per label and language; the same seed gives the same texts."""
    phrases = json.loads(PHRASES.read_text(encoding="utf-8"))
    return list(_letters(phrases, Random(seed), of_each))


def _letters(phrases: dict[str, Any], random: Random, of_each: int) -> Iterator[tuple[str, str]]:
    for label, languages in phrases["labels"].items():
        for language, bodies in languages.items():
            for _ in range(of_each):
                parts = [
                    random.choice(phrases["greetings"][language]),
                    random.choice(bodies),
                    random.choice(phrases["closings"][language]),
                ]
                yield "\n".join(part for part in parts if part).format(**_facts(phrases, random, language)), label


def _facts(phrases: dict[str, Any], random: Random, language: str) -> dict[str, Any]:
    amount = random.choice((random.uniform(8, 300), random.uniform(300, 5_000), random.uniform(5_000, 60_000)))
    company, other = random.sample(phrases["companies"], 2)
    return {
        "name": random.choice(phrases["names"]),
        "company": company,
        "company2": other,
        "item": random.choice(phrases["items"][language]),
        "count": random.randint(1, 40),
        "price": f"{amount / 7:.2f}",
        "amount": f"EUR {amount:,.2f}",
        "ref": f"{random.choice(('A', 'RE-', 'INV', 'K', ''))}{random.randint(10_000, 9_999_999)}",
        "date": f"{random.randint(1, 28)} {random.choice(MONTHS[language])} {random.randint(2024, 2026)}",
    }
