"""An HTTP endpoint for steps to call: it counts what arrives, refuses, or hangs up without an answer."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOLD_SECONDS = 30


class Outside(ThreadingHTTPServer):
    """`answers` gives the status for a path, 0 to hang up; anything else is answered with 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, int] = {}
        self.hits: list[str] = []
        self.arrived = threading.Semaphore(0)
        self.held: dict[str, threading.Event] = {}
        """Answers that wait until somebody lets them go."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}/{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Outside

    def do_GET(self) -> None:
        path = self.path.strip("/")
        self.server.hits.append(path)
        self.server.arrived.release()
        if path in self.server.held:
            self.server.held[path].wait(HOLD_SECONDS)
        status = self.server.answers.get(path, 200)
        if status == 0:
            self.close_connection = True
            return
        body = b'{"seen": %d}' % len(self.server.hits)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *args: Any) -> None:
        """Silent."""
