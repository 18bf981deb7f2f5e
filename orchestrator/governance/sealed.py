"""Rows that hold something sealed: AES-256-GCM by a key of the ring, bound to the row they belong to."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from orchestrator.governance.errors import Unsealable
from orchestrator.governance.keys import ring, sealing_key

NONCE_BYTES = 12


def seal(key: bytes, data: bytes, bound_to: bytes) -> bytes:
    """Opens with the same key and the same `bound_to` only."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Raises `Unsealable`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise Unsealable("its secret was not sealed for this row") from error


class Sealed(models.Model):
    """The base of such tables: `manage.py rotate_keys` finds them by it. They have a `workspace`."""

    key = models.CharField(max_length=40)
    """Which key of the ring sealed it."""
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def close(self, data: bytes) -> None:
        """Put `data` into the row, unsaved. Belongs into the transaction that saves the row: see `rotation`."""
        name, key = sealing_key()
        self.key, self.sealed = name, seal(key, data, self._bound_to())

    def open(self) -> bytes:
        """Raises `Unsealable`, which says why."""
        key = ring().get(self.key)
        if key is None and not self._state.adding:
            self.refresh_from_db(fields=["key", "sealed"])  # it may have been read before a turn of the ring
            key = ring().get(self.key)
        if key is None:
            raise Unsealable(f"its key {self.key!r} is not in the ring")
        return unseal(key, bytes(self.sealed), self._bound_to())

    def _bound_to(self) -> bytes:
        return f"{self._meta.db_table},{self.pk},{self.workspace_id}".encode()  # type: ignore[attr-defined]
