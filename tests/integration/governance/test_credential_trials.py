"""A connection is tried once, where it belongs, and the answer is told as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.governance.models import AuditEvent
from tests.integration.runs.outside import Outside

SECRET = "s3cr3t-ABC"


@pytest.fixture
def outside() -> Iterator[Outside]:
    server = Outside()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def manager(browser_of: Any) -> Any:
    return browser_of("connection_manager")


@pytest.fixture
def crm(manager: Any, workspace: Any, outside: Outside) -> str:
    workspace.allowed_hosts = [outside.host]
    workspace.save()
    body = {"name": "Demo CRM", "kind": "bearer", "secret": {"token": SECRET}, "hosts": [outside.host]}
    return str(manager.post(f"workspaces/{workspace.id}/credentials", body).json()["id"])


@pytest.mark.ux(69)
@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "accepted"), (401, "refused"), (403, "refused"), (404, "answered"), (500, "answered")]
)
def test_what_the_other_system_says_is_told(
    manager: Any, crm: str, outside: Outside, status: int, outcome: str
) -> None:
    outside.answers["contacts"] = status
    answer = manager.post(f"credentials/{crm}/trial", {"address": outside.url("contacts")})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["outcome"], told["status"]) == (outcome, status)
    assert outside.hits == ["contacts"]
    assert SECRET not in answer.content.decode()


@pytest.mark.ux(69)
def test_it_goes_nowhere_but_to_its_own_hosts_and_where_the_workspace_may(
    manager: Any, crm: str, outside: Outside, workspace: Any
) -> None:
    told = manager.post(f"credentials/{crm}/trial", {"address": "https://evil.example.com"}).json()
    assert (told["outcome"], told["code"]) == ("unreachable", "credential_host")
    workspace.allowed_hosts = []
    workspace.save()
    told = manager.post(f"credentials/{crm}/trial", {"address": outside.url("contacts")}).json()
    assert (told["outcome"], told["code"]) == ("unreachable", "egress_denied")
    assert outside.hits == []


@pytest.mark.parametrize(
    "address",
    [
        "http://[",
        "http://crm:99999/",
        "https://ok@evil.example",
        "http:/crm",
        "gopher://crm/",
        "http://crm\\@evil",
        "x",
    ],
)
def test_what_is_no_address_is_said_to_be_none(manager: Any, crm: str, outside: Outside, address: str) -> None:
    answer = manager.post(f"credentials/{crm}/trial", {"address": address})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["code"]) == (
        200,
        "unreachable",
        "invalid_address",
    )
    assert outside.hits == []


def test_the_trail_says_that_it_was_tried_and_how_it_went(manager: Any, crm: str, outside: Outside) -> None:
    outside.answers["contacts"] = 401
    manager.post(f"credentials/{crm}/trial", {"address": outside.url("contacts")})
    event = AuditEvent.objects.get(action="credential.tried")
    assert event.result == "failed"
    assert event.detail == {"address": outside.url("contacts"), "outcome": "refused", "status": 401}


def test_the_trail_keeps_nothing_of_what_was_asked_for(manager: Any, crm: str, outside: Outside) -> None:
    """It may hold a key, or whom somebody looked for."""
    address = outside.url("contacts?key=s3cr3t&name=Finn#Finn")
    answer = manager.post(f"credentials/{crm}/trial", {"address": address}).json()
    assert answer["address"] == address
    assert AuditEvent.objects.get(action="credential.tried").detail["address"] == outside.url("contacts")


@pytest.mark.ux(70)
def test_who_builds_may_try_it_and_who_looks_may_not(browser_of: Any, crm: str, outside: Outside) -> None:
    body = {"address": outside.url("contacts")}
    assert browser_of("builder").post(f"credentials/{crm}/trial", body).status_code == 200
    for role in ("auditor", "viewer", "admin"):
        assert browser_of(role).post(f"credentials/{crm}/trial", body).status_code == 403
    assert len(outside.hits) == 1
