"""How an auditor asks: the trail, the reports, the runs about somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from orchestrator.governance.models import Workspace
from tests.integration.authoring import Browser


def trail(otto: Browser, workspace: Workspace, **filters: Any) -> list[str]:
    """The sentences that the filters leave, newest first."""
    return [event["sentence"] for event in entries(otto, workspace, **filters)]


def entries(otto: Browser, workspace: Workspace, **filters: Any) -> list[dict[str, Any]]:
    answer = otto.get(f"workspaces/{workspace.pk}/audit-events", page_size=100, **filters)
    assert answer.status_code == 200, answer.json()
    return list(answer.json()["results"])


def report(otto: Browser, workspace: Workspace, name: str, **filters: Any) -> list[dict[str, Any]]:
    answer = otto.get(f"workspaces/{workspace.pk}/reports/{name}", **filters)
    assert answer.status_code == 200, answer.json()
    return [row["cells"] for row in answer.json()["results"]]


def about(otto: Browser, workspace: Workspace, value: str, **span: str) -> list[dict[str, Any]]:
    answer = otto.post(f"workspaces/{workspace.pk}/runs/about", {"value": value, **span})
    assert answer.status_code == 200, answer.json()
    return list(answer.json()["results"])


def manifest(otto: Browser, run: Any) -> dict[str, Any]:
    answer = otto.get(f"runs/{run.pk}/manifest")
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def new_token(person: Browser, workspace: Workspace, *scopes: str, name: str = "Nightly") -> dict[str, Any]:
    expires = (timezone.now() + timedelta(days=30)).isoformat()
    wanted = {"name": name, "scopes": list(scopes), "expires_at": expires}
    answer = person.post(f"workspaces/{workspace.pk}/tokens", wanted)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def program(secret: str) -> Client:
    client = Client()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client
