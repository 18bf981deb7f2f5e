"""The first sheet of a spreadsheet file as rows of plain values. Formulas count as what they last came to."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from orchestrator.assets.errors import TableUnusable

MOST_UNPACKED = 512 * 1024 * 1024
MOST_COLUMNS = 1_000
UNREADABLE = "The spreadsheet cannot be read. Save it anew as an Excel workbook (.xlsx), or save the sheet as CSV."

Plain = str | float | int | bool | None


def rows_of_sheet(data: bytes) -> Iterator[list[Plain]]:
    """The first row names the columns; empty rows and what stands right of the last name are left out.

    Raises `TableUnusable`, also while it is being read.
    """
    import openpyxl  # few processes ever read one

    _refuse_bombs(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of drawings and styles that nobody asks for
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from _rows(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))
            book.close()
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, SyntaxError) as error:
        raise TableUnusable(UNREADABLE) from error


def _rows(raw: Iterator[tuple[Any, ...]]) -> Iterator[list[Plain]]:
    width = 0
    for cells in raw:
        row = [_plain(cell) for cell in cells]
        if not width:
            width = max((place + 1 for place, cell in enumerate(row) if cell not in (None, "")), default=0)
            if not width:
                continue
        if any(cell not in (None, "") for cell in row[:width]):
            yield [*row[:width], *[None] * (width - len(row))]


def _plain(cell: Any) -> Plain:
    if isinstance(cell, datetime):
        moment = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
        return moment.isoformat() if moment.time() != time() else moment.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    return cell if isinstance(cell, str | float | int | bool) or cell is None else str(cell)


def _refuse_bombs(data: bytes) -> None:
    """A spreadsheet is an archive: a small file may unpack to more than the memory holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise TableUnusable(UNREADABLE) from error
    if unpacked > MOST_UNPACKED:
        raise TableUnusable("The spreadsheet is too large to read. Take a part of it, or save the sheet as CSV.")
