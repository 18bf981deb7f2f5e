"""The beginning of a file as text, to be looked at without opening it: nothing of it is run or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orchestrator.api.errors import ProblemError
from orchestrator.artifacts.actions import download
from orchestrator.documents.errors import DocumentError
from orchestrator.governance.principal import Principal

LARGEST = 10_000_000
"""Bytes."""
LONGEST = 20_000
"""Characters."""
MOST_PAGES = 2_000
SECONDS = 10
"""A long document is not read to its end."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    text: str
    pages: int
    """Of the whole file."""
    cut: bool
    """Whether there is more than this."""


def preview(principal: Principal, artifact: UUID) -> Preview:
    """Raises a problem for what has no text, or is too large to be read at once."""
    # The readers of documents are large; only those who look at files need them.
    from orchestrator.documents.parse import parse

    found, data = download(principal, artifact)
    if len(data) > LARGEST:
        raise ProblemError(422, "preview_too_large", "This file is too large to be shown here. Download it.")
    try:
        document = parse(data, found.name, ocr="never", max_pages=MOST_PAGES, seconds=SECONDS)
    except DocumentError as error:
        raise ProblemError(422, "no_preview", f"This file cannot be shown here: {error} Download it.") from error
    text = document.text[:LONGEST]
    return Preview(text=text, pages=document.pages, cut=bool(document.warnings) or len(text) < len(document.text))
