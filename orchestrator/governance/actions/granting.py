"""Giving somebody more than they had: where the workspace demands it, a second person agrees first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from orchestrator.api.errors import Conflict, ProblemError
from orchestrator.governance.actions.requests import Subject, ask, finish, second_person_required
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import Request, RequestState, User
from orchestrator.governance.principal import Principal, person
from orchestrator.governance.requests import RequestKind

KIND = "grant.change"
OUTDATED = "Things have changed since this was asked for. Decline it, and ask again."


def ask_instead(
    principal: Principal,
    workspace_id: UUID,
    subject: Subject,
    payload: Mapping[str, Any],
    reason: str,
    *,
    gains: Collection[UUID] = (),
) -> Request | None:
    """The request that waits for a second person, where the workspace demands one; None: go on.

    Whoever `gains` by it does not agree to it, nor whoever answers for the program that does. Raises `Invalid` without
    a reason.
    """
    if principal.is_system or not second_person_required(workspace_id):
        return None
    _refuse_asked_twice(workspace_id, subject, payload)
    behind = User.objects.filter(pk__in=gains).values_list("owner_id", flat=True)
    return ask(
        principal, workspace_id, kind=KIND, subject=subject, payload=payload, reason=reason, authors=[*gains, *behind]
    )


def carry_out(request: UUID, object_type: str, act: Callable[[Request, Principal], None]) -> None:
    """What two people agreed to about a thing of this type; any other request is left alone. `act` does it, given the
    request and whoever asked.

    Raises `Conflict` where it cannot be done any more, or not by whoever asked.
    """
    agreed = Request.objects.select_related("requester").get(id=request)
    if agreed.kind != KIND or agreed.object_type != object_type:
        return
    try:
        act(agreed, asker_of(agreed))
    except (Denied, ProblemError) as error:
        raise Conflict("request_outdated", OUTDATED) from error
    finish(agreed.id)


def asker_of(request: Request) -> Principal:
    """Whoever asked, with the rights they have now. Raises `Conflict` where they are gone."""
    user = User.objects.filter(pk=request.requester_id, is_active=True).first()
    if user is None:
        raise Conflict("request_outdated", OUTDATED)
    return person(user)


def told(request: Request) -> dict[str, str]:
    """What the trail says of an act that two people agreed to."""
    return {"request": str(request.id), "asked_by": request.requester.name if request.requester else ""}


def approved(principal: Principal, workspace_id: UUID, payload: Mapping[str, Any]) -> Request | None:
    """What the principal asked for in these very words and somebody agreed to, and what has not happened yet."""
    rows = Request.objects.filter(
        workspace_id=workspace_id, kind=KIND, requester_id=principal.id, state=RequestState.APPROVED
    )
    return rows.usable().filter(payload=dict(payload)).order_by("-id").first()


def _refuse_asked_twice(workspace_id: UUID, subject: Subject, payload: Mapping[str, Any]) -> None:
    open_ones = Request.objects.open().filter(workspace_id=workspace_id, kind=KIND, object_id=subject.id)
    if open_ones.filter(payload=dict(payload)).exists():
        raise Conflict("request_open", "This was asked for already, and nobody has decided yet.")


def _seen(principal: Principal, workspace_id: UUID) -> Q:
    overseers = principal.may("member:manage", workspace_id) or principal.may("audit:read", workspace_id)
    return Q() if overseers else Q(pk__in=[])


def _decides(principal: Principal, request: Request) -> bool:
    return principal.may("member:manage", request.workspace_id)


GRANTS = RequestKind(verb="member:manage", seen=_seen, decides=_decides)
