"""PDF files: text by pypdf, tables by pdfplumber, scanned pages by OCR."""

from __future__ import annotations

import io
import struct
import zlib

import pdfplumber
import pypdfium2
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from orchestrator.documents import ocr
from orchestrator.documents.document import Budget, Document, Table
from orchestrator.documents.errors import DocumentError
from orchestrator.documents.text import LONGEST_TEXT, cut

TABLE_PAGES = 20
MOST_TABLES = 100

_MOST_SHAPES = 3000
"""Lines and boxes of a page; more is a drawing, not a table."""
_LEAST_TEXT = 10
"""Characters; a page with fewer counts as a picture."""
_TEXT_SHARE, _TABLE_SHARE = 0.5, 0.7
"""How much of the time may be used up when text, and then tables, are done."""

# What the readers are known to raise over files that are not what they claim to be.
_BROKEN = (
    PyPdfError,
    DependencyError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    EOFError,
    OSError,
    struct.error,
    zlib.error,
)


def read_pdf(data: bytes, budget: Budget) -> Document:
    """Raises `DocumentError`: damaged, password, empty, too_many_pages."""
    reader, count = _opened(data, budget)
    warnings: list[str] = []
    texts = _texts(reader, count, budget, warnings)
    scanned = [number for number, text in enumerate(texts) if len(text) < _LEAST_TEXT]
    read = _ocr(data, scanned, budget, warnings) if scanned else {}
    for number, text in read.items():
        texts[number] = text
    return Document(
        text=cut("\n\n".join(text for text in texts if text), warnings),
        media_type="application/pdf",
        title=_title(reader),
        pages=count,
        tables=_tables(data, set(range(len(texts))) - set(scanned), budget, warnings),
        ocr_used=bool(read),
        warnings=warnings,
    )


def _opened(data: bytes, budget: Budget) -> tuple[PdfReader, int]:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            hint = "Save it without a password and try again."
            raise DocumentError("password", "The PDF is protected by a password.", hint)
        count = len(reader.pages)
    except _BROKEN as error:
        hint = "Save or scan it again; if it opens on your computer, print it to a new PDF."
        raise DocumentError("damaged", "The PDF is damaged and cannot be read.", hint) from error
    if count == 0:
        raise DocumentError("empty", "The PDF has no pages.", "Choose another file.")
    if count > budget.max_pages:
        message = f"The PDF has {count} pages; at most {budget.max_pages} are read."
        raise DocumentError("too_many_pages", message, "Split it, or raise the limit in the settings of this step.")
    return reader, count


def _texts(reader: PdfReader, count: int, budget: Budget, warnings: list[str]) -> list[str]:
    """One text a page; shorter than `count` when time or room ran out."""
    texts: list[str] = []
    broken = length = 0
    for number in range(count):
        if length > LONGEST_TEXT or (texts and budget.time_left(_TEXT_SHARE) <= 0):
            warnings.append(f"Only the first {number} of {count} pages were read: the document is too long.")
            break
        try:
            texts.append((reader.pages[number].extract_text() or "").strip())
        except _BROKEN:
            broken += 1
            texts.append("")
        length += len(texts[-1])
    if broken == count:
        raise DocumentError("damaged", "The PDF is damaged: no page of it can be read.", "Save or scan it again.")
    if broken:
        warnings.append(f"{broken} of {count} pages are damaged and were left out.")
    return texts


def _ocr(data: bytes, scanned: list[int], budget: Budget, warnings: list[str]) -> dict[int, str]:
    if budget.ocr == "never":
        warnings.append(f"{len(scanned)} pages hold no text; reading scanned pages is switched off in this step.")
        return {}
    if not ocr.available():
        warnings.append(ocr.MISSING)
        return {}
    try:
        read = ocr.read_pages(data, scanned, budget)
    except pypdfium2.PdfiumError:
        warnings.append("The scanned pages could not be drawn, so their text was not read.")
        return {}
    if len(read) < len(scanned):
        warnings.append(f"Only {len(read)} of {len(scanned)} scanned pages were read.")
    return {number: text for number, text in read.items() if text}


def _tables(data: bytes, pages: set[int], budget: Budget, warnings: list[str]) -> list[Table]:
    found: list[Table] = []
    wanted = sorted(number + 1 for number in pages if number < TABLE_PAGES)
    if not wanted:
        return found
    try:
        with pdfplumber.open(io.BytesIO(data), pages=wanted) as pdf:
            for page in pdf.pages:
                if budget.time_left(_TABLE_SHARE) <= 0 or len(found) >= MOST_TABLES:
                    warnings.append(f"Tables were looked for up to page {page.page_number - 1} only.")
                    break
                found += _tables_of(page)
                page.close()
    except (*_BROKEN, pdfplumber.utils.exceptions.PdfminerException):
        warnings.append("The tables of the PDF could not be read.")
    return found


def _tables_of(page: pdfplumber.page.Page) -> list[Table]:
    if len(page.lines) + len(page.rects) + len(page.curves) > _MOST_SHAPES:
        return []
    tables = []
    for raw in page.extract_tables():
        rows = [[" ".join((cell or "").split()) for cell in row] for row in raw]
        rows = [row for row in rows if any(row)]
        if any(len(row) > 1 for row in rows):
            tables.append(Table(page=page.page_number, rows=rows))
    return tables


def _title(reader: PdfReader) -> str:
    try:
        title = reader.metadata.title if reader.metadata else None
    except _BROKEN:
        return ""
    return " ".join(str(title or "").split())[:300]
