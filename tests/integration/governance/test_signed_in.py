"""Where people are signed in, and ending it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from orchestrator.governance.models import AuditEvent, Membership, User, Workspace
from tests.integration.governance.people import PASSWORD, Browser
from tests.integration.governance.signing_in import Door

pytestmark = pytest.mark.django_db
PHONE, LAPTOP = "Phone/1", "Laptop/2"


@pytest.fixture
def ada(person: Callable[..., User]) -> User:
    return person("builder", name="Ada", password=PASSWORD)


@pytest.fixture
def phone(ada: User) -> Door:
    return signed_in(ada, PHONE)


@pytest.fixture
def laptop(ada: User, phone: Door) -> Door:
    return signed_in(ada, LAPTOP)


def signed_in(user: User, device: str) -> Door:
    door = Door(HTTP_USER_AGENT=device)
    assert door.sign_in(user.email).status_code == 200
    return door


def test_each_place_is_listed_with_device_and_address_and_this_one_is_known(phone: Door, laptop: Door) -> None:
    found = laptop.api("me/sessions").json()
    assert {(one["device"], one["current"]) for one in found} == {(PHONE, False), (LAPTOP, True)}
    assert {one["address"] for one in found} == {
        phone.client.defaults["REMOTE_ADDR"],
        laptop.client.defaults["REMOTE_ADDR"],
    }
    assert "key" not in str(found)


def test_a_place_says_when_it_was_last_seen(laptop: Door) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    UserSession.objects.filter(user_agent=LAPTOP).update(last_seen_at=long_ago)
    laptop.api("session")
    assert UserSession.objects.get(user_agent=LAPTOP).last_seen_at > long_ago + timedelta(minutes=50)


def test_an_ended_session_opens_nothing_from_then_on(phone: Door, laptop: Door) -> None:
    its = next(one["id"] for one in laptop.api("me/sessions").json() if one["device"] == PHONE)
    assert laptop.send("delete", f"/api/me/sessions/{its}").status_code == 204
    assert phone.api("session").json()["user"] is None
    assert laptop.api("session").json()["user"]["name"] == "Ada"
    again = laptop.send("delete", f"/api/me/sessions/{its}")
    assert (again.status_code, again.json()["code"]) == (404, "session_over")
    event = AuditEvent.objects.get(action="session.ended")
    assert event.detail["sessions"][0]["device"] == PHONE


def test_all_others_are_ended_at_once(phone: Door, laptop: Door) -> None:
    assert laptop.send("delete", "/api/me/sessions").status_code == 204
    assert phone.api("session").json()["user"] is None
    assert [one["current"] for one in laptop.api("me/sessions").json()] == [True]


def test_nobody_ends_somebody_elses(person: Callable[..., User], phone: Door) -> None:
    eve = signed_in(person("builder", password=PASSWORD), LAPTOP)
    foreign = UserSession.objects.get(user_agent=PHONE).id
    assert eve.send("delete", f"/api/me/sessions/{foreign}").status_code == 404
    assert eve.delete("auth/sessions", {"sessions": [foreign]}).status_code == 400
    assert phone.api("session").json()["user"]["name"] == "Ada"


def test_the_librarys_own_door_leaves_the_same_trace(phone: Door, laptop: Door) -> None:
    its = UserSession.objects.get(user_agent=PHONE).id
    assert laptop.delete("auth/sessions", {"sessions": [its]}).status_code == 200
    assert phone.api("session").json()["user"] is None
    assert AuditEvent.objects.get(action="session.ended").actor_name == "Ada"


def test_an_administrator_sees_and_ends_those_of_a_member(
    browser_of: Callable[..., Browser], ada: User, phone: Door, laptop: Door
) -> None:
    admin, member = browser_of("admin", name="Adele"), Membership.objects.get(user=ada)
    found = admin.get(f"members/{member.id}/sessions").json()
    assert {one["device"] for one in found} == {PHONE, LAPTOP}
    one = next(row["id"] for row in found if row["device"] == PHONE)
    assert admin.delete(f"members/{member.id}/sessions/{one}").status_code == 204
    assert [door.api("session").json()["user"] is None for door in (phone, laptop)] == [True, False]
    assert admin.delete(f"members/{member.id}/sessions").status_code == 204
    assert laptop.api("session").json()["user"] is None
    told = AuditEvent.objects.filter(action="session.ended").order_by("seq")
    assert [(event.actor_name, event.object_name) for event in told] == [("Adele", "Ada")] * 2


def test_those_of_a_member_are_for_administrators_of_that_workspace(
    browser_of: Callable[..., Browser], ada: User, phone: Door, other_workspace: Workspace
) -> None:
    member = Membership.objects.get(user=ada)
    assert browser_of("viewer").get(f"members/{member.id}/sessions").status_code == 403
    assert browser_of("owner", at=other_workspace).get(f"members/{member.id}/sessions").status_code == 404
    assert browser_of("owner", at=other_workspace).delete(f"members/{member.id}/sessions").status_code == 404
    assert phone.api("session").json()["user"]["name"] == "Ada"
