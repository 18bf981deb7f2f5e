from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from orchestrator.documents import ocr
from orchestrator.documents.errors import DocumentError
from orchestrator.documents.parse import parse
from tests.unit.documents.files import pdf, pdf_table, png, scanned_pdf

needs_tesseract = pytest.mark.skipif(not ocr.available(), reason="tesseract-ocr is not installed")


def test_text_title_and_pages_are_read() -> None:
    document = parse(pdf("Invoice 2026-17\nTotal 1.249,50 EUR", "Thank you for your order", title="Invoice"), "a.pdf")
    assert (document.media_type, document.pages, document.title) == ("application/pdf", 2, "Invoice")
    assert document.text == "Invoice 2026-17\nTotal 1.249,50 EUR\n\nThank you for your order"
    assert document.language == "en"
    assert document.warnings == []


def test_without_a_title_the_first_line_is_the_title() -> None:
    assert parse(pdf("Reminder of invoice 7\nPlease pay"), "a.pdf").title == "Reminder of invoice 7"


def test_tables_with_lines_are_read_with_their_page() -> None:
    rows = [["Item", "Price"], ["Chair", "40.00"], ["Table", "90.00"]]
    (table,) = parse(pdf_table(rows), "a.pdf").tables
    assert (table.page, table.rows) == (1, rows)


def test_the_content_decides_not_the_name() -> None:
    assert parse(pdf("An invoice with another name"), "letter.txt").media_type == "application/pdf"


def test_a_password_is_asked_for_in_words() -> None:
    with pytest.raises(DocumentError, match="protected by a password") as failed:
        parse(pdf("secret", password="abc"), "a.pdf")
    assert failed.value.code == "password"
    assert failed.value.hint


def test_a_pdf_that_only_restricts_printing_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Read me without any password"))))
    writer.encrypt(user_password="", owner_password="owner", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    assert parse(stream.getvalue(), "a.pdf").text == "Read me without any password"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"])
def test_a_damaged_file_is_called_damaged(data: bytes) -> None:
    with pytest.raises(DocumentError) as failed:
        parse(data, "a.pdf")
    assert failed.value.code == "damaged"


def outcome(data: bytes) -> str:
    try:
        parse(data, "a.pdf", ocr="never")
    except DocumentError as error:
        return error.code
    return "read"


def test_half_a_file_is_damaged_or_read_but_never_crashes() -> None:
    whole = pdf(*[f"Page {number} of a longer document" for number in range(5)])
    assert {outcome(whole[:length]) for length in range(20, len(whole), 97)} <= {"read", "damaged", "empty"}
    assert outcome(whole) == "read"


def test_more_pages_than_allowed_are_refused() -> None:
    with pytest.raises(DocumentError, match="3 pages; at most 2") as failed:
        parse(pdf("one", "two", "three"), "a.pdf", max_pages=2)
    assert failed.value.code == "too_many_pages"


def test_pages_that_are_pictures_stay_unread_when_that_is_wanted() -> None:
    document = parse(scanned_pdf("INVOICE 4711"), "scan.pdf", ocr="never")
    assert (document.text, document.ocr_used) == ("", False)
    assert "switched off" in document.warnings[0]


@needs_tesseract
def test_a_scanned_page_is_read_from_its_picture() -> None:
    document = parse(scanned_pdf("INVOICE 4711"), "scan.pdf")
    assert "4711" in document.text
    assert document.ocr_used


@needs_tesseract
def test_only_the_first_scanned_pages_are_read() -> None:
    document = parse(scanned_pdf(*["INVOICE 4711"] * 6), "scan.pdf")
    assert document.warnings == ["Only 5 of 6 scanned pages were read."]


@needs_tesseract
def test_a_picture_is_read_like_a_page() -> None:
    document = parse(png("INVOICE 4711"), "scan.png")
    assert "4711" in document.text
    assert (document.media_type, document.ocr_used) == ("image/png", True)


def test_a_picture_is_the_wrong_type_where_pictures_are_not_read() -> None:
    with pytest.raises(DocumentError) as failed:
        parse(png("INVOICE"), "scan.png", ocr="never")
    assert failed.value.code == "wrong_type"


def test_without_tesseract_the_document_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert parse(scanned_pdf("INVOICE 4711"), "scan.pdf").warnings == [ocr.MISSING]
