"""A published workflow as a tool: something that agents, steps and agents outside can call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from builder.models import Callers, Workflow
from builder.offered import NotOfferable, input_schema
from orchestrator.api.errors import Invalid
from orchestrator.assets import actions as assets
from orchestrator.assets.models import Asset, AssetVersion, Kind
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal


def offer_as_tool(
    principal: Principal,
    workflow: Workflow,
    *,
    title: str,
    description: str,
    name: str,
    effect: str,
    approval: str,
    seconds: float,
    asset: UUID | None = None,
) -> AssetVersion:
    """A new tool that runs `workflow`, live at once; with `asset` a version of that one, which changes nothing yet.

    It asks for what the live version's start by hand asks for now.
    """
    with transaction.atomic():
        live = workflow.live_version
        if live is None:
            raise Invalid("not_live", "This workflow is not published yet. Publish it first.")
        try:
            schema = input_schema(live.graph)
        except NotOfferable as error:
            raise Invalid("not_offerable", f"This workflow cannot be a tool. {error}") from error
        config: dict[str, Any] = {
            "type": "workflow",
            "name": name,
            "description": description,
            "input_schema": schema,
            "effect": effect,
            "approval": approval,
            "seconds": seconds,
            "workflow": str(workflow.pk),
        }
        note = f"{workflow.name}, version {live.number}"[:500]
        if asset is not None:
            made = Asset.objects.find(principal, asset)
            return assets.register_version(principal, made, config=config, note=note)
        made = assets.create_asset(
            principal, workflow.workspace_id, name=name, title=title, kind=Kind.TOOL, description=description
        )
        version = assets.register_version(principal, made, config=config, note=note)
        assets.put_live_first(principal, version)
    return version


def refuse_uncallable(principal: Principal, workspace_id: UUID, workflow: str) -> None:
    """Subscriber of `workflow.offered`: only who may run a workflow makes it a tool, and only if it may be called."""
    try:
        wanted = UUID(workflow)
    except ValueError:
        wanted = None
    rows = Workflow.objects.visible_to(principal).filter(workspace_id=workspace_id, archived_at__isnull=True)
    found = rows.filter(pk=wanted).first() if wanted else None
    if found is None:
        raise Invalid("workflow_unknown", "The workflow of this tool does not exist. Choose another one.")
    sharing.require(principal, "workflow:run", found)
    if found.callable_by == Callers.NOBODY:
        raise Invalid("not_callable", "This workflow may not be run by others. Allow it in its settings first.")
