"""People, their browsers and two workspaces, for tests through HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from orchestrator.governance.actions.people import create_person
from orchestrator.governance.models import Membership, User, Workspace

PASSWORD = "a quiet green harbour"


def fresh_address() -> str:
    """A network address of its own for each client, so that no test uses up another's attempts."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"


def fresh_email() -> str:
    """Attempts are counted for each mail address, too, and the counts outlive a test."""
    return f"{secrets.token_hex(8)}@example.com"


@dataclass
class Browser:
    """A browser of one person: JSON in, JSON out."""

    user: User | None = None
    client: Client = field(default_factory=lambda: Client(REMOTE_ADDR=fresh_address()))

    def __post_init__(self) -> None:
        if self.user:
            self.client.force_login(self.user)

    def send(self, method: str, path: str, data: Any = None, **extra: Any) -> Any:
        body = {} if data is None else {"data": data, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/{path}", **body, **extra)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/{path}", query)

    def post(self, path: str, data: Any = None) -> Any:
        return self.send("post", path, data or {})

    def patch(self, path: str, data: Any) -> Any:
        return self.send("patch", path, data)

    def delete(self, path: str) -> Any:
        return self.send("delete", path)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Harbour")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Elsewhere")


@pytest.fixture
def person(workspace: Workspace) -> Callable[..., User]:
    """person("builder", "publisher") is a member of `workspace` with these roles."""

    def make(*roles: str, at: Workspace = workspace, name: str = "", password: str | None = None) -> User:
        name, email = name or " and ".join(roles), fresh_email()
        if password:
            user = create_person(name=name, email=email, password=password)
        else:
            user = User.objects.create(name=name, email=email)
        if roles:
            Membership.objects.create(workspace=at, user=user, roles=list(roles))
        return user

    return make


@pytest.fixture
def browser_of(person: Callable[..., User]) -> Callable[..., Browser]:
    """browser_of("auditor") is signed in with that role; browser_of() is not signed in."""

    def make(*roles: str, **options: Any) -> Browser:
        return Browser(person(*roles, **options) if roles else None)

    return make
