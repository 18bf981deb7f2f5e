"""Companies and people named in a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestrator.assets.extraction.lexicon import LEGAL_FORMS
from orchestrator.assets.extraction.lines import GAP

COMPANY = re.compile(
    rf"(?:[A-ZÄÖÜÉÑ][\w&.'’-]{{0,60}}\s(?:(?:&|und|and|y|de|van|of|for|für)\s)?){{1,5}}(?:{LEGAL_FORMS})(?![\w-])"
)
CLOSING = re.compile(
    r"(?i)^(?:kind|best|warm)?\s*regards|^yours\s+(?:sincerely|faithfully|truly)|^sincerely|^best wishes|^many thanks|"
    r"^mit\s+(?:freundlichen|besten)\s+gr[üu](?:ß|ss)en|^(?:viele|beste|freundliche)\s+gr[üu](?:ß|ss)e|^hochachtungsvoll|"
    r"^(?:un\s+cordial\s+saludo|saludos(?:\s+cordiales)?|atentamente|cordialmente|muchas\s+gracias)|^met\s+vriendelijke\s+groet|^cordialement"
)
PERSON = re.compile(
    r"^(?:(?:Dr|Mr|Mrs|Ms|Herr|Frau|Sr|Sra|Doña|Don)\.?\s)?[A-ZÄÖÜÁÉÍÓÚÑ][\w'’-]+(?:\s(?:de|del|la|van|von|der|[A-Z]\.|[A-ZÄÖÜÁÉÍÓÚÑ][\w'’-]+)){1,4}$"
)
MOST = 8


def companies_in(lines: Sequence[str]) -> list[str]:
    """Names that end in a legal form, in reading order."""
    cells = (cell for line in lines for cell in GAP.split(line))
    return list(dict.fromkeys(" ".join(match.group().split()) for cell in cells for match in COMPANY.finditer(cell)))[
        :MOST
    ]


def signer_of(lines: Sequence[str]) -> str | None:
    """The name under the closing words of a letter."""
    for number, line in enumerate(lines):
        if CLOSING.match(line.strip()):
            following = (after.strip(" ,") for after in lines[number + 1 : number + 3])
            return next((name for name in following if PERSON.match(name)), None)
    return None
