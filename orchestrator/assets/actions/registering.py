"""New assets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from orchestrator.api.errors import Conflict, Invalid
from orchestrator.assets.actions.aliases import put_live_first
from orchestrator.assets.actions.locking import record
from orchestrator.assets.actions.versions import register_version
from orchestrator.assets.models import TASKS, Asset, Kind
from orchestrator.governance.principal import Principal

LONGEST_NAME = 100


def create_asset(
    principal: Principal,
    workspace_id: UUID,
    *,
    name: str,
    title: str,
    kind: str = Kind.MODEL,
    task: str = "",
    description: str = "",
    purpose: str = "",
    sample: bool = False,
) -> Asset:
    """An asset without versions, owned by its maker. Raises `Conflict` when the name is taken in this workspace."""
    with transaction.atomic():
        principal.require("asset:modify", workspace_id, object_type="asset")
        slug = slugify(name)[:LONGEST_NAME]
        if not slug:
            raise Invalid("name_invalid", "The name needs at least one letter from a to z.")
        _refuse_odd_task(kind, task)
        if Asset.objects.filter(workspace_id=workspace_id, name=slug).exists():
            raise Conflict("name_taken", f"There is a model named {slug!r} already. Choose another name.")
        asset = Asset.objects.create(
            workspace_id=workspace_id,
            name=slug,
            kind=kind,
            task=task,
            title=title,
            description=description,
            purpose=purpose,
            sample=sample,
            owner_id=principal.id,
        )
        after = {"title": title, "kind": str(kind), "task": task, "sample": sample}
        record(principal, "asset.registered", asset, after=after)
    return asset


def register_asset(
    principal: Principal, workspace_id: UUID, *, version: dict[str, Any] | None = None, **about: Any
) -> Asset:
    """An asset as `create_asset` makes it; with `version`, the members of `register_version`, that is live at once."""
    with transaction.atomic():
        asset = create_asset(principal, workspace_id, **about)
        if version is not None:
            put_live_first(principal, register_version(principal, asset, **version))
    return asset


def _refuse_odd_task(kind: str, task: str) -> None:
    if kind == Kind.MODEL and task not in TASKS:
        raise Invalid("task_missing", "Say what the model is made for: choose its task.")
    if kind != Kind.MODEL and task:
        raise Invalid("task_unfit", "Only models have a task. Leave it empty.")
