"""How many values are read right from real invoices: `python -m tests.bench.extraction`, data in BENCH_DATA."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestrator.assets.extraction.fields import extract
from orchestrator.documents.parse import parse

FIELDS = ("amount", "date", "invoice_number")
GOAL = 14


def measure(say: Callable[[str], None]) -> dict[str, Any] | None:
    """Hits per document and per field; None when there is no data."""
    folder = Path(os.environ.get("BENCH_DATA", "")) / "invoices-pdf"
    if "BENCH_DATA" not in os.environ or not folder.is_dir():
        say("extraction: not measured (set BENCH_DATA to a folder with invoices-pdf)")
        return None
    hits, expected = dict.fromkeys(FIELDS, 0), dict.fromkeys(FIELDS, 0)
    for path in sorted(folder.glob("*.pdf")):
        wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))[0]
        read = values_of(path)
        marks = []
        for field in (field for field in FIELDS if field in wanted):
            right = read[field] == wanted[field]
            expected[field] += 1
            hits[field] += right
            marks.append(f"{field} {'right' if right else f'{read[field]!r} instead of {wanted[field]!r}'}")
        say(f"extraction {path.name}: {', '.join(marks)}")
    for field in FIELDS:
        say(f"extraction {field}: {hits[field]} of {expected[field]}")
    found, total = sum(hits.values()), sum(expected.values())
    say(f"extraction in all: {found} of {total} (goal {GOAL})")
    return {"hits": hits, "expected": expected, "found": found, "of": total}


def values_of(path: Path) -> dict[str, Any]:
    """What is read from an invoice, under the names of the expected values."""
    document = parse(path.read_bytes(), path.name, ocr="never", max_pages=50)
    read = extract(document.text, [asdict(table) for table in document.tables])
    return {
        "amount": read["total"]["value"] if read["total"] else None,
        "date": read["date"],
        "invoice_number": read["invoice_number"],
    }


if __name__ == "__main__":
    measure(print)
