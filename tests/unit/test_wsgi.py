from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from orchestrator import wsgi
from orchestrator.wsgi import SMALL_BODY, Threads

Start = Callable[[str, list[tuple[str, str]]], None]
LARGEST = 4 * SMALL_BODY


def scope(method: str = "POST", path: str = "/", headers: Iterable[tuple[bytes, bytes]] = ()) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"a=1",
        "http_version": "1.1",
        "headers": list(headers),
        "client": ("192.0.2.7", 1234),
    }


async def ask(application: Any, asked: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What is sent for a request that arrives in these messages."""
    return await ask_of(Threads(application, 2, LARGEST), asked, *messages)


async def ask_of(threads: Threads, asked: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    coming, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await threads(asked, receive, send)
    return sent


def piece(body: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def echo(environ: dict[str, Any], start: Start) -> list[bytes]:
    """As Django does, it reads as much as it is told to."""
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


async def test_a_small_body_is_whole_before_the_thread_is_asked() -> None:
    length = [(b"content-length", b"6")]
    sent = await ask(echo, scope(headers=length), piece(b"abc", more=True), piece(b"def"))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 200
    assert sent[0]["headers"] == [(b"content-type", b"text/plain")]
    assert sent[1]["body"] == b"abcdef"


@pytest.mark.parametrize("length", [None, str(3 * SMALL_BODY).encode()])
async def test_a_large_body_or_one_of_unknown_length_arrives_whole(length: bytes | None) -> None:
    headers = [] if length is None else [(b"content-length", length)]
    part = b"x" * SMALL_BODY
    sent = await ask(echo, scope(headers=headers), piece(part, more=True), piece(part, more=True), piece(part))
    assert sent[-1]["body"] == 3 * part


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_body_without_end_is_refused_before_a_thread_is_asked(method: str) -> None:
    asked: list[str] = []

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        return echo(environ, start)

    part = b"x" * SMALL_BODY
    sent = await ask(application, scope(method), *(piece(part, more=True) for _ in range(6)))
    assert (sent[0]["status"], asked) == (413, [])
    assert json.loads(sent[1]["body"])["code"] == "too_large"


async def test_a_body_that_says_itself_that_it_is_too_large_is_left_to_the_door_unread() -> None:
    read: list[str] = []

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        try:
            environ["wsgi.input"].read()
        except OSError as error:
            read.append(type(error).__name__)
        start("413 Content Too Large", [])
        return []

    length = [(b"content-length", str(LARGEST + 1).encode())]
    sent = await ask(application, scope(headers=length), piece(b"x", more=True))
    assert (sent[0]["status"], read) == (413, ["BodyTooLarge"])


async def test_a_body_that_drips_is_refused_and_holds_up_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi, "PATIENCE_S", 0.1)
    threads, drips, sent = Threads(echo, 1, LARGEST), asyncio.Event(), []

    async def drip() -> dict[str, Any]:
        if drips.is_set():
            await asyncio.Event().wait()
        drips.set()
        return piece(b"x", more=True)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    slow = asyncio.create_task(threads(scope(), drip, send))
    await drips.wait()
    quick = await ask_of(threads, scope("GET"), piece(b""))
    assert quick[0]["status"] == 200
    await slow
    assert [message.get("status") for message in sent] == [408, None]


async def test_an_address_of_odd_bytes_is_passed_on() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.update(environ)
        return echo(environ, start)

    sent = await ask(application, {**scope("GET"), "query_string": b"a=\xff"}, piece(b""))
    assert (sent[0]["status"], seen["QUERY_STRING"]) == (200, "a=\xff")


async def test_a_sender_that_goes_away_is_answered_by_nobody() -> None:
    asked: list[str] = []

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        return echo(environ, start)

    sent = await ask(application, scope(headers=[(b"content-length", b"9")]), piece(b"abc", more=True))
    assert sent == []
    assert asked == []


async def test_a_stream_is_passed_on_as_it_is_made_and_closed_at_its_end() -> None:
    closed = threading.Event()

    class Stream:
        def __iter__(self) -> Any:
            yield from (b"one", b"", b"two", b"three")

        def close(self) -> None:
            closed.set()

    def application(environ: dict[str, Any], start: Start) -> Stream:
        start("206 Partial Content", [])
        return Stream()

    sent = await ask(application, scope("GET"), piece(b""))
    assert sent[0]["status"] == 206
    assert [(message["body"], message["more_body"]) for message in sent[1:]] == [
        (b"one", True),
        (b"two", True),
        (b"three", False),
    ]
    assert closed.is_set()


async def test_a_stream_that_nobody_reads_on_gives_its_thread_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi, "READ_WITHIN_S", 0.1)

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [])
        return [b"one", b"two", b"three"]

    async def receive() -> dict[str, Any]:
        return piece(b"")

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    with pytest.raises(ConnectionAbortedError):
        await Threads(application, 1, LARGEST)(scope("GET"), receive, send)


async def test_two_requests_are_answered_side_by_side() -> None:
    both = threading.Barrier(2, timeout=10)

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        both.wait()
        return echo(environ, start)

    threads = Threads(application, 2, LARGEST)
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return piece(b"")

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    await asyncio.gather(*(threads(scope("GET"), receive, send) for _ in range(2)))
    assert [message["status"] for message in answers if message["type"] == "http.response.start"] == [200, 200]


async def test_headers_and_addresses_arrive_as_the_standard_says() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.update(environ)
        return echo(environ, start)

    headers = [
        (b"x-colour", b"red"),
        (b"x-colour", b"blue"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"content-type", b"text/x"),
        (b"x_colour", b"a forged spelling"),
    ]
    await ask(application, scope("GET", "/für", headers), piece(b""))
    assert seen["HTTP_X_COLOUR"] == "red,blue"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["CONTENT_TYPE"] == "text/x"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/für"
    assert seen["QUERY_STRING"] == "a=1"
    assert seen["REMOTE_ADDR"] == "192.0.2.7"
