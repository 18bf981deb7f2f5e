"""Lines of the log, without the secrets that this process has used and without personal data that has a form."""

from __future__ import annotations

import logging

from orchestrator.connectors.secret import Mask, remembered
from orchestrator.governance.redaction import KINDS, Redaction


class LogLine(logging.Formatter):
    """Hides both in messages and in what is printed of exceptions alike."""

    def __init__(self, fmt: str | None = None) -> None:
        super().__init__(fmt)
        self._known: tuple[str, ...] = ()
        self._mask = Mask(())

    def format(self, record: logging.LogRecord) -> str:
        known = remembered()
        if known != self._known:
            self._known, self._mask = known, Mask(known)
        return Redaction(KINDS).text(self._mask.text(super().format(record)))
