"""Django as a WSGI application behind an ASGI server: a fixed set of threads, one hop in and one hop out a request.

A small request spends more time in being handed between the loop and its thread than in Django, so the hand-over is
kept to its least: the body is read before the thread is asked, and an answer of one piece is sent in one go. So a
sender who takes its time, or never comes to an end, costs a connection and no thread.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import orjson

from orchestrator.api.errors import PROBLEM_JSON, ProblemError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

SMALL_BODY = 1024 * 1024
"""Bytes; what is larger waits on the disk."""
PATIENCE_S = 20.0
"""So long a body may take to arrive, and a second more for each `PACE` bytes that have."""
PACE = 16 * 1024
READ_WITHIN_S = 60.0
"""So long a piece of a streamed answer may wait to be read."""
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Threads:
    """The ASGI application that answers HTTP requests with `application`, in `count` threads.

    `largest` is the most bytes of a body that any door takes.
    """

    def __init__(self, application: Application, count: int, largest: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="web")
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if announced.isdigit() and int(announced) > self._largest:
            content: Any = Unread()  # the door says in its own words what it takes
        else:
            try:
                content = await _whole(scope, receive, self._largest)
            except ProblemError as refused:
                await _refuse(send, refused)
                return
            if content is None:
                return
        answer = Answer(send, loop)
        with content:
            last = await loop.run_in_executor(self._pool, answer.make, self._application, environ(scope, content))
        if not answer.started:
            await send(answer.head)
        await send({"type": "http.response.body", "body": last, "more_body": False})


class BodyTooLarge(OSError):
    """No door takes so much."""


class Unread(io.RawIOBase):
    """A body that is not read, because it says itself that it is too large."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise BodyTooLarge


async def _whole(scope: Scope, receive: Receive, largest: int) -> Any:
    """The body as a file, its size in the scope. None: the sender went away. Raises ProblemError."""
    loop, size = asyncio.get_running_loop(), 0
    began = loop.time()
    body = tempfile.SpooledTemporaryFile(max_size=SMALL_BODY)  # noqa: SIM115  whoever gets it closes it
    try:
        async with asyncio.timeout(PATIENCE_S) as limit:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    body.close()
                    return None
                size += body.write(message.get("body", b""))
                if size > largest:
                    raise ProblemError(413, "too_large", "This is too large. Send less at once.")
                if not message.get("more_body"):
                    body.seek(0)
                    scope["body_size"] = size
                    return body
                limit.reschedule(began + PATIENCE_S + size / PACE)
    except ProblemError:
        body.close()
        raise
    except TimeoutError as error:
        body.close()
        raise ProblemError(408, "body_too_slow", "What was sent came too slowly. Try again.") from error


async def _refuse(send: Send, refused: ProblemError) -> None:
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": int(refused.status), "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(refused.as_json()), "more_body": False})


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
        """Raises ConnectionAbortedError where whoever asked reads no further: a thread is not for waiting."""
        sending = asyncio.run_coroutine_threadsafe(self._send_piece(piece), self._loop)
        try:
            sending.result(READ_WITHIN_S)
        except TimeoutError as error:
            sending.cancel()
            raise ConnectionAbortedError("Whoever asked for this answer reads no further.") from error

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
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
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
    # A body that came in chunks has no length of its own, and Django reads as much as it is told.
    made.setdefault("CONTENT_LENGTH", str(scope.get("body_size", 0)))
    return made
