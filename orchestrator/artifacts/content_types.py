"""What a file is, told by its content: names and browsers' words are only claims."""

from __future__ import annotations

import io
import re
import zipfile
from email.parser import BytesHeaderParser

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
)
OFFICE = "application/vnd.openxmlformats-officedocument"
OFFICE_PARTS = (
    ("word/", f"{OFFICE}.wordprocessingml.document"),
    ("xl/", f"{OFFICE}.spreadsheetml.sheet"),
    ("ppt/", f"{OFFICE}.presentationml.presentation"),
)
LOOKED_AT = 64 * 1024
MAIL_FIELDS = {"from", "to", "subject", "date", "received", "message-id", "mime-version"}
MAIL_FIELDS_NEEDED = 3
MARKUP = (
    (re.compile(rb"<(!doctype\s+html|html|head|body)\b", re.I), "text/html"),
    (re.compile(rb"<svg\b", re.I), "image/svg+xml"),
)
"""How the first thing begins that is neither blank nor a comment."""
BLANK = re.compile(rb"\s*")
DECLARATION = re.compile(rb"<\?xml\b[^>]*>")


def content_type_of(data: bytes) -> str:
    """The media type of `data`; `application/octet-stream` when the content does not tell."""
    start = data[:LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    for signature, media_type in SIGNATURES:
        if start.startswith(signature):
            return media_type
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "image/webp"
    if start.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if media_type := _markup(start):
        return media_type
    if not _is_text(start, cut=len(data) > LOOKED_AT):
        return UNKNOWN
    return "message/rfc822" if _is_mail(start) else TEXT


def _markup(start: bytes) -> str:
    """What kind of markup it is; empty for none. Comments are passed one by one: a pattern that passes any number of
    them can be made to try for hours."""
    at = BLANK.match(start).end()  # type: ignore[union-attr]  # it always matches
    declared = DECLARATION.match(start, at)
    first = _past_comments(start, declared.end() if declared else at)
    for markup, media_type in MARKUP:
        if markup.match(start, first):
            return "application/xml" if declared and media_type == "text/html" else media_type
    return "application/xml" if declared else ""


def _past_comments(start: bytes, at: int) -> int:
    while True:
        at = BLANK.match(start, at).end()  # type: ignore[union-attr]
        end = start.find(b"-->", at + 4) if start.startswith(b"<!--", at) else -1
        if end < 0:
            return at
        at = end + 3


def _zipped(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except zipfile.BadZipFile:
        return UNKNOWN
    if "[Content_Types].xml" in names:
        for part, media_type in OFFICE_PARTS:
            if any(name.startswith(part) for name in names):
                return media_type
    return "application/zip"


def _is_text(start: bytes, *, cut: bool) -> bool:
    if b"\x00" in start:
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        last_letter_was_cut = cut and error.start > len(start) - 4
        return last_letter_was_cut or _is_latin(start)
    return True


def _is_latin(start: bytes) -> bool:
    """Old one-byte text: letters, and none of the control characters that binary files are full of."""
    return not any(byte < 9 or 13 < byte < 32 for byte in start)


def _is_mail(start: bytes) -> bool:
    fields = {name.lower() for name in BytesHeaderParser().parsebytes(start)}
    return len(fields & MAIL_FIELDS) >= MAIL_FIELDS_NEEDED
