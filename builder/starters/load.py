"""Puts a starter into a workspace: the workflow, published, and its sample files."""

from __future__ import annotations

from django.db import transaction

from builder import actions
from builder.models import SampleFile, Workflow
from builder.starters.folders import Starter, starter, starters
from orchestrator.api.errors import NotFound
from orchestrator.artifacts.actions import save_file
from orchestrator.artifacts.content_types import content_type_of
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal

__all__ = ["Starter", "load_starter", "starters"]


def load_starter(key: str, workspace: Workspace, by: Principal) -> Workflow:
    """The workflow of this starter in this workspace; made and published the first time only."""
    found = starter(key)
    if found is None:
        raise NotFound("starter_unknown", f"There is no starter {key!r}.")
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        _save_inbox(found, workspace, by)
        loaded = Workflow.objects.filter(workspace=workspace, starter=key).order_by("id").first()
        if loaded is not None:
            return loaded
        workflow = actions.create_workflow(by, workspace.pk, name=found.name, template=key)
        actions.publish(by, workflow, note="Starter")
        workflow.refresh_from_db()
        return workflow


def _save_inbox(starter: Starter, workspace: Workspace, by: Principal) -> None:
    there = set(SampleFile.objects.filter(workspace=workspace, starter=starter.key).values_list("name", flat=True))
    for file in starter.inbox:
        if file.name in there:
            continue
        data = file.path.read_bytes()
        SampleFile.objects.create(
            workspace=workspace,
            starter=starter.key,
            name=file.name,
            title=file.title,
            description=file.description,
            artifact=save_file(by, workspace.pk, file.name, content_type_of(data), data),
        )
