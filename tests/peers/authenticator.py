"""An authenticator app: the code of a secret, as RFC 6238 has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

PERIOD_S = 30


def code_of(secret: str) -> str:
    """The six digits that the app shows now."""
    counter = struct.pack(">Q", int(time.time()) // PERIOD_S)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
