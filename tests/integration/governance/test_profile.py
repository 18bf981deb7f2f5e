"""What people change about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orchestrator.governance.models import AuditEvent
from tests.integration.governance.people import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(browser_of: Callable[..., Browser]) -> Browser:
    return browser_of("viewer")


@pytest.mark.ux(169)
def test_preferences_stay_and_those_left_out_are_not_touched(window: Browser) -> None:
    window.patch("me", {"preferences": {"language": "de", "time_zone": "Europe/Berlin"}})
    window.patch("me", {"preferences": {"date_format": "iso", "time_zone": None}})

    known = window.get("session").json()["user"]["preferences"]
    assert known == {"language": "de", "time_zone": None, "date_format": "iso"}
    assert not AuditEvent.objects.filter(action="person.renamed").exists()


@pytest.mark.ux(169)
def test_a_new_name_is_told_in_the_trail(window: Browser) -> None:
    answer = window.patch("me", {"name": "Maria Šťastná"})

    assert answer.json()["name"] == "Maria Šťastná"
    event = AuditEvent.objects.get(action="person.renamed")
    assert event.after == {"name": "Maria Šťastná"}
    assert event.actor_id == window.user.id


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "x" * 5000}, "name"),
        ({"preferences": {"time_zone": "Europe/Atlantis"}}, "time_zone"),
        ({"preferences": {"language": "tlh"}}, "language"),
        ({"preferences": {"is_admin": True}}, "is_admin"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(window: Browser, sent: dict, field: str) -> None:
    answer = window.patch("me", sent)

    assert answer.status_code == 422
    assert field in str(answer.json()["problems"])


def test_nobody_changes_the_profile_of_nobody() -> None:
    assert Browser().patch("me", {"name": "Somebody"}).status_code in (401, 403)


@pytest.mark.ux(170)
def test_installations_are_told_apart_by_a_name_and_a_colour(window: Browser, settings: Any) -> None:
    assert window.get("session").json()["environment"] is None
    settings.ENVIRONMENT_BAND = {"name": "Test", "colour": "orange"}

    assert window.get("session").json()["environment"] == {"name": "Test", "colour": "orange"}
