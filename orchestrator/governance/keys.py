"""The ring of keys that seal secrets. The first key seals; every key opens what it sealed.

An entry is `name:base64`, a whole key, or `name.purpose:base64`: what is left of a key that was taken out, good for
that one purpose only (checking what it had signed, knowing the addresses it had made), and never to open a secret.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from orchestrator.embedded.data_folder import write_private

KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Ring:
    keys: Mapping[str, bytes]
    """Whole keys by name, the sealing one first."""
    left: Mapping[str, Mapping[str, bytes]]
    """Purpose -> name -> what is left of a key for it."""

    def as_text(self) -> str:
        whole = [f"{name}:{_encoded(key)}" for name, key in self.keys.items()]
        rest = [
            f"{name}.{purpose}:{_encoded(key)}" for purpose, keys in self.left.items() for name, key in keys.items()
        ]
        return ",".join([*whole, *rest])


def current_ring() -> Ring:
    """Of FIELD_KEYS, else of the data folder, where a change is seen at once by every process."""
    if settings.FIELD_KEYS:
        return _parse(settings.FIELD_KEYS)
    path = ring_file()
    try:
        found = path.stat()
    except FileNotFoundError:
        _make(path)
        found = path.stat()
    return _read(path, found.st_ino, found.st_mtime_ns)


def ring() -> Mapping[str, bytes]:
    """Keys by name, the sealing one first."""
    return current_ring().keys


def left_for(purpose: str) -> Mapping[str, bytes]:
    """By name: what is left of keys that were taken out of the ring."""
    return current_ring().left.get(purpose, {})


def sealing_key() -> tuple[str, bytes]:
    return next(iter(ring().items()))


def ring_file() -> Path:
    return Path(settings.DATA_DIR) / "keys" / "fields"


def keep_ring(kept: Ring) -> None:
    """Put `kept` in the place of the ring of the data folder, for every process on this machine."""
    write_private(ring_file(), kept.as_text())


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


@cache
def _read(path: Path, inode: int, changed_ns: int) -> Ring:
    """The file as it is: another one has another number or time."""
    return _parse(path.read_text())


@cache
def _parse(text: str) -> Ring:
    keys: dict[str, bytes] = {}
    left: dict[str, dict[str, bytes]] = {}
    for entry in text.split(","):
        name, _, encoded = entry.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_"))
        except binascii.Error as error:
            raise ImproperlyConfigured(f"The key {name!r} of FIELD_KEYS is not base64.") from error
        name, dot, purpose = name.partition(".")
        among = left.setdefault(purpose, {}) if dot else keys
        if not name or len(key) != KEY_BYTES or name in among:
            raise ImproperlyConfigured("FIELD_KEYS is a list name:base64,name:base64 of 32-byte keys with own names.")
        among[name] = key
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS holds no whole key: put one that seals first.")
    return Ring(keys=keys, left=left)


def _encoded(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(f"k1:{_encoded(new_key())}")
    try:
        os.link(draft, path)  # fails where another process was first: one ring, never two
    except FileExistsError:
        pass
    finally:
        draft.unlink()
