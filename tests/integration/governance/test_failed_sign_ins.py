"""Administrators see who tried to come in as somebody of their workspace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchestrator.governance import failed_sign_ins
from orchestrator.governance.models import User, Workspace
from tests.integration.governance.people import PASSWORD, fresh_email
from tests.integration.governance.signing_in import Door

pytestmark = pytest.mark.django_db


def test_attempts_are_counted_for_the_workspace_and_strangers_without_a_name(
    person: Callable[..., User], workspace: Workspace, other_workspace: Workspace
) -> None:
    ada, stranger = person("viewer", password=PASSWORD), fresh_email()
    before = failed_sign_ins.state(workspace.id)["strangers"]
    thief = Door()
    for _ in range(2):
        thief.sign_in(ada.email, "not the password")
    Door().sign_in(stranger, "not the password")
    state = failed_sign_ins.state(workspace.id)
    assert (state["last_hour"], state["last_day"], state["addresses"]) == (2, 2, 1)
    assert state["strangers"] == before + 1
    assert {(one["name"], one["address"]) for one in state["latest"]} == {
        (ada.email, thief.client.defaults["REMOTE_ADDR"])
    }
    assert stranger not in str(state)
    assert failed_sign_ins.state(other_workspace.id)["last_day"] == 0
