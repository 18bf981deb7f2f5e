from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from orchestrator.assets import spreadsheets
from orchestrator.assets.errors import TableUnusable
from orchestrator.assets.tables import read_table


def workbook(*rows: list[Any], others: int = 0) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(others):
        book.create_sheet(f"Notes {number}").append(["nobody", "asks", "for", "this"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_the_first_sheet_is_a_table_like_any_other() -> None:
    data = workbook(
        ["id", "amount", "paid", "country", "urgent"],
        [1, 12.5, datetime.fromisoformat("2026-01-05T10:30"), "NL", True],
        [2, None, date(2026, 1, 6), "DE", False],
        others=2,
    )
    table = read_table(data, "payments.xlsx")
    assert {column.name: column.kind for column in table.columns} == {
        "id": "number", "amount": "number", "paid": "date", "country": "choice", "urgent": "choice"
    }  # fmt: skip
    assert table.column("amount").values == (12.5, None)
    assert table.column("paid").values == (datetime(2026, 1, 5, 10, 30, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    assert table.column("urgent").values == ("true", "false")


def test_it_is_the_same_table_as_its_csv() -> None:
    sheet = workbook(["name", "count"], ["apples", 3], ["pears", 4])
    assert read_table(sheet, "a.xlsx").digest == read_table(b"name,count\napples,3\npears,4\n").digest


def test_empty_rows_and_notes_beside_the_table_are_left_out() -> None:
    data = workbook([], ["name", "count"], ["apples", 3, "a note"], [None, None], ["pears", 4])
    table = read_table(data, "a.xlsx")
    assert (table.rows, [column.name for column in table.columns]) == (2, ["name", "count"])


def test_columns_without_a_name_of_their_own_are_refused() -> None:
    with pytest.raises(TableUnusable, match="its own name"):
        read_table(workbook(["a", "a"], [1, 2]), "a.xlsx")
    with pytest.raises(TableUnusable, match="must name the columns"):
        read_table(workbook(), "a.xlsx")


def packed(**files: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04rest",
        packed(readme="no workbook"),
        packed(**{"xl__workbook.xml": "<broken"}),
        workbook(["a"], [1])[:400],
    ],
)
def test_what_is_no_workbook_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(TableUnusable, match="cannot be read"):
        read_table(data, "a.xlsx")


def test_a_small_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 10_000)
    with pytest.raises(TableUnusable, match="too large"):
        read_table(packed(**{"xl__sheet.xml": " " * 20_000}), "a.xlsx")
