"""The ring of keys that seal secrets. The first key seals; every key opens what it sealed."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@cache
def ring() -> dict[str, bytes]:
    """Keys by name, the sealing one first: `name:base64,name:base64` from FIELD_KEYS, else from the data folder."""
    return _parse(settings.FIELD_KEYS or _kept(settings.DATA_DIR / "keys" / "fields"))


def sealing_key() -> tuple[str, bytes]:
    return next(iter(ring().items()))


def _parse(text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for entry in text.split(","):
        name, _, encoded = entry.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_"))
        except binascii.Error as error:
            raise ImproperlyConfigured(f"The key {name!r} of FIELD_KEYS is not base64.") from error
        if not name or len(key) != KEY_BYTES or name in keys:
            raise ImproperlyConfigured("FIELD_KEYS is a list name:base64,name:base64 of 32-byte keys with own names.")
        keys[name] = key
    return keys


def _kept(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = f"k1:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(fresh)
    try:
        os.link(draft, path)  # fails where another process was first: one ring, never two
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
