"""Whom a folder is shared with, and what it takes to put something where others see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from builder.folder_grants import FolderGrant
from builder.models import Folder
from orchestrator.api.errors import Conflict
from orchestrator.governance import audit
from orchestrator.governance.actions.granting import carry_out, told
from orchestrator.governance.actions.requests import Subject, second_person_required
from orchestrator.governance.actions.sharing import ask_to_share, wanted_grant, widens
from orchestrator.governance.grants import member_of, team_of
from orchestrator.governance.models import Request
from orchestrator.governance.principal import Principal
from orchestrator.governance.sharing import Level


def share_folder(
    principal: Principal,
    folder: Folder,
    *,
    level: Level,
    user: UUID | None = None,
    team: UUID | None = None,
    expires_at: datetime | None = None,
    reason: str = "",
) -> FolderGrant | Request:
    """Share all that is in it, now and later, and in the folders in it. Raises `Conflict` where it is already.

    Where a second person is demanded, the answer is the request.
    """
    with transaction.atomic():
        locked = _locked(principal, folder)
        member, group = member_of(locked.workspace_id, user), team_of(locked.workspace_id, team)
        if FolderGrant.objects.filter(folder=locked, member=member, team=group).exists():
            raise Conflict("shared_already", "It is shared with them already. Change what they may do instead.")
        made = FolderGrant(
            folder=locked, member=member, team=group, level=level, expires_at=expires_at, granted_by_id=principal.id
        )
        if (asked := ask_to_share(principal, locked.workspace_id, _subject(locked), made, None, reason)) is not None:
            return asked
        _save_new(principal, made, reason, {"alone": True})
    return made


def _save_new(principal: Principal, made: FolderGrant, reason: str, detail: dict[str, Any]) -> None:
    made.save(force_insert=True)
    _record(principal, "folder.shared", made, detail, after=made.facts, reason=reason)


def change_folder_grant(
    principal: Principal, grant: FolderGrant, changes: dict[str, Any], *, reason: str = ""
) -> FolderGrant | Request:
    """`changes` holds level, expires_at, or both. Where a second person is demanded for more than before, the answer
    is the request."""
    with transaction.atomic():
        locked = _locked(principal, grant.folder)
        grant.read_again()
        before, wider = grant.facts, widens(grant, changes)
        for field, value in changes.items():
            setattr(grant, field, value)
        if wider:
            asked = ask_to_share(principal, locked.workspace_id, _subject(locked), grant, before, reason)
            if asked is not None:
                return asked
        if grant.facts != before:
            _save_changed(principal, grant, before, reason, {"alone": True} if wider else {})
    return grant


def _save_changed(
    principal: Principal, grant: FolderGrant, before: dict[str, Any], reason: str, detail: dict[str, Any]
) -> None:
    grant.save(update_fields=["level", "expires_at"])
    _record(principal, "folder.sharing_changed", grant, detail, before=before, after=grant.facts, reason=reason)


def share_approved(request: UUID, principal: Principal) -> None:
    """Carry out what was agreed to about the sharing of a folder. Subscribes to `request.approved`."""

    def share(agreed: Request, asker: Principal) -> None:
        locked, detail = _locked(asker, Folder.objects.find(asker, agreed.object_id)), told(agreed)
        wanted = wanted_grant(FolderGrant.objects.filter(folder=locked), locked.workspace_id, agreed.payload)
        if wanted.row is None:
            made = FolderGrant(folder=locked, granted_by_id=asker.id, **wanted.fields)
            _save_new(principal, made, "", detail)
        else:
            before = wanted.row.facts
            wanted.apply()
            _save_changed(principal, wanted.row, before, "", detail)

    carry_out(request, "folder", share)


def _subject(folder: Folder) -> Subject:
    return Subject(type="folder", id=folder.pk, name=folder.name)


def end_folder_grant(principal: Principal, grant: FolderGrant) -> None:
    """Stop sharing it with this person or team, at once."""
    with transaction.atomic():
        _locked(principal, grant.folder)
        grant.read_again()
        FolderGrant.objects.filter(pk=grant.pk).delete()
        _record(principal, "folder.unshared", grant, {}, before=grant.facts)


def require_opening(principal: Principal, workspace_id: UUID, before: UUID | None, after: UUID | None) -> None:
    """Who puts something that stood elsewhere into a folder that is shared shares it: it takes the right to.

    Raises `Denied` without, and `Conflict` where sharing takes a second person: nobody agreed to what is put there.
    """
    if not opens(workspace_id, before, after):
        return
    require_placing(principal, workspace_id, after)
    if not principal.is_system and second_person_required(workspace_id):
        raise Conflict(
            "folder_shared",
            "Others see what is in this folder, and sharing takes a second person here. Choose another folder, and "
            "share what you want to put here by itself: a second person is asked.",
        )


def require_placing(principal: Principal, workspace_id: UUID, folder: UUID | None) -> None:
    """Raises `Denied` for whoever may not make something new in this folder, because it is shared. Where a second
    person is demanded, one has agreed to all that will be made in it."""
    if opens(workspace_id, None, folder):
        principal.require("workflow:share", workspace_id, object_type="folder", object_id=folder)


def opens(workspace_id: UUID, before: UUID | None, after: UUID | None) -> bool:
    """Whether more people are named for what stands in the folder `after` than for what stands in `before`."""
    parents = dict(Folder.objects.filter(workspace_id=workspace_id).values_list("id", "parent_id"))
    opened = _chain(after, parents) - _chain(before, parents)
    return bool(opened) and FolderGrant.objects.filter(folder__in=opened).exists()


def _chain(folder: UUID | None, parents: dict[UUID, UUID | None]) -> set[UUID]:
    found: set[UUID] = set()
    while folder is not None and folder in parents:
        found.add(folder)
        folder = parents[folder]
    return found


def _locked(principal: Principal, folder: Folder) -> Folder:
    principal.require("workflow:share", folder.workspace_id, object_type="folder", object_id=folder.pk)
    return Folder.objects.select_for_update(no_key=True).get(pk=folder.pk)


def _record(principal: Principal, action: str, grant: FolderGrant, detail: dict[str, Any], **more: Any) -> None:
    audit.record(
        principal,
        action,
        workspace_id=grant.folder.workspace_id,
        object_type="folder",
        object_id=grant.folder_id,
        object_name=grant.folder.name,
        detail={**grant.whom, **detail},
        **more,
    )
