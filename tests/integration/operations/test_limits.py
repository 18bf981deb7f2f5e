"""Limits hold exactly, however many people knock at once (A107)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from builder.models import Workflow
from orchestrator.governance.actions import invitations, tokens
from orchestrator.governance.models import AccessToken, Invitation, Workspace
from orchestrator.runs.models import Run
from tests.integration.authoring import Browser, join
from tests.integration.runs.conftest import committed, limit, maria, publish, workspace
from tests.integration.runs.graphs import node, row

__all__ = ["committed", "maria", "publish", "workspace"]

AT_ONCE = 8
KNOCKS = 40
ROOM = 5


@pytest.fixture
def workflow(committed: None, publish: Callable[..., Workflow]) -> Workflow:
    return publish(row(node("one", "set_fields", {"fields": [{"name": "n", "value": 1}]})))


def knock(door: Callable[[int], Any]) -> Counter[int]:
    """The answers of many at once, by status."""

    def one(number: int) -> int:
        try:
            return int(door(number).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as people:
        return Counter(people.map(one, range(KNOCKS)))


def test_no_start_more_than_there_is_room_for(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    limit(workspace, max_open=ROOM)
    answers = knock(lambda _: maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}}))
    assert answers == {202: ROOM, 429: KNOCKS - ROOM}
    assert Run.objects.count() == ROOM


def test_each_room_that_is_given_back_is_used_once(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    limit(workspace, max_open=ROOM)
    knock(lambda _: maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}}))
    Run.objects.filter(pk=Run.objects.earliest("id").pk).update(status=10)
    answers = knock(lambda _: maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}}))
    assert answers[202] == 1
    assert Run.objects.filter(status__lt=2).count() == ROOM


def test_a_key_that_was_used_at_the_limit_is_one_run(maria: Browser, workspace: Workspace, workflow: Workflow) -> None:
    limit(workspace, max_open=ROOM)
    answers = knock(
        lambda number: maria.post(f"workflows/{workflow.pk}/runs", {"input": {"n": 1}}, idempotency_key=str(number % 3))
    )
    assert answers == {202: KNOCKS}
    assert Run.objects.count() == 3


def test_no_token_more_than_a_person_may_have(
    maria: Browser, workspace: Workspace, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST", ROOM)
    until = (timezone.now() + timedelta(days=3)).isoformat()
    answers = knock(
        lambda number: maria.post(
            f"workspaces/{workspace.pk}/tokens",
            {"name": f"Token {number}", "scopes": ["workflow:read"], "expires_at": until},
        )
    )
    assert answers == {201: ROOM, 409: KNOCKS - ROOM}
    assert AccessToken.objects.count() == ROOM


def test_no_invitation_more_than_may_be_open(
    committed: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_PENDING", ROOM)
    adele = join(workspace, "admin", name="Adele")
    answers = knock(
        lambda number: adele.post(
            f"workspaces/{workspace.pk}/invitations", {"email": f"new.{number}@example.com", "roles": ["viewer"]}
        )
    )
    assert answers == {201: ROOM, 409: KNOCKS - ROOM}
    assert Invitation.objects.count() == ROOM


def test_an_address_is_invited_once(committed: None, workspace: Workspace) -> None:
    adele = join(workspace, "admin", name="Adele")
    body = {"email": "new@example.com", "roles": ["viewer"]}
    assert knock(lambda _: adele.post(f"workspaces/{workspace.pk}/invitations", body)) == {201: 1, 409: KNOCKS - 1}
