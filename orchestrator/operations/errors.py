"""The error tree of operations.

OperationsError
├── BackupFailed      no backup was made, or none could be put back; the message says why
├── BackupDamaged     the file is not what was written
├── BackupForeign     whole, but not for this installation as it is: another release, another ring of keys
└── StillRunning      something else works with the database that is to be replaced
"""

from __future__ import annotations


class OperationsError(Exception):
    """Base of every error of operations; its message is for the person at the terminal."""


class BackupFailed(OperationsError):
    """A program of the database server, or the disk, refused; nothing was changed."""


class BackupDamaged(OperationsError):
    """Cut off, altered, or never a backup; take another one."""


class BackupForeign(OperationsError):
    """The message says what has to be there first."""


class StillRunning(OperationsError):
    """Stop it, then try again."""
