"""What this installation vouches for: Ed25519 signatures by keys that are derived from the ring."""

from __future__ import annotations

from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from orchestrator.governance.keys import KEY_BYTES, left_for, ring, sealing_key

PURPOSE = "signatures"
"""Keeps these keys apart from those that seal secrets."""


def sign(data: bytes) -> tuple[str, bytes]:
    """The name of the key, and the signature of `data` by it (64 bytes)."""
    name, key = sealing_key()
    return name, _signing_key(key).sign(data)


def is_signed(data: bytes, key_name: str, signature: bytes) -> bool:
    """Whether a key of the ring by this name has signed exactly `data`."""
    key = ring().get(key_name)
    public = left_of(key) if key is not None else left_for(PURPOSE).get(key_name)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


@cache
def left_of(key: bytes) -> bytes:
    """What stays of a key that leaves the ring: it checks what the key has signed, and signs nothing."""
    return _signing_key(key).public_key().public_bytes_raw()


@cache
def _signing_key(key: bytes) -> Ed25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE.encode()).derive(key)
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_keys() -> dict[str, bytes]:
    """Of each key that may have signed, by its name (32 bytes): with them anybody can check, and nobody sign."""
    return {name: left_of(key) for name, key in ring().items()} | left_for(PURPOSE)
