"""Erasing a person from a trail: names and addresses go, what was done stays, and the chain stays whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Max

from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.commitments import ERASED, MARK
from orchestrator.governance.models import (
    AuditEvent,
    AuditHead,
    AuditValue,
    Invitation,
    Membership,
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
        workspace = Workspace.objects.select_for_update(no_key=True).get(id=workspace.id)
        user = User.objects.select_for_update().filter(id=person_id).first()
        _require_erasable(workspace, person_id)
        AuditHead.objects.select_for_update().filter(workspace_id=workspace.id).first()  # nothing names them meanwhile
        gone = _erase_values(workspace.id, person_id, {user.name, user.email} if user else set())
        if not gone:
            raise NotFound("not_named", "The trail names nobody like this any more. Load the page again.")
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
