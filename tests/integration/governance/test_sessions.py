"""What a session says of a person holds for as long as it is true, whatever way it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from orchestrator.governance.models import Membership, User
from orchestrator.governance.sessions import signed_in
from tests.integration.governance.people import PASSWORD, Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(person: Callable[..., User]) -> Browser:
    """Signed in at the door, as people do it."""
    user = person("builder", password=PASSWORD)
    window = Browser()
    window.user = user
    known = {"email": user.email, "password": PASSWORD}
    window.client.get("/_allauth/browser/v1/auth/session")
    answer = window.client.post("/_allauth/browser/v1/auth/login", known, content_type="application/json")
    assert answer.status_code == 200
    return window


def key_of(window: Browser) -> str:
    return window.client.cookies["sessionid"].value


def test_a_session_says_who_it_is_and_what_they_are(window: Browser) -> None:
    found = signed_in(key_of(window))
    assert found is not None
    user, standing = found
    assert user == window.user
    assert set(standing.roles.values()) == {frozenset({"builder"})}


def test_changed_roles_hold_from_the_next_request_on(window: Browser) -> None:
    assert window.get("session").json()["workspaces"][0]["roles"] == ["builder"]
    Membership.objects.filter(user=window.user).update(roles=["viewer"])
    assert window.get("session").json()["workspaces"][0]["roles"] == ["viewer"]


def test_a_changed_password_ends_sessions(window: Browser) -> None:
    window.user.set_password(PASSWORD + "!")
    window.user.save()
    assert signed_in(key_of(window)) is None
    assert window.get("session").json()["user"] is None


def test_a_closed_account_is_nobody(window: Browser) -> None:
    type(window.user).objects.filter(pk=window.user.pk).update(is_active=False)
    assert window.get("session").json()["user"] is None


def test_an_old_session_is_nobody(window: Browser) -> None:
    Session.objects.filter(session_key=key_of(window)).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert signed_in(key_of(window)) is None
    assert window.get("session").json()["user"] is None


@pytest.mark.parametrize("key", [None, "", "made-up"])
def test_a_made_up_session_is_nobody(key: str | None) -> None:
    assert signed_in(key) is None
