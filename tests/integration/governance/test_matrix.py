"""Every role at every door: the table decides, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import AuditEvent, Credential, Invitation, Membership, Team
from tests.integration.governance.people import Browser

CREDENTIAL = {"name": "CRM", "kind": "bearer", "secret": {"token": "t"}, "hosts": ["crm.example.com"]}
INVITATION = {"email": "new@example.com", "roles": ["viewer"]}
DOORS = [
    ("get", "workspaces/{workspace}", None, "workspace:read"),
    ("patch", "workspaces/{workspace}", {"name": "Pier"}, "workspace:manage"),
    ("get", "workspaces/{workspace}/members", None, "member:read"),
    ("patch", "members/{member}", {"roles": ["builder"]}, "member:manage"),
    ("delete", "members/{member}", None, "member:manage"),
    ("get", "workspaces/{workspace}/invitations", None, "member:read"),
    ("post", "workspaces/{workspace}/invitations", INVITATION, "member:manage"),
    ("delete", "invitations/{invitation}", None, "member:manage"),
    ("get", "workspaces/{workspace}/credentials", None, "credential:read"),
    ("post", "workspaces/{workspace}/credentials", CREDENTIAL, "credential:edit"),
    ("delete", "credentials/{credential}", None, "credential:edit"),
    ("get", "workspaces/{workspace}/audit-events", None, "audit:read"),
    ("get", "workspaces/{workspace}/audit-facets", None, "audit:read"),
    ("get", "workspaces/{workspace}/audit/export?format=csv", None, "audit:export"),
    ("get", "workspaces/{workspace}/teams", None, "member:read"),
    ("post", "workspaces/{workspace}/teams", {"name": "Buying"}, "member:manage"),
    ("patch", "teams/{team}", {"name": "Selling"}, "member:manage"),
    ("delete", "teams/{team}", None, "member:manage"),
    ("get", "workspaces/{workspace}/matrix", None, "member:read"),
    ("get", "members/{member}/belongings", None, "member:manage"),
    ("get", "members/{member}/sessions", None, "member:manage"),
    ("get", "workspaces/{workspace}/group-roles", None, "member:manage"),
]


@pytest.fixture
def ids(workspace, person) -> dict[str, str]:
    """Something of each kind in the workspace."""
    member = Membership.objects.get(user=person("viewer"))
    rows = {
        "member": member,
        "invitation": Invitation.objects.create(
            workspace=workspace,
            email="guest@example.com",
            roles=["viewer"],
            token_hash=b"h",
            expires_at="2100-01-01T00:00Z",
        ),
        "credential": Credential.objects.create(
            workspace=workspace, name="Old", kind="bearer", hosts=["a.example.com"], key="k1", sealed=b"x"
        ),
        "team": Team.objects.create(workspace=workspace, name="Finance"),
        "workspace": workspace,
    }
    return {name: str(row.id) for name, row in rows.items()}


def knock(browser: Browser, door: tuple, ids: dict[str, str]):
    method, path, body, _ = door
    return browser.send(method, path.format(**ids), body)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door[0]} {door[1]}")
def test_a_role_opens_what_the_matrix_says(browser_of, ids, workspace, door: tuple, role: Role):
    answer = knock(browser_of(role), door, ids)
    if role in VERBS[door[3]]:
        assert answer.status_code in {200, 201, 204}
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    event = AuditEvent.objects.get(workspace_id=workspace.id, result="denied")
    assert event.detail["verb"] == door[3]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door[0]} {door[1]}")
def test_a_foreign_id_answers_like_a_made_up_one(browser_of, ids, other_workspace, door: tuple):
    stranger = browser_of(*Role, at=other_workspace)
    made_up = {name: str(uuid4()) for name in ids}
    foreign, random = knock(stranger, door, ids), knock(stranger, door, made_up)
    assert foreign.status_code == random.status_code == 404
    assert {**foreign.json(), "trace": ""} == {**random.json(), "trace": ""}
    assert foreign.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door[0]} {door[1]}")
def test_nobody_enters_without_signing_in(ids, door: tuple):
    answer = knock(Browser(), door, ids)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert answer.headers["WWW-Authenticate"] == "Session"
