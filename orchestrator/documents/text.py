"""Plain text of unknown encoding."""

from __future__ import annotations

import codecs
import re

LONGEST_TEXT = 2_000_000
"""In characters; what is longer is cut, and said so."""

CUT = "The text was cut after 2,000,000 characters."

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = dict.fromkeys(i for i in range(32) if chr(i) not in "\t\n\r\f\x1b")


def decode(data: bytes) -> str | None:
    """The text, or None when the bytes are no text. UTF-8 and marked UTF-16, else Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A cut inside the last character is no reason to take it for another encoding.
        text = data.decode("utf-8" if error.start >= len(data) - 3 else "cp1252", errors="replace")
    controls = len(text) - len(text.translate(_CONTROLS))
    if controls > len(text) / 50:
        return None
    return text.translate(_CONTROLS) if controls else text


def clean(text: str) -> str:
    """Without what no JSON and no database keeps: control characters and halves of characters."""
    return _SURROGATES.sub("", text.translate(_CONTROLS))


def cut(text: str, warnings: list[str]) -> str:
    """At most LONGEST_TEXT characters; adds a warning when something was left out."""
    if len(text) <= LONGEST_TEXT:
        return text
    warnings.append(CUT)
    return text[:LONGEST_TEXT]
