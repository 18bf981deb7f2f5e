"""The outside world of the tests: an HTTP endpoint that writes down what reaches it, and holds answers back."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request that arrived. `at` is the time of the day in seconds."""

    path: str
    key: str | None
    body: bytes
    at: float


class Sink:
    """Answers everything with `{"ok": true}`, unless it is told to hold back, to refuse or to drip.

    `witness` is asked about each request *before* it is answered; what it returns is kept in `findings`.
    """

    def __init__(self, witness: Callable[[Request], str | None] | None = None) -> None:
        self.hits: Counter[str] = Counter()
        self.keys: defaultdict[str, set[str]] = defaultdict(set)
        self.requests: list[Request] = []
        self.findings: list[str] = []
        self.answer: Callable[[Request, BaseHTTPRequestHandler], bool] | None = None
        """May answer in its own way; False leaves the answer to us."""
        self._witness = witness
        self._held: dict[str, threading.Event] = {}
        self._arrived = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Request(path=self.path, key=self.headers.get("Idempotency-Key"), body=body, at=time.time())
                sink.arrive(request)
                with contextlib.suppress(ConnectionError):  # whoever asked may be dead by now
                    if sink.answer is None or not sink.answer(request, self):
                        respond(self, 200, b'{"ok": true}')

            def log_message(self, *_: Any) -> None:
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def hold(self, path: str) -> None:
        self._held[path] = threading.Event()

    def release(self, path: str) -> None:
        self._held[path].set()

    def arrive(self, request: Request) -> None:
        finding = self._witness(request) if self._witness is not None else None
        with self._arrived:
            self.requests.append(request)
            self.hits[request.path] += 1
            if request.key is not None:
                self.keys[request.path].add(request.key)
            if finding is not None:
                self.findings.append(finding)
            self._arrived.notify_all()
        if request.path in self._held:
            self._held[request.path].wait(60)

    def wait_for(self, path: str, hits: int = 1, seconds: float = 60) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.hits[path] >= hits, seconds), f"{path}: {self.hits[path]} hits"

    def wait_for_all(self, hits: int, seconds: float = 60) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.hits.total() >= hits, seconds), f"{self.hits.total()} hits"

    def close(self) -> None:
        for event in self._held.values():
            event.set()
        self._server.shutdown()
        self._server.server_close()


def respond(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a killed worker left behind is no news."""
