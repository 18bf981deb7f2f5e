"""The error of this room.

DocumentError    the file cannot be read; `code` is one of damaged, password, empty, too_large, wrong_type,
                 too_many_pages
"""

from __future__ import annotations


class DocumentError(Exception):
    """The file cannot be read. `message` says why, `hint` what the person can do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
