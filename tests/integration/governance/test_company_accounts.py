"""Signing in with an account of one's organisation, at a provider that speaks OpenID Connect for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from orchestrator.governance.models import AuditEvent, AuditValue, GroupRoles, Membership, User, Workspace
from tests.integration.governance.people import PASSWORD, Browser, fresh_email
from tests.integration.governance.signing_in import Door
from tests.peers.identity import CLIENT_ID, CLIENT_SECRET, IdentityProvider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any) -> Iterator[IdentityProvider]:
    with IdentityProvider() as provider:
        settings.OIDC_ISSUER = provider.issuer
        app = {"provider_id": settings.OIDC_ID, "name": "Acme", "client_id": CLIENT_ID, "secret": CLIENT_SECRET}
        apps = [{**app, "settings": {"server_url": provider.issuer}}]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
        yield provider


@pytest.fixture
def finn(provider: IdentityProvider) -> dict[str, Any]:
    """What the provider says of somebody whom we do not know yet."""
    claims = {"name": "Finn", "email": fresh_email(), "email_verified": True, "groups": ["buyers"]}
    provider.people["finn"] = claims
    return claims


def come(
    provider: IdentityProvider, subject: str, door: Door | None = None, next_page: str = "/runs"
) -> tuple[Door, str]:
    """The whole way: our button, their page, our door. Answers the browser and where it was sent in the end."""
    door = door or Door()
    begun = door.send("post", "/api/sign-in/company", {"next": next_page})
    assert begun.status_code == 200, begun.json()
    back = provider.agree(begun.json()["address"], subject)
    answer = door.client.get(back.removeprefix("http://testserver"))
    assert answer.status_code == 302, answer.content
    return door, answer.headers["Location"]


def allow(workspace: Workspace, group: str, *roles: str) -> None:
    GroupRoles.objects.create(workspace=workspace, group=group, roles=list(roles))


def roles_of(claims: dict[str, Any]) -> list[str]:
    return list(Membership.objects.get(user__email=claims["email"]).roles)


@pytest.mark.ux(10)
def test_somebody_new_comes_in_with_the_roles_of_their_groups(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace
) -> None:
    allow(workspace, "buyers", "builder", "publisher")
    allow(workspace, "strangers", "admin")
    door, sent_to = come(provider, "finn")
    assert sent_to == "/runs"
    session = door.api("session").json()
    assert (session["user"]["name"], session["workspaces"][0]["roles"]) == ("Finn", ["builder", "publisher"])
    user = User.objects.get(email=finn["email"])
    assert not user.has_usable_password()
    assert SocialAccount.objects.get().extra_data == {}
    told = {event.action: event for event in AuditEvent.objects.filter(workspace_id=workspace.id)}
    assert told["member.admitted"].actor_name == "identity provider"
    assert told["session.signed_in"].detail == {"methods": ["company"]}
    assert AuditValue.objects.get(workspace_id=workspace.id, value="Finn").about == user.id


def test_control_characters_of_the_provider_are_left_out(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace
) -> None:
    allow(workspace, "buyers", "builder")
    finn.update(name="Finn\x00\r\nMiller\u202e ", groups=["buyers", "a\x00b"])
    door, _ = come(provider, "finn")
    session = door.api("session").json()
    assert (session["user"]["name"], session["workspaces"][0]["roles"]) == ("Finn Miller", ["builder"])


def test_groups_count_anew_at_each_sign_in(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace
) -> None:
    allow(workspace, "buyers", "builder")
    allow(workspace, "auditors", "auditor")
    come(provider, "finn")
    finn["groups"] = ["auditors", "buyers"]
    come(provider, "finn")
    assert roles_of(finn) == ["builder", "auditor"]
    finn["groups"] = "auditors"
    come(provider, "finn")
    assert roles_of(finn) == ["auditor"]
    changes = AuditEvent.objects.filter(action="member.roles_changed").order_by("seq")
    assert [event.after["roles"] for event in changes] == [["builder", "auditor"], ["auditor"]]


def test_somebody_without_any_group_left_finds_it_shut_and_waits_to_be_removed(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace, browser_of: Callable[..., Browser]
) -> None:
    allow(workspace, "buyers", "builder")
    earlier, _ = come(provider, "finn")
    finn["groups"] = []
    door, _ = come(provider, "finn")
    for one in (door, earlier):
        assert one.api("session").json()["workspaces"] == []
        assert one.api(f"workspaces/{workspace.id}").status_code == 404
    member = Membership.objects.get(user__email=finn["email"])
    assert browser_of("admin").delete(f"members/{member.id}").status_code == 204


def test_roles_that_were_set_by_hand_stay(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace, browser_of: Callable[..., Browser]
) -> None:
    allow(workspace, "buyers", "builder")
    come(provider, "finn")
    member = Membership.objects.get(user__email=finn["email"])
    assert member.by_groups
    changed = browser_of("admin").patch(f"members/{member.id}", {"roles": ["operator"]}).json()
    assert (changed["roles"], changed["by_groups"]) == (["operator"], False)
    come(provider, "finn")
    assert roles_of(finn) == ["operator"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"groups": ["nobody knows"]}, "nobody_invited"),
        ({"groups": {"buyers": True}}, "nobody_invited"),
        ({"groups": None}, "nobody_invited"),
        ({"email_verified": False}, "email_unverified"),
        ({"email_verified": "false"}, "email_unverified"),
        ({"email": None}, "no_email"),
        ({"email": "no address"}, "no_email"),
    ],
)
def test_who_is_not_let_in_is_told_why_and_leaves_no_account(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace, changes: dict[str, Any], code: str
) -> None:
    allow(workspace, "buyers", "builder")
    finn.update(changes)
    door, sent_to = come(provider, "finn")
    assert f"error={code}" in sent_to
    assert door.api("session").json()["user"] is None
    assert not User.objects.filter(name="Finn").exists()
    refused = AuditEvent.objects.get(action="company_account.refused")
    assert (refused.result, refused.workspace_id.int) == ("failed", 0)


@pytest.mark.ux(10)
def test_an_account_with_the_same_verified_address_is_the_persons_own(
    provider: IdentityProvider, finn: dict[str, Any], person: Callable[..., User]
) -> None:
    user = person("viewer", name="Finn H.", password=PASSWORD)
    finn["email"] = user.email
    door, _ = come(provider, "finn")
    assert door.api("session").json()["user"]["id"] == str(user.id)
    assert SocialAccount.objects.get().user == user
    finn["email"] = fresh_email()  # the link is to the person, not to the address
    door, _ = come(provider, "finn")
    assert door.api("session").json()["user"]["id"] == str(user.id)
    assert AuditEvent.objects.filter(action="company_account.linked").count() == 1


@pytest.mark.parametrize("verified", [False, "false", None])
def test_an_address_that_the_provider_has_not_verified_opens_nobodys_account(
    provider: IdentityProvider, finn: dict[str, Any], person: Callable[..., User], verified: object
) -> None:
    user = person("admin", password=PASSWORD)
    finn.update(email=user.email, email_verified=verified)
    door, sent_to = come(provider, "finn")
    assert "error=email_taken" in sent_to
    assert door.api("session").json()["user"] is None
    assert not SocialAccount.objects.exists()


def test_who_is_signed_in_links_the_account_after_proving_who_they_are(
    provider: IdentityProvider, finn: dict[str, Any], person: Callable[..., User]
) -> None:
    user = person("viewer", password=PASSWORD)
    door = Door()
    door.sign_in(user.email)
    _, sent_to = come(provider, "finn", door, "/profile")
    assert "error=reauthentication_required" in sent_to
    door.step_up()
    _, sent_to = come(provider, "finn", door, "/profile")
    assert sent_to == "/profile"
    assert SocialAccount.objects.get().user == user
    new, _ = come(provider, "finn")
    assert new.api("session").json()["user"]["id"] == str(user.id)
    linked = door.get("account/providers").json()["data"][0]
    gone = door.delete("account/providers", {"provider": linked["provider"]["id"], "account": linked["uid"]})
    assert gone.status_code == 200
    assert not SocialAccount.objects.exists()


def test_a_second_factor_of_ones_own_is_asked_for_here_too(
    provider: IdentityProvider, finn: dict[str, Any], person: Callable[..., User]
) -> None:
    user = person("viewer", password=PASSWORD)
    own = Door()
    own.sign_in(user.email)
    own.set_up_app()
    finn["email"] = user.email
    door, _ = come(provider, "finn")
    assert door.api("session").json()["user"] is None
    flows = door.get("auth/session").json()["data"]["flows"]
    assert "mfa_authenticate" in {flow["id"] for flow in flows if flow.get("is_pending")}


def test_the_organisations_sign_in_counts_as_protected(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace
) -> None:
    allow(workspace, "buyers", "builder")
    Workspace.objects.update(second_factor_required=True)
    door, _ = come(provider, "finn")
    assert door.api(f"workspaces/{workspace.id}").status_code == 200
    assert 0 < door.client.session.get_expiry_age() <= 12 * 3600


def test_a_closed_account_stays_closed(
    provider: IdentityProvider, finn: dict[str, Any], person: Callable[..., User]
) -> None:
    user = person("viewer", password=PASSWORD)
    finn["email"] = user.email
    User.objects.filter(id=user.id).update(is_active=False)
    door, sent_to = come(provider, "finn")
    assert "error=" in sent_to
    assert door.api("session").json()["user"] is None


@pytest.mark.parametrize("forgery", ["key", "audience", "issuer"])
def test_a_word_that_is_not_the_providers_own_is_not_believed(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace, forgery: str
) -> None:
    allow(workspace, "buyers", "admin")
    door = Door()
    address = door.send("post", "/api/sign-in/company", {}).json()["address"]
    if forgery == "key":
        provider.signs_with = generate_private_key(public_exponent=65537, key_size=2048)
    elif forgery == "audience":
        provider.audience = "another application"
    else:
        provider.claimed_issuer = "https://somebody.example"
    answer = door.client.get(provider.agree(address, "finn").removeprefix("http://testserver"))
    assert "error=unknown" in answer.headers["Location"]
    assert door.api("session").json()["user"] is None


def test_an_answer_works_once_and_in_the_browser_that_asked(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace
) -> None:
    allow(workspace, "buyers", "builder")
    door = Door()
    address = door.send("post", "/api/sign-in/company", {}).json()["address"]
    back = provider.agree(address, "finn").removeprefix("http://testserver")
    assert "error=" in Door().client.get(back).headers["Location"]
    assert door.client.get(back).headers["Location"] == "/"
    assert "error=" in door.client.get(back).headers["Location"]


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?error=access_denied", "?code[]=1&state=%00", "?code=%00&state=%00"]
)
def test_an_odd_answer_is_turned_away(provider: IdentityProvider, query: str) -> None:
    answer = Door().client.get(f"/_allauth/company/answer{query}")
    assert answer.status_code == 302
    assert "/sign-in?error=" in answer.headers["Location"]


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "x"]
)
def test_the_way_back_stays_here(
    provider: IdentityProvider, finn: dict[str, Any], workspace: Workspace, next_page: str
) -> None:
    allow(workspace, "buyers", "builder")
    _, sent_to = come(provider, "finn", next_page=next_page)
    assert sent_to == "/"


def test_a_provider_that_is_away_is_told(provider: IdentityProvider, finn: dict[str, Any]) -> None:
    door = Door()
    address = door.send("post", "/api/sign-in/company", {}).json()["address"]
    back = provider.agree(address, "finn").removeprefix("http://testserver")
    provider.stop()
    assert "error=provider_away" in door.client.get(back).headers["Location"]
    again = door.send("post", "/api/sign-in/company", {})
    assert (again.status_code, again.json()["code"]) == (502, "provider_away")


def test_without_a_provider_there_is_no_such_door() -> None:
    door = Door()
    assert door.api("session").json()["features"]["company_sign_in"] is None
    assert door.send("post", "/api/sign-in/company", {}).status_code == 404
    assert door.client.get("/_allauth/company/answer?code=x&state=y").status_code == 404


LINES = [{"group": "buyers", "roles": ["builder"]}, {"group": "auditors", "roles": ["auditor", "viewer"]}]


def test_groups_of_a_workspace_are_set_by_its_administrators(
    browser_of: Callable[..., Browser], workspace: Workspace
) -> None:
    path, admin = f"workspaces/{workspace.id}/group-roles", browser_of("admin")
    kept = admin.send("put", path, {"lines": LINES}).json()
    assert [line["group"] for line in kept] == ["auditors", "buyers"]
    assert admin.get(path).json() == kept
    event = AuditEvent.objects.get(action="group_roles.changed")
    assert (event.before, event.after["buyers"]) == ({}, ["builder"])
    assert browser_of("builder").send("put", path, {"lines": []}).status_code == 403
    assert len(admin.get(path).json()) == 2


@pytest.mark.parametrize(
    "lines",
    [
        [{"group": "buyers", "roles": ["owner"]}],
        [{"group": "buyers", "roles": []}],
        [{"group": "", "roles": ["viewer"]}],
        [{"group": "a\nb", "roles": ["viewer"]}],
        [{"group": "buyers", "roles": ["viewer"]}] * 2,
        [{"group": "x", "roles": ["root"]}],
        None,
        "x",
    ],
)
def test_a_group_makes_no_owners_and_stands_in_one_line(
    browser_of: Callable[..., Browser], workspace: Workspace, lines: Any
) -> None:
    answer = browser_of("admin").send("put", f"workspaces/{workspace.id}/group-roles", {"lines": lines})
    assert answer.status_code == 422
    assert not GroupRoles.objects.exists()
