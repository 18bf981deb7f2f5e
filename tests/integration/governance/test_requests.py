"""What takes a second person: asked by one, decided by another, once, and for what was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orchestrator.api.errors import Conflict, Invalid, ProblemError
from orchestrator.governance.actions import requests
from orchestrator.governance.models import AuditEvent, Request, RequestState, User, Workspace
from orchestrator.governance.principal import Principal
from orchestrator.governance.principal import person as principal_of
from tests.integration.governance.people import Browser

PersonOf = Callable[..., User]


@pytest.fixture
def maria(person: PersonOf) -> Principal:
    return principal_of(person("steward"))


@pytest.fixture
def jan(person: PersonOf) -> Principal:
    return principal_of(person("steward"))


def asked(workspace: Workspace, by: Principal, **more: Any) -> Request:
    subject = requests.Subject(type="asset", id=workspace.id, name="Ticket kinds")
    about = {"kind": "test.kind", "subject": subject, "payload": {"version": 2}, "reason": "Better", **more}
    return requests.ask(by, workspace.id, **about)


def decide(request: Request, by: Principal, *, approve: bool = True, reason: str = "") -> Request:
    return requests.decide(by, request.id, approve=approve, reason=reason, content_hash=bytes(request.content_hash))


def test_somebody_else_agrees_and_the_trail_says_who_asked_and_who_agreed(
    workspace: Workspace, maria: Principal, jan: Principal
) -> None:
    request = asked(workspace, maria)
    assert decide(request, jan).state == RequestState.APPROVED
    events = AuditEvent.objects.filter(workspace_id=workspace.id, action__startswith="request.").order_by("seq")
    assert [(event.action, event.actor_id) for event in events] == [
        ("request.asked", maria.id),
        ("request.approved", jan.id),
    ]


def test_where_a_second_person_is_required_neither_asker_nor_author_agrees(
    workspace: Workspace, maria: Principal, jan: Principal
) -> None:
    Workspace.objects.filter(id=workspace.id).update(four_eyes="required")
    request = asked(workspace, maria, authors=[jan.id])
    for one in (maria, jan):
        with pytest.raises(ProblemError, match="Somebody else has to agree") as refused:
            decide(request, one, reason="I am sure")
        assert refused.value.code == "second_person"


def test_whoever_answers_for_the_program_that_made_it_does_not_agree(
    workspace: Workspace, maria: Principal, jan: Principal, person: PersonOf
) -> None:
    Workspace.objects.filter(id=workspace.id).update(four_eyes="required")
    program = person("builder")
    User.objects.filter(id=program.id).update(owner_id=jan.id)
    request = asked(workspace, maria, authors=[program.id])
    assert request.authors == [jan.id]
    with pytest.raises(ProblemError, match="Somebody else has to agree"):
        decide(request, jan, reason="I am sure")


def test_whoever_answers_for_a_program_sees_what_it_asked_for_and_takes_it_back(
    workspace: Workspace, person: PersonOf
) -> None:
    ben, program = Browser(person("builder")), person("builder")
    User.objects.filter(id=program.id).update(owner=ben.user)
    program.refresh_from_db()
    request = asked(workspace, principal_of(program), kind="grant.change")
    assert ben.get(f"requests/{request.id}").json()["may"]["withdraw"] is True
    assert ben.post(f"requests/{request.id}/withdraw").json()["state"] == "withdrawn"


def test_where_one_may_agree_alone_it_takes_a_reason(workspace: Workspace, maria: Principal) -> None:
    request = asked(workspace, maria)
    with pytest.raises(Invalid) as refused:
        decide(request, maria)
    assert refused.value.code == "reason_missing"
    assert decide(request, maria, reason="Nobody else is here").state == RequestState.APPROVED


def test_it_is_decided_once_and_for_what_was_seen(workspace: Workspace, maria: Principal, jan: Principal) -> None:
    request = asked(workspace, maria)
    with pytest.raises(Conflict) as refused:
        requests.decide(jan, request.id, approve=True, reason="", content_hash=bytes(32))
    assert refused.value.code == "request_changed"
    Request.objects.filter(id=request.id).update(payload={"version": 3})
    with pytest.raises(Conflict, match="not the request that you looked at"):
        decide(request, jan)
    Request.objects.filter(id=request.id).update(payload={"version": 2})
    with pytest.raises(Invalid, match="Say why you decline"):
        decide(request, jan, approve=False)
    assert decide(request, jan, approve=False, reason="Too early").state == RequestState.DECLINED
    with pytest.raises(Conflict) as settled:
        decide(request, jan)
    assert settled.value.code == "request_settled"


def test_only_the_asker_takes_it_back(workspace: Workspace, maria: Principal, jan: Principal) -> None:
    request = asked(workspace, maria)
    with pytest.raises(ProblemError) as refused:
        requests.withdraw(jan, request.id)
    assert refused.value.code == "not_yours"
    assert requests.withdraw(maria, request.id).state == RequestState.WITHDRAWN


def test_what_nobody_decides_within_a_week_is_void(workspace: Workspace, maria: Principal, jan: Principal) -> None:
    request = asked(workspace, maria)
    Request.objects.filter(id=request.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Conflict, match="Nobody decided within seven days"):
        decide(request, jan)
    requests.expire_requests()
    request.refresh_from_db()
    assert request.state == RequestState.EXPIRED
    assert AuditEvent.objects.filter(workspace_id=workspace.id).latest("seq").action == "request.expired"
