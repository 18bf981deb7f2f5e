"""E-mails (.eml): head, words and attachments, however deeply packed."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from typing import cast

from orchestrator.documents.document import Attachment, Budget, Document, MailHead, Table
from orchestrator.documents.errors import DocumentError
from orchestrator.documents.html import decode_html, read_html
from orchestrator.documents.text import cut, decode

Read = Callable[[bytes, str], Document]

_LONGEST_HEADER = 4000
_MOST_LAYERS = 100
"""Containers in a mail. The library's reader compares every line with every layer around it."""
_LAYER = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)
_MOST_ADDRESSES = 200
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
_ENDINGS = {"application/pdf": ".pdf", "text/html": ".html", "text/csv": ".csv", "text/plain": ".txt"}


class _ShortHeaders(EmailPolicy):
    """Cuts header lines before the library reads them: its reader is slow over very long ones."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name[:200], value[:_LONGEST_HEADER]


_POLICY = _ShortHeaders()


def read_mail(data: bytes, budget: Budget, read: Read) -> Document:
    """`read` reads an attachment; raises `DocumentError` (damaged)."""
    warnings: list[str] = []
    if sum(1 for _ in _LAYER.finditer(data)) > _MOST_LAYERS:
        raise DocumentError(
            "damaged", "The e-mail is packed in too many layers.", "Forward the part you need by itself."
        )
    try:
        message = cast(EmailMessage, email.message_from_bytes(data, policy=_POLICY))
        parts = _leaves(message, budget, warnings)
        words = [part for part in parts if not _is_attachment(part) and part.get_content_maintype() == "text"]
        packed = [part for part in parts if _is_attachment(part)]
        head = _head(message)
    except _BROKEN as error:
        raise DocumentError(
            "damaged", "The e-mail is damaged and cannot be read.", "Save or forward it again."
        ) from error
    text, tables = _body(words)
    return Document(
        text=cut(text, warnings),
        media_type="message/rfc822",
        title=head.subject,
        tables=tables,
        mail=head,
        attachments=_attachments(packed, budget, read, warnings),
        warnings=warnings,
    )


def _leaves(message: EmailMessage, budget: Budget, warnings: list[str]) -> list[EmailMessage]:
    leaves, waiting = [], [message]
    while waiting:
        part = waiting.pop()
        budget.parts -= 1
        if budget.parts < 0:
            warnings.append("The e-mail has too many parts; only the first ones were read.")
            break
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(cast("list[EmailMessage]", part.get_payload())))
        else:
            leaves.append(part)
    return leaves


def _is_attachment(part: EmailMessage) -> bool:
    """Pictures that belong to the body (logos, signatures) are neither attachment nor words."""
    if part.get_content_disposition() == "attachment":
        return True
    if part.get_content_maintype() == "image" and part["Content-ID"]:
        return False
    return bool(part.get_filename()) or part.get_content_maintype() != "text"


def _head(message: EmailMessage) -> MailHead:
    senders = _addresses(message, "From")
    name, sender = senders[0] if senders else ("", "")
    return MailHead(
        sender=sender,
        sender_name=name,
        to=[address for _, address in _addresses(message, "To")],
        subject=_header(message, "Subject"),
        date=_date(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message[name] or "").split())
    except _BROKEN:
        return ""


def _addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    found = getaddresses([_header(message, name)])[:_MOST_ADDRESSES]
    return [(shown, address) for shown, address in found if "@" in address]


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(_header(message, "Date")).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _body(parts: list[EmailMessage]) -> tuple[str, list[Table]]:
    """The plain words, else those of the HTML; tables come from the HTML in both cases."""
    plain = [_decoded(part) for part in parts if part.get_content_type() != "text/html"]
    pages = [read_html(_decoded(part)) for part in parts if part.get_content_type() == "text/html"]
    tables = [table for page in pages for table in page.tables]
    text = "\n\n".join(text.strip() for text in plain if text.strip())
    return text or "\n\n".join(page.text for page in pages if page.text), tables


def _decoded(part: EmailMessage) -> str:
    data = _bytes(part)
    declared = part.get_content_charset()
    if declared and declared != "us-ascii":
        try:
            return data.decode(declared, errors="replace")
        except (LookupError, UnicodeError):
            return decode(data) or ""
    return (decode_html(data) if part.get_content_type() == "text/html" else decode(data)) or ""


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return (
            b"".join(one.as_bytes() for one in inner if isinstance(one, EmailMessage))
            if isinstance(inner, list)
            else b""
        )
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _attachments(parts: list[EmailMessage], budget: Budget, read: Read, warnings: list[str]) -> list[Attachment]:
    found: list[Attachment] = []
    for number, part in enumerate(parts, 1):
        if budget.attachments <= 0:
            warnings.append(f"Only {len(found)} attachments were read.")
            break
        budget.attachments -= 1
        try:
            name, media_type, data = _name(part, number), part.get_content_type(), _bytes(part)
        except _BROKEN:
            warnings.append(f"Attachment {number} is damaged and was left out.")
            continue
        try:
            document = read(data, name)
        except DocumentError as error:
            found.append(Attachment(name=name, media_type=media_type, data=data, text=""))
            warnings.append(f"{name}: {error.message}")
            continue
        found.append(Attachment(name=name, media_type=document.media_type, data=data, text=document.text))
        found += document.attachments
        warnings += [f"{name}: {warning}" for warning in document.warnings]
    return found


def _name(part: EmailMessage, number: int) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        subject = _header(cast(EmailMessage, inner[0]), "Subject") if isinstance(inner, list) and inner else ""
        name = part.get_filename() or f"{subject or 'mail'}.eml"
    else:
        name = part.get_filename() or f"attachment-{number}{_ENDINGS.get(part.get_content_type(), '')}"
    name = re.split(r"[/\\]", "".join(character for character in name if character.isprintable()))[-1].strip(". ")
    return name[-150:] or f"attachment-{number}"
