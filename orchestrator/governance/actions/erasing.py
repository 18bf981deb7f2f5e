"""Erasing a person from a trail: names and addresses go, what was done stays, and the chain stays whole. They go from
what a second person was asked for, too."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Max, Q, TextField
from django.db.models.functions import Cast

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.requests import hash_of
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.commitments import ERASED, MARK, PERSONAL_OBJECTS
from orchestrator.governance.models import (
    AccessToken,
    AuditEvent,
    AuditHead,
    AuditValue,
    Invitation,
    Membership,
    Request,
    RequestState,
    SavedSearch,
    User,
    Workspace,
)
from orchestrator.governance.principal import Principal
from orchestrator.governance.verification import ERASED as PERSON_ERASED


@dataclass(frozen=True, kw_only=True)
class Former:
    """Somebody whom the trail names and who is no member any more."""

    id: UUID
    name: str
    last_at: datetime | None
    """When they last did something here."""


def former_people(principal: Principal, workspace_id: UUID) -> list[Former]:
    """By name."""
    workspace = enter(principal, workspace_id, "member:manage")
    members = Membership.objects.filter(workspace_id=workspace.id).values_list("user_id", flat=True)
    told = AuditValue.objects.filter(workspace_id=workspace.id).exclude(about=None).exclude(about__in=members)
    ids = set(told.values_list("about", flat=True))
    events = AuditEvent.objects.filter(workspace_id=workspace.id, actor_id__in=ids).exclude(actor_name=ERASED)
    did = {
        row["actor_id"]: row
        for row in events.order_by().values("actor_id").annotate(at=Max("at"), name=Max("actor_name"))
    }
    accounts = dict(User.objects.filter(id__in=ids).values_list("id", "name"))
    programs = User.objects.filter(id__in=ids).exclude(owner=None).values_list("id", flat=True)
    found = [_former(id, did.get(id), accounts.get(id, "")) for id in ids - set(programs)]
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.id)))


def _former(id: UUID, did: dict | None, account: str) -> Former:
    return Former(id=id, name=did["name"] if did else account, last_at=did["at"] if did else None)


def erase_person(principal: Principal, workspace_id: UUID, person_id: UUID, *, reason: str) -> bool:
    """Remove every name and address of somebody who left from the trail of the workspace.

    Their account goes, too, where they belong to no other workspace: what they made then shows no name. Gives whether
    it did. Names that events tell without saying whose they are go where they are the same.
    """
    workspace = enter(principal, workspace_id, "member:manage")
    if not reason.strip():
        raise Invalid("reason_missing", "Say why: an auditor will ask.")
    with transaction.atomic():
        names = _names(workspace.id, person_id)
        asked = _locked_requests(workspace.id, person_id, names)  # before the workspace, as by whoever decides
        workspace = Workspace.objects.select_for_update(no_key=True).get(id=workspace.id)
        user = User.objects.select_for_update().filter(id=person_id).first()
        _require_erasable(workspace, person_id)
        AuditHead.objects.select_for_update().filter(workspace_id=workspace.id).first()  # nothing names them meanwhile
        gone = _erase_values(workspace.id, person_id, names)
        if not gone:
            raise NotFound("not_named", "The trail names nobody like this any more. Load the page again.")
        for request in asked:
            _erase_request(request, str(person_id), names)
        AccessToken.objects.filter(workspace=workspace, user_id=person_id).update(last_used_ip=None)
        closed = user is not None and _forget(workspace, user)
        audit.record(
            principal,
            PERSON_ERASED,
            workspace_id=workspace.id,
            object_type="person",
            object_id=person_id,
            reason=reason.strip(),
            detail={"commitments": gone, "account": closed},
        )
    return closed


def _require_erasable(workspace: Workspace, person_id: UUID) -> None:
    if workspace.legal_hold:
        raise Conflict("legal_hold", "A legal hold is on this trail: nobody is erased from it. Lift the hold first.")
    if Membership.objects.filter(workspace=workspace, user_id=person_id).exists():
        raise Conflict("still_member", "This person still belongs to the workspace. Remove them from it first.")


def _names(workspace_id: UUID, person_id: UUID) -> set[str]:
    """What the person is or was called here, and their addresses."""
    told = AuditValue.objects.filter(workspace_id=workspace_id, about=person_id).values_list("value", flat=True)
    account = User.objects.filter(id=person_id).values_list("name", "email").first() or ()
    return {*told, *account} - {ERASED}


def _locked_requests(workspace_id: UUID, person_id: UUID, names: Collection[str]) -> list[Request]:
    """Those that may name the person, locked."""
    named = Q(object_name__in=names) | Q(said__contains=str(person_id))
    for name in names:
        named |= Q(said__contains=json.dumps(name, ensure_ascii=False))
    requests = Request.objects.filter(workspace_id=workspace_id).annotate(said=Cast("payload", TextField()))
    return list(requests.filter(named).select_for_update().order_by("id"))


def _erase_request(request: Request, person_id: str, names: Collection[str]) -> None:
    """What is settled keeps the hash of what was agreed to; what is open can be decided as it stands then."""
    request.payload = _without(request.payload, person_id, names)
    personal = request.object_type in PERSONAL_OBJECTS or "@" in request.object_name
    somebody_else = Membership.objects.filter(id=request.object_id)
    if personal and request.object_name in names and not somebody_else.exists():
        request.object_name = ERASED
    if request.state == RequestState.OPEN:
        request.content_hash = hash_of(request.payload)
    request.save(update_fields=["payload", "object_name", "content_hash"])


def _without(payload: dict[str, Any], person_id: str, names: Collection[str]) -> dict[str, Any]:
    """What was asked for without the name. Where it says whose a name is, others of that name keep it."""
    told = dict(payload)
    for field in ("person", "run_as"):
        if field in told and told[field]["id"] == person_id:
            told[field] = {**told[field], "name": ERASED}
    if told.get("user") == person_id:
        told["whom"] = ERASED
    for field in ("author", "email"):
        if told.get(field) in names:
            told[field] = ERASED
    if "added" in told:
        told["added"] = [ERASED if name in names else name for name in told["added"]]
    return told


def _erase_values(workspace_id: UUID, person_id: UUID, names: Iterable[str]) -> list[str]:
    """The digests of what was removed; none where the trail knows of nothing that is theirs."""
    values = AuditValue.objects.filter(workspace_id=workspace_id)
    theirs = dict(values.filter(about=person_id).values_list("commitment", "value"))
    if not theirs:
        return []
    same = {*theirs.values(), *names} - {ERASED}
    theirs |= dict(values.filter(about=None, value__in=same).values_list("commitment", "value"))
    values.filter(commitment__in=theirs).delete()
    return sorted(commitment.removeprefix(MARK) for commitment in theirs)


def _forget(workspace: Workspace, user: User) -> bool:
    """Outside of the trail, too. The row of an account that is closed stays for what points at it: nothing in it says
    who it was, and nobody signs in by it."""
    Invitation.objects.filter(workspace=workspace, email=user.email).delete()
    if Membership.objects.filter(user=user).exists():
        return False
    for session in UserSession.objects.filter(user=user):
        session.end()
    for kind in (EmailAddress, SocialAccount, Authenticator, SavedSearch):
        kind.objects.filter(user=user).delete()
    user.name, user.email, user.preferences = ERASED, f"{user.id}@erased.invalid", {}
    user.is_active, user.last_login, user.last_seen_at = False, None, None
    user.set_unusable_password()
    user.save()
    return True
