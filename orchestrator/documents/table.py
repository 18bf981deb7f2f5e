"""Tables kept as text: CSV and its relatives."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice

from orchestrator.documents.document import Document, Table
from orchestrator.documents.text import cut

MOST_ROWS = 10_000
MOST_COLUMNS = 200

_DELIMITERS = ",;\t|"


def read_table(text: str) -> Document:
    """One table, and the same as text."""
    warnings: list[str] = []
    text = cut(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), warnings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    rows: list[list[str]] = []
    try:
        for row in islice(reader, MOST_ROWS + 1):
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row[:MOST_COLUMNS]])
    except csv.Error:
        warnings.append("Part of the table could not be read: a cell is too long or holds a broken quotation mark.")
    if len(rows) > MOST_ROWS:
        warnings.append(f"Only the first {MOST_ROWS:,} rows were read.")
    tables = [Table(page=1, rows=rows[:MOST_ROWS])] if rows else []
    return Document(text=text, media_type="text/csv", tables=tables, warnings=warnings)


def delimiter_of(text: str) -> str:
    """The sign that divides the first lines most evenly."""
    lines = [line for line in text[:20_000].split("\n")[:20] if line.strip()]
    best, best_rank = ",", (0, 0)
    for sign in _DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        fields, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if fields and (agreeing, fields) > best_rank:
            best, best_rank = sign, (agreeing, fields)
    return best
