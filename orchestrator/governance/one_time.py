"""Tokens of links that work once. Whoever reads the database finds only their hashes."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
