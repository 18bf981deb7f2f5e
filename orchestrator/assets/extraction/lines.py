"""Labels and what stands beside them: to the right, below in the same column, or (glued) to the left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.assets.extraction.dates import DATE
from orchestrator.assets.extraction.lexicon import LABELS, WEAK

LONGEST_LINE = 600
MOST_LINES = 4000
GAP = re.compile(r"\s{2,}|\t|\s\|\s")
SPLIT_CAPITAL = re.compile(r"(?:^|(?<=\s))([B-DF-HJ-NP-TV-Z]) (?=[a-zäöüé]{4,})")
LONE_SIGN = re.compile(r"\s*[€$£]\s*")
EDGES = " \t:.#-–|"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A label and the text beside it, not yet understood."""

    kind: str
    label: str
    text: str
    certainty: float
    line: int


@dataclass(frozen=True, kw_only=True)
class _Mark:
    kind: str
    start: int
    end: int
    certainty: float


def lines_of(text: str, tables: Sequence[dict[str, Any]]) -> list[str]:
    """The text's lines, then the tables' rows as lines, cells set apart by wide gaps."""
    lines = [line.replace("\u00a0", " ").rstrip()[:LONGEST_LINE] for line in text.splitlines()]
    for table in tables:
        lines.append("")
        lines.extend("    ".join(str(cell or "").replace("\n", " ").strip() for cell in row) for row in table["rows"])
    # Letter-spacing in PDFs tears capitals off ("F actuurnummer") and signs from their amounts.
    kept = [SPLIT_CAPITAL.sub(r"\1", line) for line in lines if line.strip()][:MOST_LINES]
    joined: list[str] = []
    for line in kept:
        if joined and LONE_SIGN.fullmatch(joined[-1]):
            joined[-1] = f"{joined[-1].rstrip()} {line.lstrip()}"
        else:
            joined.append(line)
    return joined


def labelled(lines: Sequence[str]) -> Iterator[Found]:
    """Every label of the document with the text it most likely belongs to, in reading order."""
    for number, line in enumerate(lines):
        marks = _marks(line)
        below = lines[number + 1] if number + 1 < len(lines) else ""
        header = len(marks) > 1 and not re.search(r"\d", line)
        for order, mark in enumerate(marks):
            text, factor = _beside(line, below, marks, order, header=header)
            if text:
                yield Found(kind=mark.kind, label=line[mark.start : mark.end].strip(EDGES), text=text,
                            certainty=mark.certainty * factor, line=number)  # fmt: skip


def _marks(line: str) -> list[_Mark]:
    """Labels of a line, the longest first wherever two overlap."""
    found = [
        _Mark(kind=label.kind, start=match.start(), end=match.end(), certainty=label.certainty)
        for label in LABELS
        for match in label.pattern.finditer(line)
    ]
    kept: list[_Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start - mark.end, -mark.certainty)):
        if all(mark.end <= other.start or mark.start >= other.end for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)


def _beside(line: str, below: str, marks: list[_Mark], order: int, *, header: bool) -> tuple[str, float]:
    mark = marks[order]
    until = marks[order + 1].start if order + 1 < len(marks) else len(line)
    right = line[mark.end : until]
    if header and not right.strip(EDGES):
        return _in_column(below, marks, order, line), 0.95
    if right.strip(EDGES):
        if mark.certainty <= WEAK and not re.match(r"\s*[:#]|\s+\S*\d", right):
            return "", 0
        return right.strip(EDGES), 1
    if order + 1 == len(marks) and re.search(r"\d", line[: mark.start]) and not GAP.search(line[: mark.start].strip()):
        previous = marks[order - 1].end if order else 0
        return line[previous : mark.start].strip(EDGES), 0.85
    return _in_column(below, marks, order, line), 0.9


def _in_column(below: str, marks: list[_Mark], order: int, line: str) -> str:
    """The cell of the next line that stands under the label."""
    mark = marks[order]
    cells = [(match.start(), match.group()) for match in re.finditer(r"\S+(?:\s\S+)*", below)]
    if GAP.search(line.strip()) and len(cells) > 1:
        return min(cells, key=lambda cell: abs((cell[0] + len(cell[1]) / 2) - (mark.start + mark.end) / 2))[1]
    tokens = [match.group() for match in re.finditer(rf"{DATE.pattern}|\S+", below, re.IGNORECASE)]
    if len(marks) > 1 and len(tokens) == len(marks):
        return tokens[order]
    return below.strip(EDGES) if len(marks) == 1 else ""
