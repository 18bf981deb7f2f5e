"""What takes a second person: asked by one, decided by another.

Whether somebody may decide about this one object is asked by the room that the object belongs to; here stands who is a
second person, and that it is decided once. An approved request is carried out by the subscribers of its topic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid, NotFound, ProblemError
from orchestrator.engine.errors import Problem
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import REQUEST_LIFE, FourEyes, Request, RequestState, User, Workspace
from orchestrator.governance.principal import Principal, system
from orchestrator.governance.requests import holds_right, kind_of, seen_by

MOST_AT_ONCE = 100
WHY = "Say why: whoever decides needs to know."
OWN_WHY = "You agree to what you asked for or made yourself: say why that is right."


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a request is about."""

    type: str
    id: UUID
    name: str


def ask(
    principal: Principal,
    workspace_id: UUID,
    *,
    kind: str,
    subject: Subject,
    payload: Mapping[str, Any],
    reason: str,
    authors: Iterable[UUID | None] = (),
) -> Request:
    """Open until somebody decides, for seven days. `payload` is JSON without floats: its hash is what is agreed to.

    Raises `Invalid` without a reason: whoever decides needs it.
    """
    if not reason.strip():
        raise Invalid("reason_missing", WHY, [_wrong_reason(WHY)])
    request = Request(
        workspace_id=workspace_id,
        kind=kind,
        object_type=subject.type,
        object_id=subject.id,
        object_name=subject.name[:200],
        payload=payload,
        content_hash=hash_of(payload),
        requester_id=principal.id,
        person=principal.natural_person,
        authors=_natural_persons(authors),
        reason=reason.strip(),
        expires_at=timezone.now() + REQUEST_LIFE,
    )
    with transaction.atomic():
        request.save(force_insert=True)
        _record(principal, "request.asked", request, reason=reason)
    return request


def _natural_persons(users: Iterable[UUID | None]) -> list[UUID]:
    """Those, or who answers for the programs among them."""
    known = {user for user in users if user is not None}
    owners = dict(User.objects.filter(id__in=known).exclude(owner=None).values_list("id", "owner_id"))
    return sorted({owners.get(user, user) for user in known})


def decide(principal: Principal, request_id: UUID, *, approve: bool, reason: str, content_hash: bytes) -> Request:
    """Agree or decline, once. Raises `Conflict` for what was settled meanwhile or is not what the person saw, and a
    refusal (403) where it takes somebody else."""
    with transaction.atomic():
        request = _locked_open(request_id)
        if bytes(request.content_hash) != content_hash or hash_of(request.payload) != content_hash:
            raise Conflict("request_changed", "This is not the request that you looked at. Load the page again.")
        if approve:
            _require_second_person(principal, request, reason)
        elif not reason:
            raise Invalid("reason_missing", "Say why you decline, so that whoever asked can do better.")
        _settle(request, RequestState.APPROVED if approve else RequestState.DECLINED, principal, reason)
        alone = approve and is_own(principal, request)
        _record(principal, "request.approved" if approve else "request.declined", request, reason=reason, alone=alone)
        _tell(principal, request)
    return request


def find_request(principal: Principal, request_id: UUID) -> Request:
    """One that the principal sees. Raises `NotFound`."""
    known = Request.objects.visible_to(principal).filter(id=request_id).first()
    shown = None if known is None else seen_by(principal, known.workspace_id).filter(id=request_id)
    request = None if shown is None else shown.select_related("requester", "decider").first()
    if request is None:
        raise NotFound()
    return request


def decide_seen(principal: Principal, request_id: UUID, *, approve: bool, reason: str, content_hash: str) -> Request:
    """Agree or decline for somebody who sees it, whatever its kind. Raises `Denied` without the right that it takes.

    `content_hash` is that of the request as the person saw it.
    """
    request = find_request(principal, request_id)
    if not holds_right(principal, request):
        raise Denied(
            kind_of(request).verb,
            workspace_id=request.workspace_id,
            object_type=request.object_type,
            object_id=request.object_id,
        )
    try:
        seen = bytes.fromhex(content_hash)
    except ValueError as error:
        raise Invalid("request_changed", "This is not the request that you looked at. Load the page again.") from error
    decide(principal, request_id, approve=approve, reason=reason, content_hash=seen)
    return find_request(principal, request_id)


def withdraw_seen(principal: Principal, request_id: UUID) -> Request:
    withdraw(principal, find_request(principal, request_id).id)
    return find_request(principal, request_id)


def withdraw(principal: Principal, request_id: UUID, *, reason: str = "") -> Request:
    """Take back what one has asked for oneself."""
    with transaction.atomic():
        request = _locked_open(request_id)
        if not may_withdraw(principal, request):
            raise ProblemError(403, "not_yours", "Only whoever asked can take the request back. Decline it instead.")
        _settle(request, RequestState.WITHDRAWN, principal, reason)
        _record(principal, "request.withdrawn", request, reason=reason)
        _tell(principal, request)
    return request


def void_requests(principal: Principal, workspace_id: UUID, kinds: Sequence[str], object_id: UUID) -> None:
    """What these were about has changed, so nobody can agree to it any more. Part of the change's transaction."""
    about = Request.objects.open().filter(workspace_id=workspace_id, object_id=object_id, kind__in=kinds)
    for request in about.select_for_update().order_by("id"):
        _settle(request, RequestState.VOID, principal, "")
        _record(principal, "request.voided", request)
        _tell(principal, request)


def finish(request_id: UUID) -> None:
    """What was agreed to has happened. Part of the transaction in which it does."""
    Request.objects.filter(id=request_id, state=RequestState.APPROVED).update(state=RequestState.DONE)


def expire_requests() -> None:
    """What nobody decided in time is settled. Called by the sweep."""
    with transaction.atomic():
        overdue = Request.objects.overdue().select_for_update(skip_locked=True).order_by("id")[:MOST_AT_ONCE]
        for request in overdue:
            _settle(request, RequestState.EXPIRED, system("requests"), "")
            _record(system("requests"), "request.expired", request)
            _tell(system("requests"), request)


def may_decide(principal: Principal, request: Request) -> bool:
    """Whether it could be this person who agrees, as far as second persons go."""
    return principal.is_system or not is_own(principal, request) or not second_person_required(request.workspace_id)


def may_withdraw(principal: Principal, request: Request) -> bool:
    """Whether they asked for it, themselves or by a program they answer for."""
    person = principal.natural_person
    return principal.is_system or (person is not None and person in {request.requester_id, request.person})


def is_own(principal: Principal, request: Request) -> bool:
    """Whether agreeing would be agreeing to one's own: asked for, or made, by the same natural person."""
    person = principal.natural_person
    return person is not None and person in {request.requester_id, request.person, *request.authors}


def second_person_required(workspace_id: UUID) -> bool:
    return Workspace.objects.filter(id=workspace_id, four_eyes=FourEyes.REQUIRED).exists()


def hash_of(payload: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(audit.canonical(payload)).digest()


def _require_second_person(principal: Principal, request: Request, reason: str) -> None:
    if not may_decide(principal, request):
        raise ProblemError(
            403, "second_person", "Somebody else has to agree: you asked for this, or you made what it is about."
        )
    if not principal.is_system and is_own(principal, request) and not reason.strip():
        raise Invalid("reason_missing", OWN_WHY, [_wrong_reason(OWN_WHY)])


def _wrong_reason(message: str) -> dict[str, Any]:
    return Problem(code="reason_missing", message=message, hint="", field="reason").as_json()


def _locked_open(request_id: UUID) -> Request:
    request = Request.objects.select_for_update().get(id=request_id)
    if request.standing is not RequestState.OPEN:
        words = {
            RequestState.EXPIRED: "Nobody decided within seven days, so this request is void. Ask again.",
            RequestState.WITHDRAWN: "This request was taken back.",
            RequestState.VOID: "What this was about has changed since, so this request is void. Ask again.",
        }
        told = words.get(request.standing, "Somebody has decided about this already. Load the page again.")
        raise Conflict("request_settled", told, state=str(request.standing))
    return request


def _settle(request: Request, state: RequestState, principal: Principal, reason: str) -> None:
    request.state, request.decider_id, request.decided_at = state, principal.id, timezone.now()
    request.decision_reason = reason
    request.save(update_fields=["state", "decider", "decided_at", "decision_reason"])


def _tell(principal: Principal, request: Request) -> None:
    """The rooms above carry it out, or put it aside."""
    if request.state == RequestState.APPROVED:
        announce("request.approved", request=request.id, principal=principal)
    else:
        announce("request.refused", request=request.id)


def _record(principal: Principal, action: str, request: Request, *, reason: str = "", alone: bool = False) -> None:
    audit.record(
        principal,
        action,
        workspace_id=request.workspace_id,
        object_type=request.object_type,
        object_id=request.object_id,
        object_name=request.object_name,
        after={"request": str(request.id), "kind": request.kind, "hash": bytes(request.content_hash).hex()},
        reason=reason,
        detail={
            "asked_by": str(request.requester_id or ""),
            "payload": request.payload,
            **({"alone": True} if alone else {}),
        },
    )
