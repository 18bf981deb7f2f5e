"""The error tree of triggers.

TriggerError
└── SecretUnreadable    the secret of a link does not belong to its row, or its key is gone
"""

from __future__ import annotations


class TriggerError(Exception):
    """Base of every error of triggers."""


class SecretUnreadable(TriggerError):
    """The secret was not sealed for this row, or its key has left the ring: make a new one."""
