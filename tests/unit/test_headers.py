"""The outermost door adds what is not said, and leaves what is."""

from __future__ import annotations

import asyncio
from typing import Any

from orchestrator.headers import EVERYWHERE, Guarded


def answer(path: str, said: list[tuple[bytes, bytes]], *, encrypted: bool = False) -> dict[bytes, list[bytes]]:
    """The headers of an answer that said these by itself."""
    sent: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": said})
        await send({"type": "http.response.body", "body": b"text", "more_body": False})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guarded(application, encrypted=encrypted)({"type": "http", "path": path}, None, send))
    assert sent[1]["body"] == b"text"
    found: dict[bytes, list[bytes]] = {}
    for name, value in sent[0]["headers"]:
        found.setdefault(name, []).append(value)
    return found


def test_an_answer_that_says_nothing_gets_all_of_them_once() -> None:
    assert answer("/", []) == {name: [value] for name, value in EVERYWHERE.items()}


def test_what_an_answer_says_itself_stays() -> None:
    found = answer("/", [(b"Content-Security-Policy", b"default-src 'none'"), (b"x-frame-options", b"DENY")])
    assert b"content-security-policy" not in found
    assert found[b"Content-Security-Policy"] == [b"default-src 'none'"]
    assert found[b"x-frame-options"] == [b"DENY"]


def test_data_is_not_kept_by_the_browser_unless_the_answer_says_so() -> None:
    assert answer("/api/session", [])[b"cache-control"] == [b"no-store"]
    assert answer("/api/files/1", [(b"cache-control", b"private")])[b"cache-control"] == [b"private"]
    assert b"cache-control" not in answer("/static/build/x.js", [])


def test_only_an_encrypted_installation_asks_for_encryption() -> None:
    assert b"strict-transport-security" not in answer("/", [])
    assert answer("/", [], encrypted=True)[b"strict-transport-security"] == [b"max-age=31536000; includeSubDomains"]
