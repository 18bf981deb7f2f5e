"""Django as a WSGI application behind an ASGI server: a fixed set of threads, one hop in and one hop out a request.

A small request spends more time in being handed between the loop and its thread than in Django, so the hand-over is
kept to its least: the body is read before the thread is asked, and an answer of one piece is sent in one go.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

SMALL_BODY = 1024 * 1024
"""Bytes; larger bodies, and those of unknown length, are read by the thread, piece by piece."""
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Threads:
    """The ASGI application that answers HTTP requests with `application`, in `count` threads."""

    def __init__(self, application: Application, count: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if scope["method"] in ("GET", "HEAD") or (length.isdigit() and int(length) <= SMALL_BODY):
            body = await _whole(receive)
            if body is None:
                return
            content: Any = io.BytesIO(body)
        else:
            content = io.BufferedReader(Incoming(receive, loop), SMALL_BODY)
        answer = Answer(send, loop)
        last = await loop.run_in_executor(self._pool, answer.make, self._application, environ(scope, content))
        if not answer.started:
            await send(answer.head)
        await send({"type": "http.response.body", "body": last, "more_body": False})


async def _whole(receive: Receive) -> bytes | None:
    """None: the sender went away."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


class Incoming(io.RawIOBase):
    """A request's body for the thread that reads it. The sender going away ends it."""

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._receive = receive
        self._loop = loop
        self._left = b""
        self._more = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._more and not self._left:
            message = asyncio.run_coroutine_threadsafe(_next(self._receive), self._loop).result()
            self._left = message.get("body", b"")
            self._more = message.get("more_body", False)
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


async def _next(receive: Receive) -> Scope:
    return await receive()


class Answer:
    """One answer. Pieces before the last are sent while the next is made; the last is left to the loop."""

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._loop = loop
        self.started = False
        self.head: Scope = {}

    def make(self, application: Application, environ: dict[str, Any]) -> bytes:
        """In the thread: the last piece of the body."""
        body = application(environ, self._start)
        try:
            last = b""
            for piece in _pieces(body):
                if last:
                    self._pass_on(last)
                last = piece
            return last
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.head = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }

    def _pass_on(self, piece: bytes) -> None:
        asyncio.run_coroutine_threadsafe(self._send_piece(piece), self._loop).result()

    async def _send_piece(self, piece: bytes) -> None:
        if not self.started:
            self.started = True
            await self._send(self.head)
        await self._send({"type": "http.response.body", "body": piece, "more_body": True})


def _pieces(body: Iterable[bytes]) -> Iterator[bytes]:
    return (piece for piece in body if piece)


def environ(scope: Scope, content: Any) -> dict[str, Any]:
    """PEP 3333's environment of an ASGI scope."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    root = scope.get("root_path", "")
    path = scope["path"].removeprefix(root) if root else scope["path"]
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("ascii"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": content,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:  # would read as another header's name
            continue
        key = UNPREFIXED.get(name) or "HTTP_" + name.replace("-", "_").upper()
        made[key] = f"{cast(str, made[key])}{'; ' if name == 'cookie' else ','}{value}" if key in made else value
    return made
