"""What protocols need of the door to the outside, so that they can be given it with an account, a pace and a watch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Reply(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def body(self) -> bytes: ...


class Stream(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def chunks(self) -> AsyncIterator[bytes]: ...


class Sender(Protocol):
    """What is needed of `HttpClient`. Whoever calls with an account wraps it and adds the account's headers."""

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> Reply: ...

    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> AbstractAsyncContextManager[Stream]: ...


async def read_all(stream: Stream) -> bytes:
    return b"".join([chunk async for chunk in stream.chunks])
