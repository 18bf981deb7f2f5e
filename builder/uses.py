"""Keeps the index of which workflows refer to which assets."""

from __future__ import annotations

from builder.models import Draft, Version, Workflow
from builder.references import Kind, references
from orchestrator.assets.models import Holder, Place
from orchestrator.assets.where_used import drop_uses, keep_uses
from orchestrator.engine.graph import Graph, parse_graph
from orchestrator.nodes.registry import catalogue


def keep_draft_uses(workflow: Workflow, graph: Graph) -> None:
    """What its draft refers to now. Part of the transaction that saves it."""
    _keep(workflow, Place.DRAFT, graph)


def keep_live_uses(workflow: Workflow, version: Version) -> None:
    """What is live refers to now. Part of the transaction that publishes it."""
    _keep(workflow, Place.LIVE, parse_graph(version.graph))


def keep_uses_again(workflow: Workflow) -> None:
    """Of one that comes back from the archive."""
    keep_draft_uses(workflow, parse_graph(Draft.objects.get(workflow=workflow).graph))
    if workflow.live_version is not None:
        keep_live_uses(workflow, workflow.live_version)


def drop_workflow_uses(workflow: Workflow) -> None:
    """Of one that goes into the archive: it holds nothing back any more."""
    drop_uses(workflow.pk)


def _keep(workflow: Workflow, place: Place, graph: Graph) -> None:
    found = references(graph, catalogue())
    named = ((one.name, one.node) for one in found if one.kind is Kind.ASSET)
    keep_uses(workflow.workspace_id, Holder.WORKFLOW, workflow.pk, place, named)
