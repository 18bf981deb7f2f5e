"""Backups that open with a passphrase only (`BACKUP_PASSPHRASE`): AES-256-GCM in pieces, as a stream.

    magic (8) salt (16) prefix (7), then pieces of 1 MiB, each with the nonce prefix + number (4) + is it last (1)

The number keeps pieces in their order, the mark of the last one shows where a file was cut off, and the head is
authenticated with each of them (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from orchestrator.operations.errors import BackupDamaged, BackupForeign

MAGIC = b"TUTTI-B1"
SALT, PREFIX, TAG = 16, 7, 16
HEAD = len(MAGIC) + SALT + PREFIX
PIECE = 1024 * 1024
COST = {"n": 2**15, "r": 8, "p": 1}
"""Of each guess at a passphrase: 32 MB of memory and about a tenth of a second."""


class Sealing:
    """What is written here arrives sealed in `target`, once `finish` was called."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        self._target = target
        self._head = MAGIC + os.urandom(SALT + PREFIX)
        self._cipher = _cipher(passphrase, self._head)
        self._left = bytearray()
        self._number = 0
        target.write(self._head)

    def write(self, data: bytes) -> int:
        self._left += data
        while len(self._left) > PIECE:  # one byte more than a piece, so that the last is never empty
            self._seal(bytes(self._left[:PIECE]), last=False)
            del self._left[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._seal(bytes(self._left), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._head, self._number, last=last), piece, self._head))
        self._number += 1


def is_sealed(source: IO[bytes]) -> bool:
    """Leaves `source` at its beginning."""
    begins = source.read(len(MAGIC))
    source.seek(0)
    return begins == MAGIC


def unseal(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    """Raises BackupForeign for another passphrase, BackupDamaged for a file that was cut off or changed."""
    head = source.read(HEAD)
    if len(head) < HEAD:
        raise BackupDamaged("This backup is cut off at its beginning.")
    cipher, number = _cipher(passphrase, head), 0
    piece = source.read(PIECE + TAG)
    while True:
        following = source.read(PIECE + TAG)
        try:
            target.write(cipher.decrypt(_nonce(head, number, last=not following), piece, head))
        except InvalidTag as error:
            if number == 0:
                raise BackupForeign(
                    "The backup does not open with this BACKUP_PASSPHRASE, or it was changed. Set the passphrase that "
                    "was set when it was taken."
                ) from error
            raise BackupDamaged("This backup is cut off, or was changed after it was written.") from error
        if not following:
            return
        piece, number = following, number + 1


def _cipher(passphrase: str, head: bytes) -> AESGCM:
    salt = head[len(MAGIC) : len(MAGIC) + SALT]
    return AESGCM(Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode()))


def _nonce(head: bytes, number: int, *, last: bool) -> bytes:
    return head[-PREFIX:] + number.to_bytes(4, "big") + bytes([last])
