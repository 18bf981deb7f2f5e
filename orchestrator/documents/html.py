"""Web pages and HTML mails: the words a reader sees, and the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString
from bs4.exceptions import ParserRejectedMarkup

from orchestrator.documents.document import Document, Table
from orchestrator.documents.errors import DocumentError
from orchestrator.documents.text import cut, decode

MOST_TABLES = 100

_UNSEEN = ("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "head")
_PARAGRAPHS = frozenset(
    ("p", "section", "article", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "hr")
)
_LINES = frozenset(
    (
        *("div", "header", "footer", "main", "aside", "nav", "form", "ul", "ol", "li", "dl", "dt", "dd", "tr"),
        *("address", "caption", "figure", "fieldset", "body", "center"),
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_UNCLOSED = re.compile(r"<(?![^<>]*>)")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)


def decode_html(data: bytes) -> str | None:
    """As `text.decode`, but what the page says of itself comes first."""
    declared = _CHARSET.search(data[:4096])
    if declared and b"\0" not in data[:4096]:
        try:
            return data.decode(declared[1].decode("ascii"), errors="replace")
        except LookupError:
            return decode(data)
    return decode(data)


def read_html(text: str) -> Document:
    warnings: list[str] = []
    try:
        page = BeautifulSoup(_tamed(cut(text, warnings)), "html.parser")
    except (RecursionError, ParserRejectedMarkup) as error:
        raise DocumentError("damaged", "The page is damaged and cannot be read.", "Save it again.") from error
    title = " ".join(page.title.get_text().split())[:300] if page.title else ""
    reading = _Reading()
    for element, ends in _walk(page):
        reading.take(element, ends=ends)
    return Document(
        text=reading.words(),
        media_type="text/html",
        title=title,
        tables=reading.tables[:MOST_TABLES],
        warnings=warnings,
    )


def _tamed(text: str) -> str:
    """Without comments, declarations and tags that never close: the library's reader looks for the end of each again
    and again, so that a small hostile page would keep it busy for hours. Every pass here is linear."""
    kept = []
    start = 0
    while (opening := text.find("<!--", start)) >= 0:
        kept.append(text[start:opening])
        closing = text.find("-->", opening)
        start = len(text) if closing < 0 else closing + 3
    kept.append(text[start:])
    return _UNCLOSED.sub("&lt;", _DECLARATION.sub("", "".join(kept)))


def _walk(page: BeautifulSoup) -> Iterator[tuple[PageElement, bool]]:
    """Every seen element at its start, and tags again at their end. Without recursion: pages may be nested deeply."""
    waiting: list[tuple[PageElement, bool]] = [(page, False)]
    while waiting:
        element, ends = waiting.pop()
        yield element, ends
        if isinstance(element, Tag) and not ends:
            waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element.contents) if _is_seen(child))


def _is_seen(element: PageElement) -> bool:
    if not isinstance(element, Tag):
        return not isinstance(element, PreformattedString)
    hidden = element.has_attr("hidden") or bool(_HIDDEN.search(str(element.get("style") or "")))
    return element.name not in _UNSEEN and not hidden


class _Reading:
    """Words and tables, collected along one walk through the page."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self._words: list[str] = []
        self._open: list[list[list[str]]] = []
        """The rows of the tables around the place where the walk is, innermost last."""

    def take(self, element: PageElement, *, ends: bool) -> None:
        if not isinstance(element, Tag):
            self._text(str(element))
            return
        if element.name in _PARAGRAPHS or (element.name == "br" and not ends):
            self._words.append("\n")
        elif element.name in _LINES:
            self._new_line()
        elif element.name in ("td", "th"):
            self._text(" ")
        if element.name == "table":
            self._close_table() if ends else self._open.append([])
        elif self._open and not ends:
            self._in_table(element.name)

    def words(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._words).splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _new_line(self) -> None:
        if self._words and not self._words[-1].endswith("\n"):
            self._words.append("\n")

    def _text(self, text: str) -> None:
        if text.strip() or (self._words and not self._words[-1].endswith("\n")):
            self._words.append(" ".join(text.splitlines()) if text.strip() else " ")
        if self._open and self._open[-1] and self._open[-1][-1]:
            self._open[-1][-1][-1] += text

    def _in_table(self, name: str) -> None:
        rows = self._open[-1]
        if name == "tr":
            rows.append([])
        elif name in ("td", "th"):
            if not rows:
                rows.append([])
            rows[-1].append("")

    def _close_table(self) -> None:
        rows = [[" ".join(cell.split()) for cell in row] for row in self._open.pop()]
        rows = [row for row in rows if any(row)]
        if any(len(row) > 1 for row in rows):
            self.tables.append(Table(page=1, rows=rows))
