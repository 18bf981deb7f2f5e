"""Signing in as browsers do, at the library's doors."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.integration.governance.people import PASSWORD, fresh_address
from tests.peers.authenticator import code_of

DOOR = "/_allauth/browser/v1"


class Door:
    """A browser at the door: JSON in, JSON out, with the CSRF token."""

    def __init__(self, **headers: Any) -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=fresh_address(), **headers)

    def send(self, method: str, path: str, data: Any = None) -> Any:
        if "csrftoken" not in self.client.cookies:
            self.client.get("/api/session")
        headers = {"X-CSRFToken": self.client.cookies["csrftoken"].value}
        body = {} if data is None else {"data": data, "content_type": "application/json"}
        return getattr(self.client, method)(path, headers=headers, **body)

    def post(self, path: str, data: Any = None) -> Any:
        return self.send("post", f"{DOOR}/{path}", {} if data is None else data)

    def get(self, path: str) -> Any:
        return self.client.get(f"{DOOR}/{path}")

    def delete(self, path: str, data: Any = None) -> Any:
        return self.send("delete", f"{DOOR}/{path}", data)

    def api(self, path: str) -> Any:
        return self.client.get(f"/api/{path}")

    def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        return self.post("auth/login", {"email": email, "password": password})

    def step_up(self) -> None:
        assert self.post("auth/reauthenticate", {"password": PASSWORD}).status_code == 200

    def set_up_app(self) -> str:
        """An authenticator app, from the first glance to the first code; answers its secret."""
        self.step_up()
        secret = self.get("account/authenticators/totp").json()["meta"]["secret"]
        assert self.post("account/authenticators/totp", {"code": code_of(secret)}).status_code == 200
        return str(secret)
