"""Mail addresses and mail header lines as people type them or formulas give them."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from orchestrator.engine.errors import ErrorCategory, StepFailed

MOST_RECIPIENTS = 50

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)

_ENTRY = re.compile(r'(?:"[^"]*"|[^,;])+')
"""Up to a comma or semicolon outside quotation marks. The library's own reader makes addresses of what are none."""


def _joined(value: Any) -> Any:
    """A list of addresses, as formulas may give it, becomes the text a person would type."""
    return ", ".join(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value


AddressText = Annotated[str, BeforeValidator(_joined)]


def read_addresses(text: str, *, setting: str) -> list[str]:
    """The bare addresses in `text`, without repeats; raises `StepFailed` (input) naming what is wrong.

    Addresses are separated by commas or semicolons and may carry a name: `Ann <ann@example.com>`.
    """
    refuse_line_breaks(text, setting=setting)
    found: dict[str, None] = {}
    for entry in filter(None, map(str.strip, _ENTRY.findall(text))):
        address = entry[:-1].rpartition("<")[2].strip() if entry.endswith(">") else entry
        if len(address) > 254 or not _ADDRESS.fullmatch(address):
            raise StepFailed(
                ErrorCategory.INPUT,
                "invalid_address",
                f"{setting}: {entry[:100]!r} is not a mail address.",
                hint="Write addresses like ann@example.com, separated by commas.",
            )
        found[address] = None
    if not found:
        raise StepFailed(
            ErrorCategory.INPUT,
            "no_recipient",
            f"{setting} holds no mail address.",
            hint="Give at least one address, for example ann@example.com.",
        )
    if len(found) > MOST_RECIPIENTS:
        raise StepFailed(
            ErrorCategory.INPUT,
            "too_many_recipients",
            f"{setting} holds {len(found)} addresses; at most {MOST_RECIPIENTS} are allowed.",
            hint="Send to fewer people, or use a For each step.",
        )
    return list(found)


def refuse_line_breaks(text: str, *, setting: str) -> None:
    """Line breaks and NUL in a header line would let text from outside add headers or recipients."""
    if any(character in text for character in "\r\n\0\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        raise StepFailed(
            ErrorCategory.INPUT,
            "line_break",
            f"{setting} must be a single line.",
            hint="Remove the line breaks from the value.",
        )
