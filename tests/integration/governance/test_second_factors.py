"""A second factor is set up, asked for, demanded by a workspace, and its secrets are nobody's to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from orchestrator.governance import keys, second_factors
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.models import AccessToken, AuditEvent, Membership, User, Workspace
from orchestrator.governance.one_time import hash_of
from orchestrator.governance.tokens import SHOWN, new_secret
from tests.integration.governance.people import PASSWORD, Browser
from tests.integration.governance.signing_in import Door
from tests.peers.authenticator import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(person: Callable[..., User]) -> User:
    return person("builder", name="Ada", password=PASSWORD)


@pytest.fixture
def door(ada: User) -> Door:
    door = Door()
    assert door.sign_in(ada.email).status_code == 200
    return door


def demand(workspace: Workspace) -> None:
    Workspace.objects.filter(id=workspace.id).update(second_factor_required=True)


def actions(name: str) -> list[str]:
    return list(AuditEvent.objects.filter(object_name=name).order_by("seq").values_list("action", flat=True))


@pytest.mark.ux(10)
def test_a_code_is_asked_for_beside_the_password(ada: User, door: Door) -> None:
    secret = door.set_up_app()
    other = Door()
    half = other.sign_in(ada.email)
    assert half.status_code == 401
    pending = next(flow for flow in half.json()["data"]["flows"] if flow.get("is_pending"))
    assert (pending["id"], set(pending["types"])) == ("mfa_authenticate", {"totp", "recovery_codes"})
    assert other.api("session").json()["user"] is None
    cache.clear()  # a code works once, and this one was just used
    assert other.post("auth/2fa/authenticate", {"code": code_of(secret)}).status_code == 200
    assert other.api("session").json()["user"]["name"] == "Ada"
    signed_in = AuditEvent.objects.filter(action="session.signed_in").order_by("seq").last()
    assert signed_in.detail == {"methods": ["password", "totp"]}


@pytest.mark.ux(10)
def test_a_recovery_code_stands_in_once_and_the_codes_are_shown_once(ada: User, door: Door) -> None:
    door.set_up_app()
    first = door.get("account/authenticators/recovery-codes").json()["data"]
    assert len(first["unused_codes"]) == 10
    assert "unused_codes" not in door.get("account/authenticators/recovery-codes").json()["data"]
    code = first["unused_codes"][0]
    for expected in (200, 400):
        other = Door()
        other.sign_in(ada.email)
        assert other.post("auth/2fa/authenticate", {"code": code}).status_code == expected


def test_nothing_about_signing_in_is_changed_without_proving_again_who_sits_there(door: Door) -> None:
    refused = door.post("account/authenticators/totp", {"code": code_of(secret_of(door))})
    assert refused.status_code == 401
    assert [flow["id"] for flow in refused.json()["data"]["flows"]] == ["reauthenticate"]
    assert not Authenticator.objects.exists()
    door.set_up_app()
    assert door.delete("account/authenticators/totp").status_code == 200


def secret_of(door: Door) -> str:
    return str(door.get("account/authenticators/totp").json()["meta"]["secret"])


def test_a_wrong_code_stands_in_the_trail_and_guessing_is_stopped(ada: User, door: Door) -> None:
    door.set_up_app()
    thief = Door()
    thief.sign_in(ada.email)
    answers = [thief.post("auth/2fa/authenticate", {"code": f"{guess:06}"}).json() for guess in range(6)]
    assert answers[0]["errors"][0]["code"] == "incorrect_code"
    assert answers[-1]["errors"][0]["code"] == "too_many_login_attempts"
    refused = AuditEvent.objects.filter(action="second_factor.refused")
    assert 1 <= refused.count() <= 5
    assert {(event.object_name, event.result, event.ip) for event in refused} == {
        ("Ada", "failed", thief.client.defaults["REMOTE_ADDR"])
    }


def test_the_picture_holds_the_secret_that_is_being_set_up(door: Door) -> None:
    assert door.api("me/totp-picture").status_code == 404
    secret_of(door)
    answer = door.api("me/totp-picture")
    picture = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert 21 <= picture["size"] <= 61
    assert picture["path"].startswith("M0 0h1v1h-1z")  # the corner of every QR code is dark


def test_secrets_of_factors_are_sealed_and_open_with_their_own_key_only(door: Door) -> None:
    secret = door.set_up_app()
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    kept = {row.type: row.data.get("secret") or row.data["seed"] for row in rows}
    assert secret not in str(list(kept.values()))
    assert second_factors.unseal(kept["totp"]) == secret
    name, _, sealed = kept["totp"].partition(":")
    for wrong in (f"other:{sealed}", f"{name}:{sealed[:-8]}AAAAAAA=", f"{name}:", "plain"):
        with pytest.raises(Unsealable):
            second_factors.unseal(wrong)


def test_whoever_has_a_factor_whose_key_is_gone_is_told_what_to_do(
    ada: User, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = door.set_up_app()
    other = Door()
    other.sign_in(ada.email)
    cache.clear()
    monkeypatch.setattr(second_factors, "ring", dict)
    answer = other.post("auth/2fa/authenticate", {"code": code_of(secret)})
    assert answer.status_code == 400
    [told] = answer.json()["errors"]
    assert told["code"] == "factor_unreadable"
    assert "Ask whoever runs this installation" in told["message"]
    assert other.api("session").json()["user"] is None


def test_secrets_of_factors_move_to_a_newer_key(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = door.set_up_app()
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert not second_factors.reseal(row)
    old = keys.ring()
    monkeypatch.setattr(second_factors, "ring", lambda: {"k2": b"2" * 32, **old})
    monkeypatch.setattr(second_factors, "sealing_key", lambda: ("k2", b"2" * 32))
    assert second_factors.reseal(row)
    assert row.data["secret"].startswith("k2:")
    assert second_factors.unseal(row.data["secret"]) == secret


@pytest.mark.ux(10)
def test_a_workspace_that_demands_a_second_factor_opens_with_one_only(
    door: Door, workspace: Workspace, other_workspace: Workspace, ada: User
) -> None:
    Membership.objects.create(workspace=other_workspace, user=ada, roles=["viewer"])
    demand(workspace)
    session = door.api("session").json()
    assert session["shut"] == [{"id": str(workspace.id), "name": "Harbour"}]
    assert [one["name"] for one in session["workspaces"]] == ["Elsewhere"]
    assert door.api(f"workspaces/{workspace.id}").status_code == 404
    assert door.api(f"workspaces/{other_workspace.id}").status_code == 200
    door.set_up_app()
    assert door.api("session").json()["shut"] == []
    assert door.api(f"workspaces/{workspace.id}").status_code == 200


def test_a_session_of_any_kind_finds_it_shut(browser_of: Callable[..., Browser], workspace: Workspace) -> None:
    browser = browser_of("builder")
    demand(workspace)
    assert browser.get(f"workspaces/{workspace.id}").status_code == 404


def test_a_token_opens_no_more_than_its_owners_sign_in(ada: User, door: Door, workspace: Workspace) -> None:
    secret = new_secret()
    AccessToken.objects.create(
        workspace=workspace,
        user=ada,
        name="Nightly",
        prefix=secret[:SHOWN],
        token_hash=hash_of(secret),
        scopes=["workspace:read"],
        expires_at=timezone.now() + timedelta(days=1),
    )
    program = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def read() -> int:
        return int(program.get(f"/api/workspaces/{workspace.id}").status_code)

    assert read() == 200
    demand(workspace)
    assert read() == 401
    door.set_up_app()
    assert read() == 200


@pytest.mark.ux(10)
def test_who_demands_a_second_factor_has_one(person: Callable[..., User], workspace: Workspace) -> None:
    user = person("admin", password=PASSWORD)
    door = Door()
    door.sign_in(user.email)
    change = {"second_factor_required": True}
    refused = door.send("patch", f"/api/workspaces/{workspace.id}", change)
    assert (refused.status_code, refused.json()["code"]) == (409, "second_factor_first")
    door.set_up_app()
    assert door.send("patch", f"/api/workspaces/{workspace.id}", change).json()["second_factor_required"] is True
    event = AuditEvent.objects.get(action="workspace.changed")
    assert (event.before, event.after) == ({"second_factor_required": False}, {"second_factor_required": True})


def test_who_lost_everything_is_let_in_again_by_whoever_runs_the_installation(ada: User, door: Door) -> None:
    door.set_up_app()
    call_command("reset_second_factor", ada.email.upper())
    assert door.api("session").json()["user"] is None
    assert Door().sign_in(ada.email).status_code == 200
    told = AuditEvent.objects.get(action="second_factor.reset")
    assert (told.actor_kind, told.object_name) == ("system", "Ada")
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("reset_second_factor", "nobody@example.com")


@pytest.mark.parametrize("body", [{}, {"code": None}, {"code": []}, {"code": "1" * 5000}, {"code": "\u0000"}])
def test_odd_codes_are_refused(ada: User, door: Door, body: dict) -> None:
    door.set_up_app()
    other = Door()
    other.sign_in(ada.email)
    assert other.post("auth/2fa/authenticate", body).status_code == 400


@pytest.mark.parametrize("credential", [None, "x", [], {}, {"id": "\u0000"}, {"response": {"userHandle": "AAAA"}}])
def test_odd_passkeys_are_refused(credential: object) -> None:
    door = Door()
    assert door.get("auth/webauthn/login").status_code == 200
    assert door.post("auth/webauthn/login", {"credential": credential}).status_code == 400
