"""Workflows kept as starting points for others."""

from __future__ import annotations

from django.db import transaction

from builder.actions.exchanging import names_in
from builder.actions.locking import require
from builder.models import Draft, Workflow
from builder.portable import portable
from builder.template import Template
from orchestrator.engine.graph import graph_json, parse_graph
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal


def save_template(principal: Principal, workflow: Workflow, *, name: str, description: str, category: str) -> Template:
    """Keep the draft of a workflow for the whole workspace, without its accounts, files and secrets."""
    require(principal, "workflow:edit", workflow)
    principal.require("workflow:edit", workflow.workspace_id, object_type="workflow", object_id=workflow.pk)
    graph = parse_graph(Draft.objects.values_list("graph", flat=True).get(workflow=workflow))
    with transaction.atomic():
        template = Template.objects.create(
            workspace_id=workflow.workspace_id,
            name=name,
            description=description,
            category=category,
            graph=graph_json(portable(graph, names_in(principal, graph, workflow.workspace_id))),
            created_by_id=principal.id,
        )
        _record(principal, "template.created", template, detail={"workflow": str(workflow.pk)})
    return template


def delete_template(principal: Principal, template: Template) -> None:
    """Take it out of the gallery; workflows made from it stay."""
    principal.require("workflow:edit", template.workspace_id, object_type="template", object_id=template.pk)
    with transaction.atomic():
        _record(principal, "template.deleted", template)
        template.delete()


def _record(principal: Principal, action: str, template: Template, detail: dict[str, str] | None = None) -> None:
    audit.record(
        principal,
        action,
        workspace_id=template.workspace_id,
        object_type="template",
        object_id=template.pk,
        object_name=template.name,
        detail=detail,
    )
