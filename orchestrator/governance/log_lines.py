"""Lines of the log, without secrets that this process has used, personal data that has a form, and control letters."""

from __future__ import annotations

import logging

from orchestrator.connectors.secret import Mask, remembered
from orchestrator.governance.redaction import KINDS, Redaction


class LogLine(logging.Formatter):
    """Hides secrets and personal data in messages and in what is printed of exceptions alike."""

    def __init__(self, fmt: str | None = None) -> None:
        super().__init__(fmt)
        self._known: tuple[str, ...] = ()
        self._mask = Mask(())

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name that the library gives it
        """What somebody sent ends no line and steers no terminal. Traces, which follow, keep their lines."""
        record.message = "".join(map(_shown, record.message))
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        known = remembered()
        if known != self._known:
            self._known, self._mask = known, Mask(known)
        return Redaction(KINDS).text(self._mask.text(super().format(record)))


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()
