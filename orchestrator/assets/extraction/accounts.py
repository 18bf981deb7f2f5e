"""Bank accounts, e-mail addresses, telephone numbers."""

from __future__ import annotations

import re

from orchestrator.assets.extraction.dates import DATE

LENGTHS = (
    "AD24 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 IE22 "
    "IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 SE24 SI19 SK24 SM27 TR26"
)
IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in LENGTHS.split()}
IBAN_START = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ ]?[A-Z0-9])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
PHONE = re.compile(
    r"(?<![\w+./-])(?:\+\d{1,3}[\s(/.-]*|\(0?\d{2,5}\)[\s/.-]*|0\d{1,4}[\s/.-])\(?\d(?:[\s()/.-]{0,2}\d){5,12}(?![\w])"
)
ACCOUNT = re.compile(r"[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}")
PHONE_LABEL = re.compile(r"(?i)(?<!\w)(?:tel|phone|telef|mobile|mobil|fon|call)")


def is_iban(text: str) -> bool:
    """Country, length and the check number (ISO 7064 mod 97)."""
    if IBAN_LENGTHS.get(text[:2]) != len(text) or not text.isalnum():
        return False
    digits = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return int(digits) % 97 == 1


def ibans_in(text: str) -> list[str]:
    """Valid IBANs in reading order, without spaces, each once."""
    found: dict[str, None] = {}
    for match in IBAN_START.finditer(text):
        run = re.match(r"[A-Z0-9](?:[ ]?[A-Z0-9])*", text[match.start() : match.start() + 60])
        plain = run.group().replace(" ", "") if run else ""
        candidate = plain[: IBAN_LENGTHS.get(plain[:2], 0)]
        if is_iban(candidate):
            found[candidate] = None
    return list(found)


def emails_in(text: str) -> list[str]:
    return list(dict.fromkeys(match.group().rstrip(".") for match in EMAIL.finditer(text)))


def phone_in(text: str) -> str | None:
    """The first telephone number; one with a label beside it is preferred. Dates and accounts are none."""
    taken = [match.span() for pattern in (DATE, ACCOUNT) for match in pattern.finditer(text)]
    found = [
        match for match in PHONE.finditer(text)
        if not any(match.start() < end and start < match.end() for start, end in taken)
    ]  # fmt: skip
    named = [match for match in found if PHONE_LABEL.search(text[max(0, match.start() - 20) : match.start()])]
    sure = named or [match for match in found if match.group().startswith(("+", "("))]
    return " ".join(sure[0].group().split()) if sure else None
