from __future__ import annotations

import pytest

from orchestrator.governance.models import AuditEvent, Membership


def membership(user) -> Membership:
    return Membership.objects.get(user=user)


def test_roles_are_changed_and_the_change_is_told(browser_of, person, workspace):
    ada = person("viewer")
    answer = browser_of("admin").patch(f"members/{membership(ada).id}", {"roles": ["builder", "builder"]})
    assert answer.json()["roles"] == ["builder"]
    event = AuditEvent.objects.get(action="member.roles_changed")
    assert (event.before, event.after) == ({"roles": ["viewer"]}, {"roles": ["builder"]})


def test_a_changed_role_counts_at_the_next_request(browser_of, workspace):
    ada, admin = browser_of("auditor"), browser_of("admin")
    path = f"workspaces/{workspace.id}/audit-events"
    assert ada.get(path).status_code == 200
    admin.patch(f"members/{membership(ada.user).id}", {"roles": ["viewer"]})
    assert ada.get(path).status_code == 403
    admin.delete(f"members/{membership(ada.user).id}")
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_nobody_changes_their_own_roles(browser_of, person, workspace, role: str):
    person("owner")
    own = browser_of(role)
    answer = own.patch(f"members/{membership(own.user).id}", {"roles": [role, "auditor"]})
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "You cannot change your own roles. Ask another administrator.",
    )
    assert own.delete(f"members/{membership(own.user).id}").status_code == 403


def test_the_last_owner_stays(browser_of, workspace):
    owner = browser_of("owner")
    path = f"members/{membership(owner.user).id}"
    for answer in (owner.delete(path), owner.patch(path, {"roles": ["viewer"]})):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert membership(owner.user).is_owner


def test_an_owner_unmakes_another_owner_but_an_admin_does_not(browser_of, person, workspace):
    second = membership(person("owner"))
    owner, admin = browser_of("owner"), browser_of("admin")
    assert admin.delete(f"members/{second.id}").status_code == 403
    assert admin.patch(f"members/{second.id}", {"roles": ["viewer"]}).status_code == 403
    assert owner.patch(f"members/{second.id}", {"roles": ["viewer"]}).status_code == 200


def test_an_admin_makes_no_owner(browser_of, person, workspace):
    person("owner")
    ada = membership(person("viewer"))
    assert browser_of("admin").patch(f"members/{ada.id}", {"roles": ["owner"]}).status_code == 403


@pytest.mark.parametrize("roles", [[], ["root"], "builder", None, [["owner"]]])
def test_only_roles_that_exist_are_given(browser_of, person, workspace, roles):
    ada = membership(person("viewer"))
    answer = browser_of("admin").patch(f"members/{ada.id}", {"roles": roles})
    assert answer.status_code == 422
    assert all(problem["field"].startswith("roles") for problem in answer.json()["problems"])


def test_members_are_listed_a_page_at_a_time(browser_of, person, workspace):
    admin = browser_of("admin")
    for _ in range(3):
        person("viewer")
    first = admin.get(f"workspaces/{workspace.id}/members", page_size=3).json()
    rest = admin.get(f"workspaces/{workspace.id}/members", page_size=3, cursor=first["next"]).json()
    assert (first["count"], len(first["results"]), len(rest["results"]), rest["next"]) == (4, 3, 1, None)
    assert "password" not in str(first)


def test_settings_of_the_workspace_are_changed_with_before_and_after(browser_of, workspace):
    admin = browser_of("admin")
    body = {"four_eyes": "required", "allowed_hosts": ["CRM.local:8080"], "id": "x", "created_at": "2000-01-01"}
    assert admin.patch(f"workspaces/{workspace.id}", body).json() == {
        "id": str(workspace.id),
        "name": "Harbour",
        "four_eyes": "required",
        "allowed_hosts": ["crm.local:8080"],
        "outside": "open",
        "listed_hosts": [],
        "denied_hosts": [],
        "encrypt_data": False,
        "redact": [],
        "personal_fields": [],
        "keep_days": None,
        "data_hold": "",
        "max_running": 200,
        "max_open": 50_000,
        "currency": "EUR",
        "help_model": "",
        "trail_months": 0,
        "legal_hold": False,
        "second_factor_required": False,
        "requests": [],
    }
    event = AuditEvent.objects.get(action="workspace.changed")
    assert event.before == {"four_eyes": "self_with_reason", "allowed_hosts": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outside", "closed"),
        ("listed_hosts", ["https://example.com"]),
        ("listed_hosts", ["a.*.example.com"]),
        ("denied_hosts", ["203.0.113.0/99"]),
        ("redact", ["name"]),
        ("personal_fields", ["two\nlines"]),
        ("keep_days", 0),
        ("keep_days", 100_000),
        ("data_hold", "x" * 301),
    ],
)
def test_rules_for_data_that_mean_nothing_are_refused(browser_of, workspace, field: str, value):
    admin = browser_of("admin")
    assert admin.patch(f"workspaces/{workspace.id}", {field: value}).status_code == 422
    for role in ("builder", "steward", "auditor", "connection_manager"):
        assert browser_of(role).patch(f"workspaces/{workspace.id}", {"keep_days": 1}).status_code == 403


def test_rules_for_calls_to_the_outside_are_read_into_one_form(browser_of, workspace):
    rules = {"outside": "listed", "listed_hosts": ["*.Example.com", "API.example.com:8443", "203.0.113.0/24"]}
    answer = browser_of("admin").patch(f"workspaces/{workspace.id}", rules)
    assert answer.json()["listed_hosts"] == ["*.example.com", "api.example.com:8443", "203.0.113.0/24"]
    assert AuditEvent.objects.get(action="workspace.changed").before == {"outside": "open", "listed_hosts": []}


@pytest.mark.parametrize("host", ["http://crm", "crm/path", "*.local", "a b", "user@crm", ""])
def test_a_host_is_a_name_and_nothing_else(browser_of, workspace, host: str):
    assert browser_of("admin").patch(f"workspaces/{workspace.id}", {"allowed_hosts": [host]}).status_code == 422
