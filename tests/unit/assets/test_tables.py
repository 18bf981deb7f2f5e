from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.assets import tables
from orchestrator.assets.errors import TableUnusable
from orchestrator.assets.tables import Table, read_table, table_of

CSV = b"""id,amount,paid,country,note,zip
1,12.50,2026-01-05,NL,the parcel came late again,01067
2,,2026-01-06 10:30:00,DE,where is the second parcel now,10115
3,1e3,,N/A,,04109
"""


LINES = st.text(alphabet='ab1-2026,;"\n\t:.eE\u0660 \x00{}[]', max_size=200)


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind for column in table.columns}


def test_every_column_gets_the_type_its_values_have() -> None:
    table = read_table(CSV)
    assert table.rows == 3
    assert kinds(table) == {
        "id": "number", "amount": "number", "paid": "date", "country": "choice", "note": "text", "zip": "choice"
    }  # fmt: skip
    assert table.column("amount").values == (12.5, None, 1000.0)
    assert table.column("paid").values[1:] == (datetime(2026, 1, 6, 10, 30, tzinfo=UTC), None)
    assert table.column("country").values == ("NL", "DE", None)
    assert table.column("zip").values == ("01067", "10115", "04109")


def test_a_decimal_comma_is_a_number_too() -> None:
    table = read_table("Betrag;Land\n1.249,50;DE\n-3,5;AT\n7;CH\n".encode("cp1252"))
    assert table.column("Betrag").values == (1249.5, -3.5, 7.0)


def test_json_lines_keep_their_types() -> None:
    table = read_table(b'{"n": 1, "ok": true}\n\n{"n": null, "ok": false, "later": "2026-02-01"}\n', "rows.jsonl")
    assert kinds(table) == {"n": "number", "ok": "choice", "later": "date"}
    assert table.column("ok").values == ("true", "false")
    assert table.column("later").values == (None, datetime(2026, 2, 1, tzinfo=UTC))


def test_the_digest_follows_the_content_and_not_the_spelling() -> None:
    assert read_table(b"a,b\n1,x\n2,y\n").digest == read_table(b'\xef\xbb\xbf"a";"b"\r\n1.0;x\r\n2;y\r\n').digest
    assert read_table(b"a,b\n1,x\n2,y\n").digest != read_table(b"a,b\n1,x\n2,z\n").digest
    assert read_table(b"a,b\n1,x\n").digest != read_table(b"b,a\n1,x\n").digest


def test_a_missing_column_is_named_with_those_there_are() -> None:
    with pytest.raises(TableUnusable, match=r"no column 'price'.*id, amount"):
        read_table(CSV).column("price")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.csv", "first line must name"),
        (b"a,b\n", "a.csv", "no rows"),
        (b"a,a\n1,2\n", "a.csv", "own name"),
        (b"a,b\n1,2,3\n", "a.csv", "3 cells"),
        (b"PK\x03\x04rest", "a.xlsx", "save the sheet as CSV"),
        (bytes(range(32)) * 20, "a.csv", "no text"),
        (b'{"a": 1}\n{"a": [1]}\n', "a.jsonl", "Line 2 must be"),
        (b'{"a": 1}\n{"a"\n', "a.jsonl", "Line 2 is no JSON"),
        (b"[" * 100_000, "a.jsonl", "Line 1 is no JSON"),
        (b'a,b\n"' + b"x" * 200_000 + b'",2\n', "a.csv", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(data: bytes, name: str, words: str) -> None:
    with pytest.raises(TableUnusable, match=words):
        read_table(data, name)


def test_a_table_that_is_too_large_is_refused_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 100)
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield {"a": 1}

    with pytest.raises(TableUnusable, match="more than 100 rows"):
        table_of(endless())  # type: ignore[arg-type]
    assert taken == 101
    with pytest.raises(TableUnusable, match="300 columns"):
        table_of([{f"c{index}": 1 for index in range(301)}])
    with pytest.raises(TableUnusable, match="300 columns"):  # before a million names are held against each other
        tables.read_table(",".join(f"c{index}" for index in range(1_000_000)).encode() + b"\n1")


@pytest.mark.parametrize("value", ["1_000", "0x10", "inf", "NaN", "1,2,3", "٣"])
def test_what_only_looks_like_a_number_is_none(value: str) -> None:
    assert tables.number_of(value) is None


@given(data=st.one_of(st.binary(max_size=200), LINES.map(str.encode)), name=st.sampled_from(["a.csv", "a.jsonl"]))
def test_whatever_a_file_holds_it_is_a_table_or_refused(data: bytes, name: str) -> None:
    try:
        table = read_table(data, name)
    except TableUnusable:
        return
    assert {len(column.values) for column in table.columns} == {table.rows}
    assert len(table.digest) == 64


def test_numbers_too_large_to_count_are_missing() -> None:
    assert table_of([{"a": 10**400}, {"a": 2}]).column("a").values == (None, 2.0)
