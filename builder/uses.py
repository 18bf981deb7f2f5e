"""Keeps the index of which workflows refer to which assets."""

from __future__ import annotations

from builder.models import Draft, Version, Workflow
from builder.references import Kind, references
from orchestrator.assets.models import Holder, Place
from orchestrator.assets.where_used import drop_uses, hold, keep_uses
from orchestrator.engine.graph import Graph, parse_graph
from orchestrator.nodes.registry import catalogue


def keep_draft_uses(workflow: Workflow, graph: Graph) -> None:
    """What its draft refers to now. Part of the transaction that saves it."""
    _keep(workflow, Place.DRAFT, graph)


def keep_live_uses(workflow: Workflow, version: Version) -> None:
    """What is live refers to now. Part of the transaction that publishes it; raises `Conflict` for what is archived."""
    hold(workflow.workspace_id, _keep(workflow, Place.LIVE, parse_graph(version.graph)))


def keep_uses_again(workflow: Workflow) -> None:
    """Of one that comes back from the archive, paused: it may refer to what has been archived meanwhile."""
    _keep(workflow, Place.DRAFT, parse_graph(Draft.objects.get(workflow=workflow).graph))
    if workflow.live_version is not None:
        _keep(workflow, Place.LIVE, parse_graph(workflow.live_version.graph))


def drop_workflow_uses(workflow: Workflow) -> None:
    """Of one that goes into the archive: it holds nothing back any more."""
    drop_uses(workflow.pk)


def _keep(workflow: Workflow, place: Place, graph: Graph) -> list[str]:
    """Gives the references."""
    found = [one for one in references(graph, catalogue()) if one.kind is Kind.ASSET]
    named = [(one.name, one.node) for one in found]
    keep_uses(workflow.workspace_id, Holder.WORKFLOW, workflow.pk, place, named)
    return [name for name, _ in named]
