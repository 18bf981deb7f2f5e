"""What a file is: by its content first, by its name only among kinds of text."""

from __future__ import annotations

import re
from enum import StrEnum

from orchestrator.documents.errors import DocumentError
from orchestrator.documents.text import decode


class Kind(StrEnum):
    PDF = "pdf"
    IMAGE = "image"
    MAIL = "mail"
    HTML = "html"
    TABLE = "table"
    TEXT = "text"


_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")
_REFUSED = (
    (b"PK\x03\x04", "an Office file or an archive", "Save it as PDF and try again."),
    (b"\xd0\xcf\x11\xe0", "an older Office or Outlook file", "Save it as PDF or as .eml and try again."),
    (b"MZ", "a program", "Choose a document instead."),
    (b"\x7fELF", "a program", "Choose a document instead."),
    (b"\x1f\x8b", "an archive", "Unpack it and choose the document inside."),
    (b"7z\xbc\xaf", "an archive", "Unpack it and choose the document inside."),
    (b"Rar!", "an archive", "Unpack it and choose the document inside."),
)
_MAIL_HEADER = re.compile(
    r"(from|to|cc|subject|date|received|return-path|delivered-to|mime-version|message-id|reply-to|content-type"
    r"|x-[a-z0-9-]{1,60}|dkim-signature|arc-[a-z-]{1,40}|authentication-results|sender):[ \t]?",
    re.IGNORECASE,
)
_ENDINGS = {
    ".eml": Kind.MAIL,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".csv": Kind.TABLE,
    ".tsv": Kind.TABLE,
}


def kind_of(data: bytes, name: str) -> Kind:
    """Raises `DocumentError` (wrong_type) for what is not read here."""
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return Kind.IMAGE
    for signature, what, hint in _REFUSED:
        if data.startswith(signature):
            raise DocumentError("wrong_type", f"This is {what}, which cannot be read.", hint)
    head = decode(data[:4000])
    if head is None:
        hint = "PDF, e-mail (.eml), HTML, CSV and text files can be read."
        raise DocumentError("wrong_type", "This kind of file cannot be read.", hint)
    ending = "." + name.lower().rpartition(".")[2]
    if _is_html(head):
        return Kind.HTML
    if _is_mail(head):
        return Kind.MAIL
    return _ENDINGS.get(ending, Kind.TEXT)


def _is_html(head: str) -> bool:
    start = head.lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<body"))


def _is_mail(head: str) -> bool:
    """At least three known header lines before anything else."""
    found = 0
    for line in head.lstrip("\ufeff").splitlines():
        if line.startswith((" ", "\t")) and found:
            continue
        if not _MAIL_HEADER.match(line):
            return False
        found += 1
        if found == 3:
            return True
    return False
