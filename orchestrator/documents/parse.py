"""A file becomes text, tables and attachments. The one door of this room."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import py3langid

from orchestrator.documents.document import Budget, Document, Ocr
from orchestrator.documents.errors import DocumentError
from orchestrator.documents.html import decode_html, read_html
from orchestrator.documents.kinds import Kind, kind_of
from orchestrator.documents.mail import read_mail
from orchestrator.documents.ocr import read_image
from orchestrator.documents.pdf import read_pdf
from orchestrator.documents.table import read_table
from orchestrator.documents.text import clean, cut, decode

LARGEST = 50_000_000
"""Bytes."""
DEEPEST = 3
"""Mails inside mails."""

Value = TypeVar("Value")

_LANGUAGE_SAMPLE = 5000
_LEAST_WORDS = 20
"""Characters from which a language can be told."""


def parse(data: bytes, name: str, *, ocr: Ocr = "auto", max_pages: int = 500, seconds: float = 120) -> Document:
    """Raises `DocumentError`. What can be read although something is wrong comes with warnings instead."""
    document = _cleaned(_read(data, name, Budget(ocr=ocr, max_pages=max_pages, seconds=seconds), depth=0))
    sample = document.text[:_LANGUAGE_SAMPLE]
    language = py3langid.classify(sample)[0] if len(sample.strip()) >= _LEAST_WORDS else None
    return replace(document, title=document.title or _first_line(document.text), language=language)


def _read(data: bytes, name: str, budget: Budget, *, depth: int) -> Document:
    if not data.strip(b"\0 \t\r\n"):
        raise DocumentError("empty", "The file is empty.", "Choose another file.")
    if len(data) > LARGEST:
        size = f"{len(data) / 1_000_000:.0f} MB"
        raise DocumentError(
            "too_large", f"The file has {size}; at most 50 MB are read.", "Split it or make it smaller."
        )
    match kind_of(data, name):
        case Kind.PDF:
            return read_pdf(data, budget)
        case Kind.IMAGE:
            return read_image(data, budget)
        case Kind.MAIL if depth < DEEPEST:
            return read_mail(data, budget, lambda inner, its_name: _read(inner, its_name, budget, depth=depth + 1))
        case Kind.MAIL:
            raise DocumentError("too_large", "There are too many mails inside mails.", "Save this mail by itself.")
        case Kind.HTML:
            return read_html(_text(decode_html(data)))
        case Kind.TABLE:
            return read_table(_text(decode(data)))
        case Kind.TEXT:
            return _plain(_text(decode(data)))


def _cleaned(value: Value) -> Value:
    """The same value, every text in it cleaned."""
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = clean(value)
    elif isinstance(value, list):
        cleaned = [_cleaned(item) for item in value]
    elif is_dataclass(value) and not isinstance(value, type):
        cleaned = replace(value, **{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return cleaned  # type: ignore[no-any-return]  # the kind of a value stays


def _text(decoded: str | None) -> str:
    if decoded is None:
        raise DocumentError("damaged", "Part of the file is no text.", "Save it again as a text file.")
    return decoded


def _plain(text: str) -> Document:
    warnings: list[str] = []
    text = cut(text.lstrip("\ufeff").replace("\r\n", "\n"), warnings)
    return Document(text=text, media_type="text/plain", warnings=warnings)


def _first_line(text: str) -> str:
    return next((line.strip()[:120] for line in text[:5000].splitlines() if line.strip()), "")
