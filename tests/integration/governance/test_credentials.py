from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from orchestrator.engine.errors import NotSent
from orchestrator.governance.actions import credentials
from orchestrator.governance.credentials import headers_for, reveal
from orchestrator.governance.errors import CredentialUnreadable
from orchestrator.governance.keys import ring
from orchestrator.governance.models import AuditEvent, Credential

SECRET = "s3cr3t-ABC"
CRM = {
    "name": "Demo CRM",
    "kind": "bearer",
    "secret": {"token": SECRET},
    "hosts": ["crm.example.com", "crm.local:8080"],
}


@pytest.fixture
def manager(browser_of):
    return browser_of("connection_manager")


@pytest.fixture
def crm(manager, workspace) -> Credential:
    return Credential.objects.get(id=manager.post(f"workspaces/{workspace.id}/credentials", CRM).json()["id"])


def test_the_secret_is_in_no_answer_no_event_and_no_column(manager, crm: Credential, workspace):
    listed = manager.get(f"workspaces/{workspace.id}/credentials")
    assert listed.json()["results"][0]["name"] == "Demo CRM"
    assert SECRET not in listed.content.decode()
    assert SECRET not in str([vars(event) for event in AuditEvent.objects.all()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(c)::text, encode(sealed, 'escape') FROM governance_credential c")
        assert SECRET not in str(cursor.fetchall())


def test_a_run_reads_the_secret(crm: Credential):
    assert reveal(Credential.objects.get(id=crm.id)) == {"token": SECRET}


def test_a_copied_secret_opens_in_no_other_row_or_workspace(crm: Credential, manager, workspace, other_workspace):
    other = manager.post(f"workspaces/{workspace.id}/credentials", {**CRM, "name": "Other"}).json()["id"]
    Credential.objects.filter(id=other).update(sealed=crm.sealed)
    with pytest.raises(CredentialUnreadable):
        reveal(Credential.objects.get(id=other))
    Credential.objects.filter(id=crm.id).update(workspace=other_workspace)
    with pytest.raises(CredentialUnreadable):
        reveal(Credential.objects.get(id=crm.id))
    assert AuditEvent.objects.filter(action="credential.unreadable", result="failed").count() == 2


@pytest.mark.parametrize("damage", [{"sealed": b""}, {"sealed": b"x" * 40}, {"key": "gone"}])
def test_a_damaged_secret_is_refused_with_a_sentence(crm: Credential, damage: dict):
    Credential.objects.filter(id=crm.id).update(**damage)
    with pytest.raises(CredentialUnreadable, match=r"Connection 'Demo CRM' cannot be used: .* add it again"):
        reveal(Credential.objects.get(id=crm.id))


@pytest.mark.parametrize(
    ("kind", "secret", "headers"),
    [
        ("bearer", {"token": "t"}, {"Authorization": "Bearer t"}),
        ("basic", {"username": "ada", "password": "pw"}, {"Authorization": "Basic YWRhOnB3"}),
        ("header", {"name": "X-Key", "value": "v"}, {"X-Key": "v"}),
    ],
)
def test_each_kind_signs_requests_in_its_way(manager, workspace, kind: str, secret: dict, headers: dict):
    body = {**CRM, "kind": kind, "secret": secret}
    made = manager.post(f"workspaces/{workspace.id}/credentials", body).json()["id"]
    assert headers_for(workspace.id, made, "https://crm.example.com/contacts") == headers


@pytest.mark.parametrize("url", ["https://crm.example.com/a", "http://CRM.example.com", "http://crm.local:8080/a"])
def test_a_secret_goes_to_its_own_hosts(crm: Credential, workspace, url: str):
    assert headers_for(workspace.id, str(crm.id), url) == {"Authorization": f"Bearer {SECRET}"}


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com",
        "https://crm.example.com:8443",
        "http://crm.local",
        "https://crm.example.com.evil.example.com",
    ],
)
def test_a_secret_goes_nowhere_else(crm: Credential, workspace, url: str):
    with pytest.raises(NotSent) as refused:
        headers_for(workspace.id, str(crm.id), url)
    assert refused.value.error.code == "credential_host"
    assert SECRET not in str(refused.value.error)


def test_an_address_that_can_be_read_in_two_ways_gets_no_secret(crm: Credential, workspace):
    with pytest.raises(NotSent) as refused:
        headers_for(workspace.id, str(crm.id), "https://crm.example.com@evil.example.com")
    assert refused.value.error.code == "invalid_address"


def test_a_run_of_another_workspace_does_not_find_it(crm: Credential, other_workspace):
    for id in (str(crm.id), "no id"):
        with pytest.raises(NotSent) as refused:
            headers_for(other_workspace.id, id, "https://crm.example.com")
        assert refused.value.error.code == "credential_missing"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": {"token": "t", "more": "x"}},
        {"secret": {}},
        {"secret": {"token": "a\r\nX-Evil: 1"}},
        {"secret": "t"},
        {"kind": "root"},
        {"hosts": []},
        {"name": "two\nlines"},
    ],
)
def test_what_cannot_be_used_is_refused(manager, workspace, wrong: dict):
    assert manager.post(f"workspaces/{workspace.id}/credentials", {**CRM, **wrong}).status_code == 422
    assert not Credential.objects.exists()


@pytest.fixture
def ring_of(settings):
    """ring_of("k2:...,k1:...") changes the keys of the installation."""

    def change(keys: str) -> None:
        settings.FIELD_KEYS = keys

    return change


def test_a_new_first_key_seals_and_older_ones_still_open(ring_of, manager, workspace):
    old, new = (base64.b64encode(bytes([number]) * 32).decode() for number in (251, 252))
    ring_of(f"k1:{old}")
    first = manager.post(f"workspaces/{workspace.id}/credentials", CRM).json()["id"]
    ring_of(f"k2:{new},k1:{old}")
    second = manager.post(f"workspaces/{workspace.id}/credentials", {**CRM, "name": "Second"}).json()["id"]
    rows = {str(row.id): row for row in Credential.objects.all()}
    assert (rows[first].key, rows[second].key) == ("k1", "k2")
    assert reveal(rows[first]) == reveal(rows[second]) == {"token": SECRET}


@pytest.mark.parametrize("keys", ["k1", "k1:short", "k1:%%%", ":" + "A" * 44, "k1:" + "A" * 44 + ",k1:" + "A" * 44])
def test_keys_that_cannot_be_used_stop_the_product(ring_of, keys: str):
    ring_of(keys)
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        ring()


def test_the_keys_of_the_data_folder_are_for_their_owner_only(ring_of, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    ring_of("")
    kept = ring()
    ring_of("")
    assert ring() == kept
    assert (tmp_path / "keys" / "fields").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["fields"]


def test_names_are_unique_in_a_workspace(manager, crm: Credential, workspace):
    again = manager.post(f"workspaces/{workspace.id}/credentials", CRM)
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")


def test_a_deleted_connection_is_gone_and_the_trail_tells(manager, crm: Credential):
    assert manager.delete(f"credentials/{crm.id}").status_code == 204
    assert not Credential.objects.exists()
    assert AuditEvent.objects.get(action="credential.deleted").object_name == "Demo CRM"


def change(manager, credential: Credential, **changes):
    return manager.patch(f"credentials/{credential.id}", changes)


def test_a_new_secret_takes_the_place_of_the_one_before(manager, crm: Credential):
    before = bytes(crm.sealed)
    answer = change(manager, crm, secret={"token": "another-one"})
    assert answer.status_code == 200
    assert "another-one" not in answer.content.decode()
    row = Credential.objects.get(id=crm.id)
    assert reveal(row) == {"token": "another-one"}
    assert bytes(row.sealed) != before
    assert row.secret_set_at > crm.secret_set_at
    event = AuditEvent.objects.get(action="credential.changed")
    assert event.detail == {"secret_replaced": True}
    assert "another-one" not in str(vars(event))


def test_limits_are_changed_and_the_trail_tells_what_they_were(manager, crm: Credential, workspace):
    workflow = "018f0000-0000-7000-8000-000000000001"
    answer = change(manager, crm, hosts=["api.example.com"], node_types=["http_request"], workflows=[workflow])
    assert answer.json()["node_types"] == ["http_request"]
    listed = manager.get(f"workspaces/{workspace.id}/credentials").json()["results"][0]
    assert (listed["hosts"], listed["workflows"]) == (["api.example.com"], [workflow])
    event = AuditEvent.objects.get(action="credential.changed")
    assert event.before == {"hosts": CRM["hosts"], "node_types": [], "workflows": []}
    assert event.after["workflows"] == [workflow]
    assert reveal(Credential.objects.get(id=crm.id)) == {"token": SECRET}


def test_only_who_looks_after_connections_changes_them(crm: Credential, browser_of, other_workspace):
    for role in ("builder", "admin", "owner", "auditor", "viewer"):
        assert change(browser_of(role), crm, name="Mine").status_code == 403
        assert change(browser_of(role), crm, secret={"password": "x"}).status_code == 403
    stranger = browser_of("connection_manager", at=other_workspace)
    assert change(stranger, crm, name="Mine").status_code == 404
    assert Credential.objects.get(id=crm.id).name == "Demo CRM"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": {"password": "x"}},
        {"secret": {}},
        {"hosts": []},
        {"node_types": ["../x"]},
        {"workflows": ["none"]},
        {"name": ""},
    ],
)
def test_changes_that_cannot_be_used_are_refused(manager, crm: Credential, wrong: dict):
    assert change(manager, crm, **wrong).status_code == 422
    assert reveal(Credential.objects.get(id=crm.id)) == {"token": SECRET}


def test_what_is_not_to_be_changed_stays(manager, crm: Credential, other_workspace):
    change(manager, crm, name="New", kind="basic", workspace=str(other_workspace.id), key="k9", sealed="x")
    row = Credential.objects.get(id=crm.id)
    assert (row.name, row.kind, row.workspace_id) == ("New", "bearer", crm.workspace_id)
    assert reveal(row) == {"token": SECRET}


def test_a_name_that_is_taken_is_refused(manager, crm: Credential, workspace):
    manager.post(f"workspaces/{workspace.id}/credentials", {**CRM, "name": "Other"})
    assert change(manager, crm, name="Other").json()["code"] == "name_taken"
    assert change(manager, crm, name="Demo CRM").status_code == 200


def test_of_two_who_choose_one_name_at_once_the_second_is_told(manager, crm: Credential, workspace, monkeypatch):
    """Neither sees what the other has not saved yet."""
    monkeypatch.setattr(credentials, "_refuse_taken", lambda *_: None)
    manager.post(f"workspaces/{workspace.id}/credentials", {**CRM, "name": "Other"})
    answer = change(manager, crm, name="Other")
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
