"""The trail as a file: rows as they come, never the whole of it in memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from enum import StrEnum
from typing import Any

from orchestrator.governance.models import AuditEvent
from orchestrator.governance.sentences import sentence_of

COLUMNS = (
    "number",
    "at",
    "sentence",
    "actor",
    "actor_id",
    "action",
    "object_type",
    "object_id",
    "object_name",
    "result",
    "reason",
    "before",
    "after",
    "detail",
    "ip",
    "sign_in",
    "token_id",
    "trace",
    "on_behalf_of",
    "hash",
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would work out instead of showing it."""


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.JSONL: "application/x-ndjson; charset=utf-8"}


def lines(events: Iterable[AuditEvent], format: Format) -> Iterator[str]:
    """The file, a line at a time."""
    if format is Format.JSONL:
        for event in events:
            yield json.dumps(row_of(event), ensure_ascii=False) + "\n"
        return
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)  # the mark by which spreadsheets know UTF-8
    for event in events:
        yield writer.writerow([cell(value) for value in row_of(event).values()])


def row_of(event: AuditEvent) -> dict[str, Any]:
    values = (
        event.seq,
        event.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        sentence_of(event),
        event.actor_name,
        str(event.actor_id or ""),
        event.action,
        event.object_type,
        event.object_id,
        event.object_name,
        event.result,
        event.reason,
        event.before,
        event.after,
        event.detail,
        event.ip,
        event.auth,
        str(event.token_id or ""),
        event.trace,
        str(event.on_behalf_of or ""),
        bytes(event.hash).hex(),
    )
    return dict(zip(COLUMNS, values, strict=True))


def cell(value: Any) -> str:
    """As text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


class Echo:
    """A file for the csv writer that hands each line on."""

    def write(self, line: str) -> str:
        return line
