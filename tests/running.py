"""The real product, started for tests: web, workers, database and broker as `make up` starts them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

ROOT = Path(__file__).parent.parent
START_SECONDS = 300
STOP_SECONDS = 60
OWNER = {
    "name": "Olivia Owner",
    "email": "olivia@example.com",
    "password": "correct horse battery",
    "workspace": "Acme",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Client(httpx.Client):
    """A signed-in browser without the screen: session cookie, CSRF header."""

    def __init__(self, address: str) -> None:
        super().__init__(base_url=address, timeout=30, headers={"Origin": address}, trust_env=False)
        self.get("/_allauth/browser/v1/auth/session")

    def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        headers = {"X-CSRFToken": self.cookies.get("csrftoken", ""), **(options.pop("headers", None) or {})}
        return super().request(method, url, headers=headers, **options)

    def sign_in(self, email: str, password: str) -> None:
        answer = self.post("/_allauth/browser/v1/auth/login", json={"email": email, "password": password})
        answer.raise_for_status()

    @property
    def workspace(self) -> str:
        return str(self.get("/api/session").json()["workspaces"][0]["id"])

    def storage_state(self) -> StorageState:
        """The same person for a browser that is driven by Playwright."""
        url = str(self.base_url)
        return {"cookies": [{"name": one.name, "value": one.value or "", "url": url} for one in self.cookies.jar]}


class Product:
    """A product of its own in `folder`. Everything it printed is in `lines`."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.lines: list[str] = []
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")},
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "PUBLIC_URL": self.address,
            "NO_COLOR": "1",
            **environment,
        }
        self._printed = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None

    def start(self) -> None:
        """Returns when the product has printed its address and the way in."""
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.wait_for(r"/welcome#|[Ss]ign in at", START_SECONDS)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _listen(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        with self._process.stdout as printed:
            for line in printed:
                with self._printed:
                    self.lines.append(line.rstrip("\n"))
                    self._printed.notify_all()
        with self._printed:
            self.lines.append("<end of output>")
            self._printed.notify_all()

    def wait_for(self, pattern: str, seconds: float) -> str:
        """The first printed line that matches; fails with the last lines where none comes."""
        wanted, until, seen = re.compile(pattern), time.monotonic() + seconds, 0
        with self._printed:
            while True:
                for line in self.lines[seen:]:
                    if wanted.search(line):
                        return line
                    if line == "<end of output>":
                        raise AssertionError("The product ended:\n" + "\n".join(self.lines[-40:]))
                seen = len(self.lines)
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"No line like {pattern!r}:\n" + "\n".join(self.lines[-40:]))
                self._printed.wait(left)

    def owner(self) -> Client:
        """The first owner, made by the one-time link the first time, signed in."""
        client = Client(self.address)
        if client.get("/api/session").json()["needs_owner"]:
            token = self.welcome_address().split("#")[1]
            client.post("/api/welcome", json={**OWNER, "token": token}).raise_for_status()
            return client
        client.sign_in(OWNER["email"], OWNER["password"])
        return client

    def welcome_address(self) -> str:
        """The way in for the first person, as the start printed it."""
        line = self.wait_for(r"/welcome#", 10)
        return next(word for word in line.split() if "/welcome#" in word)

    def join(self, owner: Client, name: str, *roles: str) -> Client:
        """A new person with these roles in the owner's workspace, signed in."""
        email = f"{name.split()[0].lower()}.{uuid.uuid4().hex[:8]}@example.com"
        invitation = owner.post(
            f"/api/workspaces/{owner.workspace}/invitations", json={"email": email, "roles": list(roles)}
        )
        token = invitation.raise_for_status().json()["link"].split("#")[1]
        client = Client(self.address)
        accepted = {"token": token, "name": name, "password": OWNER["password"]}
        client.post("/api/invitations/accept", json=accepted).raise_for_status()
        return client

    def services(self) -> dict[str, Any]:
        """What runs, as the supervisor wrote it down."""
        return dict(json.loads((self.folder / "run" / "services.json").read_text()))

    def manage(self, *arguments: str) -> str:
        """A `manage.py` command beside the running product; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stop(self) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGINT)
        status = self._process.wait(STOP_SECONDS)
        if self._listener is not None:
            self._listener.join(STOP_SECONDS)
        return status
