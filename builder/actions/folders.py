"""Folders: made, renamed, put elsewhere, dissolved. They sort workflows for people; whoever one is shared with
has what is in it shared with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from builder.actions.folder_sharing import require_opening
from builder.models import DEEPEST, Folder, Workflow, with_below
from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.governance import audit
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

MOST = 1_000


def create_folder(principal: Principal, workspace_id: UUID, *, name: str, parent: UUID | None = None) -> Folder:
    """A folder at the top, or in another one."""
    principal.require("workflow:edit", workspace_id, object_type="folder")
    with transaction.atomic():
        folders = _locked(workspace_id)
        if len(folders) >= MOST:
            raise Conflict("too_many_folders", f"A workspace has at most {MOST:,} folders. Delete some first.")
        folder = Folder(workspace_id=workspace_id, name=name)
        _put(folder, name, parent, folders)
        folder.save(force_insert=True)
        _record(principal, "folder.created", folder, after=_told(folder, folders))
    return folder


def change_folder(principal: Principal, folder: Folder, **changes: Any) -> Folder:
    """`changes` holds `name`, `parent` (None: at the top) or both."""
    principal.require("workflow:edit", folder.workspace_id, object_type="folder", object_id=folder.pk)
    with transaction.atomic():
        folders = _locked(folder.workspace_id)
        locked = _there(folder.pk, folders)
        before = _told(locked, folders)
        require_opening(principal, locked.workspace_id, locked.parent_id, changes.get("parent", locked.parent_id))
        _put(locked, changes.get("name", locked.name), changes.get("parent", locked.parent_id), folders)
        after = _told(locked, folders)
        if after != before:
            locked.save(update_fields=["name", "parent"])
            _record(principal, "folder.changed", locked, before=before, after=after)
    return locked


def delete_folder(principal: Principal, folder: Folder) -> None:
    """Dissolve it: the workflows and folders in it move to where it stood."""
    principal.require("workflow:edit", folder.workspace_id, object_type="folder", object_id=folder.pk)
    with transaction.atomic():
        folders = _locked(folder.workspace_id)
        locked = _there(folder.pk, folders)
        before, parent = _told(locked, folders), locked.parent_id
        inside = [one for one in folders.values() if one.parent_id == locked.pk]
        beside = [one for one in folders.values() if one.parent_id == parent and one.pk != locked.pk]
        for one in inside:
            _refuse_name(one.name, beside)
        Folder.objects.filter(pk=locked.pk).delete()  # first, or one that is named like it could not take its place
        Folder.objects.filter(pk__in=[one.pk for one in inside]).update(parent=parent)
        moved = Workflow.objects.filter(workspace_id=locked.workspace_id, folder_id=locked.pk)
        detail = {"workflows_moved_up": moved.update(folder_id=parent), "folders_moved_up": len(inside)}
        _record(principal, "folder.deleted", locked, before=before, detail=detail)


def _locked(workspace_id: UUID) -> dict[UUID, Folder]:
    """All folders of the workspace. Two people who sort them at once take turns: a circle would swallow them."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
    return {folder.pk: folder for folder in Folder.objects.filter(workspace_id=workspace_id)}


def _there(id: UUID, folders: Mapping[UUID, Folder]) -> Folder:
    if id not in folders:
        raise NotFound()
    return folders[id]


def _put(folder: Folder, name: str, parent: UUID | None, folders: Mapping[UUID, Folder]) -> None:
    """Name it and put it there, unless that is no place for it."""
    if parent is not None and parent not in folders:
        raise Invalid("no_folder", "The folder to put it in is not there any more. Choose another one.")
    parents = {id: one.parent_id for id, one in folders.items()}
    inside = with_below(folder.pk, parents)
    if parent in inside:
        raise Conflict("folder_in_itself", "A folder cannot be put into itself. Choose another one.")
    if _depth(parent, parents) + _height(folder.pk, inside, parents) > DEEPEST:
        raise Conflict("too_deep", f"Folders can be nested {DEEPEST} deep, and this would be deeper.")
    beside = [one for one in folders.values() if one.parent_id == parent and one.pk != folder.pk]
    _refuse_name(name, beside)
    folder.name, folder.parent_id = name, parent


def _refuse_name(name: str, beside: Iterable[Folder]) -> None:
    if any(one.name == name for one in beside):
        raise Conflict("folder_exists", f"There is a folder “{name}” at this place already. Choose another name.")


def _depth(folder: UUID | None, parents: Mapping[UUID, UUID | None]) -> int:
    depth = 0
    while folder is not None:
        folder, depth = parents[folder], depth + 1
    return depth


def _height(folder: UUID, inside: set[UUID], parents: Mapping[UUID, UUID | None]) -> int:
    above = _depth(parents.get(folder), parents)
    return max(_depth(id, parents) if id in parents else above + 1 for id in inside) - above


def _told(folder: Folder, folders: Mapping[UUID, Folder]) -> dict[str, Any]:
    parent = folders.get(folder.parent_id) if folder.parent_id else None
    return {"name": folder.name, "in": parent.name if parent else None}


def _record(principal: Principal, action: str, folder: Folder, **more: Any) -> None:
    audit.record(
        principal,
        action,
        workspace_id=folder.workspace_id,
        object_type="folder",
        object_id=folder.pk,
        object_name=folder.name,
        **more,
    )
