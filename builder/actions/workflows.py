"""Making, describing and putting away workflows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from builder.actions.locking import locked_row, record, refuse_archived, require
from builder.models import Draft, Status, Workflow
from builder.starters.folders import starter
from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Graph, content_hash, graph_json
from orchestrator.governance.principal import Principal

DESCRIBED = ("name", "description", "callable_by", "max_running")
"""What an editor may change of a workflow beside its graph."""


def create_workflow(principal: Principal, workspace_id: UUID, *, name: str, template: str = "") -> Workflow:
    """A workflow with an empty draft, or with the graph of a starter."""
    principal.require("workflow:edit", workspace_id, object_type="workflow")
    graph, description = _first_graph(template)
    with transaction.atomic():
        workflow = Workflow.objects.create(
            workspace_id=workspace_id, name=name, description=description, starter=template, owner_id=principal.id
        )
        Draft.objects.create(
            workflow=workflow,
            graph=graph_json(graph),
            content_hash=content_hash(graph),
            changed_by_id=principal.id,
        )
        record(principal, "workflow.created", workflow, after={"name": name, "template": template})
    return workflow


def describe_workflow(principal: Principal, workflow: Workflow, **changes: Any) -> Workflow:
    """Change some of `DESCRIBED`."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        before = {field: getattr(locked, field) for field in DESCRIBED}
        after = before | {field: changes[field] for field in DESCRIBED if field in changes}
        if after == before:
            return locked
        for field, value in after.items():
            setattr(locked, field, value)
        locked.save(update_fields=[*DESCRIBED, "changed_at"])
        record(principal, "workflow.changed", locked, before=before, after=after)
    return locked


def archive_workflow(principal: Principal, workflow: Workflow) -> Workflow:
    """Put it out of sight. One that is live is paused with it, so that bringing it back starts nothing."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        if locked.status == Status.LIVE:
            require(principal, "workflow:publish", locked)
        put_away(principal, locked)
    return locked


def put_away(principal: Principal, locked: Workflow) -> None:
    """Part of the verb that decided it, in its transaction."""
    locked.archived_at = timezone.now()
    locked.paused = locked.live_version_id is not None
    locked.save(update_fields=["archived_at", "paused", "changed_at"])
    announce("workflow.paused", workflow_id=locked.pk)
    record(principal, "workflow.archived", locked, before={"archived": False}, after={"archived": True})


def restore_workflow(principal: Principal, workflow: Workflow) -> Workflow:
    """Bring it back from the archive, paused."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        if locked.archived_at is None:
            raise Conflict("not_archived", "This workflow is not in the archive.")
        locked.archived_at = None
        locked.save(update_fields=["archived_at", "changed_at"])
        record(principal, "workflow.restored", locked, before={"archived": True}, after={"archived": False})
    return locked


def _first_graph(template: str) -> tuple[Graph, str]:
    if not template:
        return Graph(), ""
    found = starter(template)
    if found is None:
        problem = Problem(
            code="template_unknown",
            message=f"There is no template {template!r}.",
            hint="Choose one from the list.",
            field="template",
        )
        raise Invalid(problems=[problem.as_json()])
    return found.graph, found.description
