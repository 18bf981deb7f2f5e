from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import AuditEvent, Membership, OwnerLink, User, Workspace
from tests.integration.governance.people import PASSWORD, Browser, fresh_address, fresh_email

LOGIN = "/_allauth/browser/v1/auth/login"
SESSION = "/_allauth/browser/v1/auth/session"
OWNER = {"name": "Maria", "email": "Maria@Example.com", "password": PASSWORD, "workspace": "Harbour"}


def printed() -> str:
    out = StringIO()
    call_command("first_sign_in", stdout=out)
    return out.getvalue()


def owner_token() -> str:
    return re.search(r"/welcome#(\S+)", printed())[1]


def strict_client() -> Client:
    return Client(enforce_csrf_checks=True, REMOTE_ADDR=fresh_address())


def csrf(client: Client) -> dict[str, str]:
    client.get("/api/session")
    return {"X-CSRFToken": client.cookies["csrftoken"].value}


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(
        LOGIN, {"email": email, "password": password}, content_type="application/json", headers=csrf(client)
    )


def actions_of(user: User) -> list[str]:
    return list(AuditEvent.objects.filter(object_id=str(user.id)).order_by("at").values_list("action", flat=True))


def test_the_first_owner_enters_by_the_printed_link_and_is_signed_in(db):
    client = strict_client()
    assert client.get("/api/session").json()["needs_owner"] is True
    answer = client.post(
        "/api/welcome", {"token": owner_token(), **OWNER}, content_type="application/json", headers=csrf(client)
    )
    assert answer.status_code == 201
    session = client.get("/api/session").json()
    assert session["user"]["email"] == "maria@example.com"
    assert session["needs_owner"] is False
    assert session["workspaces"][0]["roles"] == sorted(Role)
    assert session["workspaces"][0]["verbs"] == sorted(VERBS)
    assert printed().startswith("Sign in at ")


def test_the_owner_link_works_once_and_only_its_hash_is_kept(db):
    token = owner_token()
    assert token.encode() not in bytes(OwnerLink.objects.get().token_hash)
    assert Browser().post("welcome", {"token": token, **OWNER}).status_code == 201
    again = Browser().post("welcome", {"token": token, **OWNER, "email": "eve@example.com"})
    assert (again.status_code, again.json()["code"]) == (404, "link_unusable")
    assert User.objects.count() == 1


def test_an_expired_owner_link_is_refused(db):
    token = owner_token()
    OwnerLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Browser().post("welcome", {"token": token, **OWNER}).status_code == 404
    assert not User.objects.exists()


def test_a_newly_printed_link_replaces_the_one_before(db):
    first, second = owner_token(), owner_token()
    assert Browser().post("welcome", {"token": first, **OWNER}).status_code == 404
    assert Browser().post("welcome", {"token": second, **OWNER}).status_code == 201


def test_the_owner_takes_over_the_workspace_of_the_starters(workspace: Workspace):
    Browser().post("welcome", {"token": owner_token(), **OWNER, "workspace": "Pier 7"})
    assert [(row.id, row.name) for row in Workspace.objects.all()] == [(workspace.id, "Pier 7")]


def test_a_weak_password_is_refused_and_the_link_stays_good(db):
    token = owner_token()
    weak = Browser().post("welcome", {"token": token, **OWNER, "password": "password"})
    assert weak.status_code == 422
    assert {problem["field"] for problem in weak.json()["problems"]} == {"password"}
    assert Browser().post("welcome", {"token": token, **OWNER}).status_code == 201


def test_links_are_throttled_for_each_address(db):
    browser = Browser()
    answers = [browser.post("welcome", {"token": "x", **OWNER}).status_code for _ in range(21)]
    assert answers == [404] * 20 + [429]
    assert Browser().post("welcome", {"token": "x", **OWNER}).status_code == 404


def test_a_throttled_person_is_told_when_to_try_again(db):
    browser = Browser()
    for _ in range(20):
        browser.post("invitations/look", {"token": "x"})
    answer = browser.post("invitations/look", {"token": "x"})
    assert answer.json()["code"] == "too_many"
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after_s"] > 0


def test_signing_in_and_out_stands_in_the_trail(person):
    user = person("builder", password=PASSWORD)
    client = strict_client()
    assert sign_in(client, user.email).status_code == 200
    assert client.get("/api/session").json()["user"]["id"] == str(user.id)
    assert client.get("/_allauth/browser/v1/auth/sessions").status_code == 200
    assert client.delete(SESSION, headers=csrf(client)).status_code == 401
    assert client.get("/api/session").json()["user"] is None
    assert actions_of(user) == ["session.signed_in", "session.signed_out"]


def test_the_address_is_not_case_sensitive(person):
    user = person("builder", password=PASSWORD)
    assert sign_in(strict_client(), user.email.upper()).status_code == 200


def test_unknown_people_and_wrong_passwords_get_the_same_answer(person):
    user = person("builder", password=PASSWORD)
    wrong = sign_in(strict_client(), user.email, "not the password")
    nobody = fresh_email()
    unknown = sign_in(strict_client(), nobody, "not the password")
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.status_code == 400
    assert actions_of(user) == ["session.refused"]
    installation = AuditEvent.objects.get(object_name=nobody)
    assert (installation.workspace_id.int, installation.result) == (0, "failed")


def test_guessing_a_password_is_stopped(person):
    user = person("builder", password=PASSWORD)
    guesses = [sign_in(strict_client(), user.email, f"guess {number}").json() for number in range(5)]
    assert {error["code"] for guess in guesses for error in guess["errors"]} == {"email_password_mismatch"}
    stopped = sign_in(strict_client(), user.email, PASSWORD).json()
    assert stopped["errors"][0]["code"] == "too_many_login_attempts"


def test_somebody_deactivated_cannot_act_any_more(person, workspace: Workspace):
    user = person("builder", password=PASSWORD)
    client = strict_client()
    sign_in(client, user.email)
    User.objects.filter(id=user.id).update(is_active=False)
    assert client.get(f"/api/workspaces/{workspace.id}").status_code == 401
    assert client.get("/api/session").json()["user"] is None


def test_nobody_signs_up(db):
    client = strict_client()
    answer = client.post(
        "/_allauth/browser/v1/auth/signup",
        {"email": "eve@example.com", "password": PASSWORD},
        content_type="application/json",
        headers=csrf(client),
    )
    assert answer.status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_change_without_the_csrf_token_is_refused(person, workspace: Workspace, signed_in: bool):
    client = strict_client()
    if signed_in:
        client.force_login(person("admin"))
    answer = client.post("/api/invitations/look", {"token": "x"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert client.post(LOGIN, {"email": "a@b.example", "password": "x"}).status_code == 403


def test_a_forgotten_password_is_reset_by_mail_and_ends_other_sessions(person, mailoutbox):
    user = person("builder", password=PASSWORD)
    other = strict_client()
    sign_in(other, user.email)
    client = strict_client()
    path = "/_allauth/browser/v1/auth/password"
    asked = client.post(f"{path}/request", {"email": user.email}, content_type="application/json", headers=csrf(client))
    assert asked.status_code == 200
    key = re.search(r"/reset#(\S+)", mailoutbox[0].body)[1]
    new = {"key": key, "password": "another calm lighthouse"}
    done = client.post(f"{path}/reset", new, content_type="application/json", headers=csrf(client))
    assert done.status_code == 401
    assert other.get("/api/session").json()["user"] is None
    assert sign_in(client, user.email, "another calm lighthouse").status_code == 200
    assert client.post(f"{path}/reset", new, content_type="application/json", headers=csrf(client)).status_code != 200
    assert actions_of(user) == ["session.signed_in", "password.changed", "session.signed_in"]


def test_a_mail_for_a_reset_says_nothing_about_unknown_people(person):
    user = person("builder", password=PASSWORD)
    answers = []
    for email in (user.email, fresh_email()):
        client = strict_client()
        answer = client.post(
            "/_allauth/browser/v1/auth/password/request",
            {"email": email},
            content_type="application/json",
            headers=csrf(client),
        )
        answers.append((answer.status_code, answer.json()))
    assert answers[0] == answers[1]


def test_a_second_factor_is_asked_for_when_it_is_set_up(person):
    user = person("builder", password=PASSWORD)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    client = strict_client()
    half = sign_in(client, user.email)
    assert half.status_code == 401
    assert "mfa_authenticate" in {flow["id"] for flow in half.json()["data"]["flows"]}
    assert client.get("/api/session").json()["user"] is None
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    whole = client.post(
        "/_allauth/browser/v1/auth/2fa/authenticate",
        {"code": code},
        content_type="application/json",
        headers=csrf(client),
    )
    assert whole.status_code == 200
    assert client.get("/api/session").json()["user"]["id"] == str(user.id)


def test_a_forwarding_header_does_not_change_the_address_in_the_trail(person):
    user = person("builder", password=PASSWORD)
    client = strict_client()
    client.post(
        LOGIN,
        {"email": user.email, "password": PASSWORD},
        content_type="application/json",
        headers={**csrf(client), "X-Forwarded-For": "203.0.113.9"},
    )
    assert AuditEvent.objects.get(action="session.signed_in").ip == client.defaults["REMOTE_ADDR"]


def test_signing_in_is_written_in_every_workspace_of_the_person(person, workspace, other_workspace):
    user = person("viewer", password=PASSWORD)
    Membership.objects.create(workspace=other_workspace, user=user, roles=["auditor"])
    sign_in(strict_client(), user.email)
    chains = set(AuditEvent.objects.filter(action="session.signed_in").values_list("workspace_id", flat=True))
    assert chains == {workspace.id, other_workspace.id}


def test_a_second_factor_is_set_up_and_removed_and_the_trail_tells(person, django_capture_on_commit_callbacks):
    user = person("builder", password=PASSWORD)
    client = strict_client()
    sign_in(client, user.email)
    path = "/_allauth/browser/v1/account/authenticators/totp"
    client.post(
        "/_allauth/browser/v1/auth/reauthenticate",
        {"password": PASSWORD},
        content_type="application/json",
        headers=csrf(client),
    )
    secret = client.get(path).json()["meta"]["secret"]
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        added = client.post(path, {"code": code}, content_type="application/json", headers=csrf(client))
    assert added.status_code == 200
    assert client.delete(path, headers=csrf(client)).status_code == 200
    assert [action for action in actions_of(user) if action.startswith("second_factor")] == [
        "second_factor.added",
        "second_factor.removed",
    ]
