"""Graphs of the product's own, such as a training that somebody asked for: run as workflows, shown as their runs."""

from __future__ import annotations

from uuid import UUID

from builder.models import Callers, Version, Workflow
from orchestrator.engine.graph import content_hash, graph_json, parse_graph
from orchestrator.governance.principal import Principal


def inner_version(principal: Principal, workspace_id: UUID, inner: str, name: str, graph: dict[str, object]) -> Version:
    """The graph frozen as it is for a test run; the same content gives the same version."""
    workflow, _ = Workflow.objects.get_or_create(
        workspace_id=workspace_id,
        inner=inner,
        defaults={"name": name, "callable_by": Callers.NOBODY, "pause_after": None},
    )
    parsed = parse_graph(graph)
    version, _ = Version.objects.get_or_create(
        workflow=workflow,
        number=None,
        content_hash=content_hash(parsed),
        defaults={"graph": graph_json(parsed), "published_by_id": principal.id},
    )
    return version
