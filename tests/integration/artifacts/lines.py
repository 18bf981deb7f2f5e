"""A line to a service that can be cut: a proxy of bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

BUSY = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Line:
    """`busy`: every request is answered with 503. `up`, `down`: the line is cut after so many bytes that way."""

    def __init__(self, service: tuple[str, int]) -> None:
        self.busy = False
        self.up: int | None = None
        self.down: int | None = None
        self._service = service
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        self.busy, self.up, self.down = False, None, None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        if self.busy:
            with client, contextlib.suppress(OSError):
                client.recv(65536)
                client.sendall(BUSY)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    continue
            return
        with client, socket.create_connection(self._service) as server:
            upwards = threading.Thread(target=self._pass, args=(client, server, self.up))
            upwards.start()
            self._pass(server, client, self.down)
            upwards.join()

    def _pass(self, source: socket.socket, target: socket.socket, most: int | None) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                if most is not None and passed + len(chunk) > most:
                    target.sendall(chunk[: most - passed])
                    break
                target.sendall(chunk)
                passed += len(chunk)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def line_to(service: tuple[str, int]) -> Iterator[Line]:
    line = Line(service)
    yield line
    line.close()
