"""Whoever attacks: a client that writes down each knock, and looks at each answer for what must never be in one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.urls import Resolver404, resolve
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.redteam.register import MCP

LINE_CUT = 1006
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
LEAKS = ("Traceback (most recent call last)", "site-packages", "psycopg.errors", "django.db.utils", "/orchestrator/")
"""Words of the machine that no answer holds."""


@dataclass(frozen=True, kw_only=True)
class Knock:
    who: str
    method: str
    door: str
    path: str
    status: int


class Notes:
    """What was knocked at in one attempt, and what was wrong with any answer."""

    def __init__(self, secrets: Callable[[], list[str]]) -> None:
        self.knocks: list[Knock] = []
        self.findings: list[str] = []
        self.facts: list[str] = []
        """What an attempt found worth telling."""
        self.allowed: set[int] = set()
        """Statuses above 500 that an attempt provokes."""
        self._secrets = secrets

    def begin(self) -> None:
        self.knocks, self.findings, self.facts, self.allowed = [], [], [], set()

    def note(self, knock: Knock, body: str) -> None:
        self.knocks.append(knock)
        place = f"{knock.who} {knock.method} {knock.path[:120]}"
        if knock.status >= 500 and knock.status not in self.allowed:
            self.findings.append(f"{place} answered {knock.status}")
        for secret in self._secrets():
            if secret in body:
                self.findings.append(f"{place} told the canary secret")
        for leak in LEAKS:
            if leak in body:
                self.findings.append(f"{place} told {leak!r}")


class Attacker(httpx.Client):
    """A browser or a program without a screen. `origin` is what it says it comes from."""

    def __init__(
        self, address: str, notes: Notes, who: str, *, token: str = "", source: str = "127.0.0.1", timeout: float = 30
    ) -> None:
        headers = {"Origin": address}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.HTTPTransport(local_address=source, trust_env=False)
        super().__init__(base_url=address, timeout=timeout, headers=headers, trust_env=False, transport=transport)
        self.who = who
        self.notes = notes
        self.token = token

    def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        """With the CSRF token of the cookie, unless the call brings its own word."""
        headers = {**(options.pop("headers", None) or {})}
        csrf = self.cookies.get("csrftoken", "")
        if csrf and "X-CSRFToken" not in headers:
            headers["X-CSRFToken"] = csrf
        answer = super().request(method, url, headers=headers, **options)
        self._note(method, answer)
        return answer

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The path exactly as it is written, whatever a tidy client would make of it."""
        request = self.build_request(method, "/", **options)
        request.url = request.url.copy_with(raw_path=path.encode("latin-1"))
        answer = self.send(request)
        self._note(method, answer)
        return answer

    def _note(self, method: str, answer: httpx.Response) -> None:
        path = answer.request.url.path
        knock = Knock(who=self.who, method=method.upper(), door=door_of(path), path=path, status=answer.status_code)
        said = "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), answer.text])
        self.notes.note(knock, said)

    def sign_in(self, email: str, password: str) -> httpx.Response:
        self.get("/_allauth/browser/v1/auth/session")
        return self.post("/_allauth/browser/v1/auth/login", json={"email": email, "password": password})

    def hear(self, path: str, *, origin: str | None = None, frames: int = 1, seconds: float = 10) -> tuple[int, str]:
        """Open a socket: the code it closes with (0 if it stays open) and the first frames."""
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.cookies.jar)
        code, said = asyncio.run(_heard(str(self.base_url), path, cookie, origin, frames, seconds, self.token))
        self.notes.note(
            Knock(who=self.who, method="WS", door=_socket_door(path), path=path, status=code if code < 1000 else 400),
            said,
        )
        return code, said


async def _heard(
    base: str, path: str, cookie: str, origin: str | None, frames: int, seconds: float, token: str
) -> tuple[int, str]:
    address = base.rstrip("/").replace("http", "ws", 1) + path
    said: list[str] = []
    headers = {"Cookie": cookie} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        async with connect(
            address, origin=origin or base.rstrip("/"), additional_headers=headers, proxy=None, open_timeout=seconds
        ) as socket:
            for _ in range(frames):
                said.append(str(await asyncio.wait_for(socket.recv(), seconds)))
    except InvalidStatus as refused:
        return refused.response.status_code, ""
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else LINE_CUT, "\n".join(said)
    except TimeoutError:
        return 0, "\n".join(said)
    return 0, "\n".join(said)


def door_of(path: str) -> str:
    if path == f"/{MCP}":
        return MCP
    try:
        return str(resolve(path).route)
    except Resolver404:
        return ""


def _socket_door(path: str) -> str:
    from orchestrator.runs.routing import websocket_urlpatterns

    for one in websocket_urlpatterns:
        if one.resolve(urlsplit(path).path.lstrip("/")) is not None:
            return str(one.pattern)
    return ""


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The body of a refusal without what differs each time."""
    try:
        body = answer.json()
    except json.JSONDecodeError:
        return {"text": answer.text}
    return {**body, "trace": ""} if isinstance(body, dict) else {"list": body}
