"""Preparing without the screen what a test only looks at."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

from tests.running import Client

RUN_SECONDS = 30


def get(person: Client, collection: str, **query: str) -> list[dict[str, Any]]:
    """A list of the person's workspace: its first hundred."""
    params = {"page_size": "100", **query}
    answer = person.get(f"/api/workspaces/{person.workspace}/{collection}", params=params).raise_for_status().json()
    return list(answer["results"] if isinstance(answer, dict) else answer)


def starter(owner: Client) -> str:
    """The workflow that comes with the product."""
    return next(str(one["id"]) for one in get(owner, "workflows", status="live") if one["starter"] == "document_intake")


def make(owner: Client, name: str, graph: dict[str, Any]) -> str:
    """A workflow with this draft."""
    made = owner.post(f"/api/workspaces/{owner.workspace}/workflows", json={"name": name}).raise_for_status()
    workflow = str(made.json()["id"])
    save(owner, workflow, graph)
    return workflow


def save(person: Client, workflow: str, graph: dict[str, Any]) -> None:
    token = person.get(f"/api/workflows/{workflow}/draft").json()["token"]
    match = {"If-Match": f'"{token}"'}
    person.put(f"/api/workflows/{workflow}/draft", json={"graph": graph}, headers=match).raise_for_status()


def publish(owner: Client, workflow: str) -> None:
    owner.post(f"/api/workflows/{workflow}/publish", json={"note": "First"}).raise_for_status()


def run_sample(owner: Client, name: str) -> str:
    """Starts the starter with one of its sample documents; gives the run."""
    file = next(one["file"]["file_id"] for one in get(owner, "sample-files") if one["name"] == name)
    started = owner.post(f"/api/workflows/{starter(owner)}/runs", json={"file": file}).raise_for_status()
    return str(started.json()["id"])


def settled(owner: Client, run: str) -> dict[str, Any]:
    """The run once nothing works in it any more."""
    until = time.monotonic() + RUN_SECONDS
    while time.monotonic() < until:
        found: dict[str, Any] = owner.get(f"/api/runs/{run}").json()
        if found["status"] not in ("queued", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"Run {run} did not come to rest in {RUN_SECONDS} s: {found}")


def deafen(page: Page) -> None:
    """The page never hears that something changed. No line stands at all: with its opening the page would ask again."""
    page.add_init_script("window.WebSocket = class { send() {} close() {} };")
