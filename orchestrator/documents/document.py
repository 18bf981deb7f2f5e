"""What reading a file gives, and how much work one file may cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal

Ocr = Literal["auto", "never"]


@dataclass(frozen=True, kw_only=True)
class Table:
    page: int
    """From 1; 1 in files without pages."""
    rows: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class MailHead:
    sender: str
    sender_name: str
    to: list[str]
    subject: str
    date: str | None
    """ISO 8601."""

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.sender,
            "from_name": self.sender_name,
            "to": self.to,
            "subject": self.subject,
            "date": self.date,
        }


@dataclass(frozen=True, kw_only=True)
class Attachment:
    name: str
    media_type: str
    data: bytes
    text: str
    """Empty when the attachment cannot be read as a document."""


@dataclass(frozen=True, kw_only=True)
class Document:
    text: str
    media_type: str
    title: str = ""
    pages: int = 1
    language: str | None = None
    """ISO 639-1, None when there is too little text to tell."""
    tables: list[Table] = field(default_factory=list)
    mail: MailHead | None = None
    attachments: list[Attachment] = field(default_factory=list)
    ocr_used: bool = False
    warnings: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Budget:
    """What is left for one file and everything inside it."""

    ocr: Ocr
    max_pages: int
    seconds: float = 120
    ocr_pages: int = 5
    attachments: int = 20
    parts: int = 500
    """Of a mail, counted through all levels."""
    started: float = field(default_factory=time.monotonic)

    def time_left(self, share: float = 1.0) -> float:
        """Seconds left of this share of the time; negative when it is used up."""
        return self.started + self.seconds * share - time.monotonic()
