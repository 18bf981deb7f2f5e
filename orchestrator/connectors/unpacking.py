"""Unpacks the body of an answer within limits of size and density, so that no answer is larger than it looks."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpcore

from orchestrator.engine.errors import ErrorCategory, Rejected

LARGEST_REPLY = 10_000_000
HIGHEST_RATIO = 100
"""Unpacked to packed size, beyond the first megabyte."""


@dataclass(kw_only=True)
class _Unpacker:
    """Unpacks a body within the limits of size and ratio."""

    host: str
    zipped: Any
    """A zlib decompressor, or None for plain bytes."""
    largest: int
    packed: int = 0
    unpacked: int = 0

    def take(self, chunk: bytes) -> bytes:
        self.packed += len(chunk)
        piece: bytes = self.zipped.decompress(chunk, self.largest + 1 - self.unpacked) if self.zipped else chunk
        self.unpacked += len(piece)
        too_dense = self.unpacked > 1_000_000 and self.unpacked > HIGHEST_RATIO * self.packed
        if self.unpacked > self.largest or too_dense:
            message = f"The answer of {self.host} is too large: at most {self.largest // 1_000_000} MB are read."
            raise Rejected(ErrorCategory.REJECTED, "reply_too_large", message, hint="Ask for less at a time.")
        return piece


async def unpacked(
    host: str, response: httpcore.Response, encoding: str, largest: int = LARGEST_REPLY
) -> AsyncIterator[bytes]:
    """The body as it comes. `encoding` is the header's; raises `Rejected` (reply_too_large, reply_unreadable)."""
    unpacker = _Unpacker(host=host, zipped=_decompressor(host, encoding.strip().lower()), largest=largest)
    try:
        async for chunk in response.aiter_stream():
            if piece := unpacker.take(chunk):
                yield piece
    except zlib.error as error:
        raise _unreadable(host) from error


def _decompressor(host: str, encoding: str) -> Any:
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        return zlib.decompressobj()
    raise _unreadable(host)


def _unreadable(host: str) -> Rejected:
    message = f"The answer of {host} is packed in a way that cannot be read."
    return Rejected(ErrorCategory.REJECTED, "reply_unreadable", message)
