"""Tables to learn from and to be judged by: rows of a CSV, JSON lines or spreadsheet file as columns with a type.

A column is a `number`, a `date`, a `choice` of few values, or `text`. A missing value is None in every kind.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import Literal

from orchestrator.assets.errors import TableUnusable
from orchestrator.assets.spreadsheets import rows_of_sheet
from orchestrator.documents.table import delimiter_of
from orchestrator.documents.text import clean, decode

Kind = Literal["number", "choice", "text", "date"]
Value = float | str | datetime | None
Scalar = str | float | int | bool | None

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 300
MOST_CELLS = 5_000_000
LONGEST_CELL = 20_000
"""Characters of one cell; what is longer is cut."""
MOST_CHOICES = 1_000
"""A column with more different values than this is text."""
WORDY = 3.0
"""Words a cell, on average, from which a column whose values hardly repeat is text."""

MISSING = frozenset({"", "na", "n/a", "nan", "null"})
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?")
_COMMA_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,2}(\.\d{3})+|[1-9]\d*)(,\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    kind: Kind
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    columns: tuple[Column, ...]
    rows: int

    def column(self, name: str) -> Column:
        """Raises `TableUnusable` with the names there are."""
        for column in self.columns:
            if column.name == name:
                return column
        there = ", ".join(column.name for column in self.columns[:20])
        raise TableUnusable(f"The table has no column {name!r}. Its columns are: {there}.")

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical rows: the names, then every row as a JSON list of typed values."""
        digest = hashlib.sha256(_canonical([column.name for column in self.columns]))
        for row in zip(*(column.values for column in self.columns), strict=True):
            digest.update(_canonical([value.isoformat() if isinstance(value, datetime) else value for value in row]))
        return digest.hexdigest()


def read_table(data: bytes, name: str = "") -> Table:
    """The table in a file. Raises `TableUnusable` with a sentence that says what to do."""
    if len(data) > MOST_BYTES:
        raise TableUnusable(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Take a part of it.")
    if data.startswith(b"PK\x03\x04"):
        return _read_sheet(data)
    text = decode(data)
    if text is None:
        raise TableUnusable("The file is no text. Save the table as CSV or JSON lines.")
    if name.lower().endswith((".jsonl", ".ndjson", ".json")):
        return table_of(_json_rows(text))
    return _read_csv(text.lstrip("\ufeff"))


def table_of(rows: Iterable[Mapping[str, Scalar]]) -> Table:
    """A table of rows that name their values; a name that a row lacks is missing there."""
    values: dict[str, list[Scalar]] = {}
    count = 0
    for row in rows:
        for name in row:
            if name not in values:
                values[name] = [None] * count
        _check_size(count + 1, len(values))
        for name, column in values.items():
            column.append(row.get(name))
        count += 1
    if not count or not values:
        raise TableUnusable("The table has no rows.")
    return Table(columns=tuple(_typed(name, column) for name, column in values.items()), rows=count)


def shown(value: Value | bool) -> str:
    """A value as the text of a label or a choice: 1.0 is "1", true is "true"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def number_of(value: object) -> float | None:
    """A finite number, or None. Texts count where they are written as numbers are."""
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value.strip()) else None
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def date_of(value: object) -> datetime | None:
    """An ISO 8601 date or time; one without a zone is in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip()) if _DATE.fullmatch(value.strip()) else None
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _read_csv(text: str) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        names = _names(next(reader, []))
        return table_of(_csv_rows(reader, names))
    except csv.Error as error:
        raise TableUnusable(
            f"Line {reader.line_num:,} cannot be read: a cell is too long or holds a broken quotation mark."
        ) from error


def _read_sheet(data: bytes) -> Table:
    rows = rows_of_sheet(data)
    names = _names([shown(cell) if cell is not None else "" for cell in next(rows, [])])
    return table_of(dict(zip(names, row, strict=False)) for row in rows)


def _csv_rows(reader: Iterator[list[str]], names: Sequence[str]) -> Iterator[dict[str, Scalar]]:
    for row in reader:
        if any(cell.strip() for cell in row):
            if len(row) > len(names):
                raise TableUnusable(f"A row has {len(row)} cells, but the first line names {len(names)} columns.")
            yield dict(zip(names, [*row, *[""] * (len(names) - len(row))], strict=True))


def _names(header: Sequence[str]) -> list[str]:
    names = [name.strip() for name in header]
    if not any(names):
        raise TableUnusable("The first line must name the columns.")
    _check_size(0, len(names))
    twice = sorted({name for name, times in Counter(names).items() if times > 1 or not name})
    if twice:
        raise TableUnusable(f"The first line must give every column its own name; check {twice[0]!r}.")
    return names


def _json_rows(text: str) -> Iterator[dict[str, Scalar]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise TableUnusable(f"Line {number:,} is no JSON. Each line must be one JSON object.") from error
        if not isinstance(row, dict) or any(isinstance(value, dict | list) for value in row.values()):
            raise TableUnusable(f"Line {number:,} must be a JSON object of plain values.")
        yield row


def _check_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise TableUnusable(f"The table has more than {MOST_ROWS:,} rows. Take a part of it.")
    if columns > MOST_COLUMNS:
        raise TableUnusable(f"The table has more than {MOST_COLUMNS} columns. Leave out what is not needed.")
    if rows * columns > MOST_CELLS:
        raise TableUnusable(f"The table has more than {MOST_CELLS:,} cells. Take fewer rows or columns.")


def _typed(name: str, raw: Sequence[Scalar]) -> Column:
    values = [_plain(value) for value in raw]
    given = [value for value in values if value is not None]
    if given and all(number_of(value) is not None for value in given):
        return Column(name=name, kind="number", values=tuple(number_of(value) for value in values))
    texts = [None if value is None else shown(value) for value in values]
    some = [text for text in texts if text is not None]
    if some and any("," in text for text in some) and all(_COMMA_NUMBER.fullmatch(text) for text in some):
        return Column(name=name, kind="number", values=tuple(_comma_number(text) for text in texts))
    if some and all(date_of(text) is not None for text in some):
        return Column(name=name, kind="date", values=tuple(date_of(text) for text in texts))
    return Column(name=name, kind=_words(some), values=tuple(texts))


def _plain(value: Scalar) -> str | float | bool | None:
    if isinstance(value, str):
        text = clean(value.strip())[:LONGEST_CELL]
        return None if text.lower() in MISSING else text
    if isinstance(value, bool) or value is None:
        return shown(value) if isinstance(value, bool) else None
    return number_of(value)


def _comma_number(text: str | None) -> float | None:
    return None if text is None else float(text.replace(".", "").replace(",", "."))


def _words(texts: Sequence[str]) -> Kind:
    different = len(set(texts))
    if different > MOST_CHOICES:
        return "text"
    words = sum(len(text.split()) for text in islice(texts, 1_000)) / max(min(len(texts), 1_000), 1)
    return "text" if words >= WORDY and different > len(texts) / 2 else "choice"


def _canonical(row: Sequence[object]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
