"""Numbers by which a document or a matter is known."""

from __future__ import annotations

import re

from orchestrator.assets.extraction.dates import DATE

KINDS = ("order", "claim", "policy", "case", "transaction", "customer", "contract", "reference")
TOKEN = re.compile(r"(?:[A-Z]{1,4}[ ](?=\d))?[A-Z0-9][A-Z0-9/_.\-]*", re.IGNORECASE)
FILLER = re.compile(r"^(?:(?:is|was|lautet|ist|es|of)\b|[\s:#–-])+", re.IGNORECASE)
AMOUNT_FOLLOWS = re.compile(r"\s?[%€$£]|,\d{2}\b")


def reference_in(text: str, *, shortest: int = 3) -> str | None:
    """The first word of `text` when it looks like a document's number: it has a digit, is no date and no amount."""
    plain = FILLER.sub("", text)
    match = TOKEN.match(plain)
    if match is None or DATE.match(plain) or AMOUNT_FOLLOWS.match(plain, match.end()):
        return None
    value = match.group().rstrip("./-_")
    is_number = len(value) >= shortest and re.search(r"\d", value) and not re.fullmatch(r"\d+\.\d{2}", value)
    return value if is_number else None
