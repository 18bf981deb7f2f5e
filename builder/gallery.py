"""What a workflow can be made from: the starters that ship, and the templates of one's own workspace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from builder.models import Workflow
from builder.portable import Needs, needs_of
from builder.starters.folders import Starter, starter, starters
from builder.template import Template
from orchestrator.engine.graph import Graph, graph_json, parse_graph
from orchestrator.governance.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One card of the gallery. A starter has no row."""

    key: str
    name: str
    description: str
    category: str
    graph: Graph
    row: Template | None = None

    @property
    def own(self) -> bool:
        """Of this workspace; everybody has the others."""
        return self.row is not None

    @property
    def steps(self) -> int:
        return len(self.graph.nodes)

    @property
    def document(self) -> dict[str, Any]:
        return graph_json(self.graph)

    @cached_property
    def needs(self) -> Needs:
        return needs_of(self.graph)


def offers(principal: Principal, workspace_id: UUID) -> list[Offer]:
    """The workspace's own, by name, then those that ship."""
    rows = Template.objects.visible_to(principal).filter(workspace_id=workspace_id).order_by("name", "id")
    return [*map(_own, rows), *map(_shipped, starters())]


def offer(workspace_id: UUID, key: str) -> Offer | None:
    """The one with this key, if it can be used in this workspace."""
    if found := starter(key):
        return _shipped(found)
    try:
        row = Template.objects.filter(workspace_id=workspace_id, id=UUID(key)).first()
    except ValueError:
        return None
    return _own(row) if row else None


def origin_of(workflow: Workflow) -> dict[str, str] | None:
    """What the workflow was made from, as long as that is there."""
    if workflow.template is not None:
        return {"key": str(workflow.template.pk), "name": workflow.template.name}
    found = starter(workflow.starter) if workflow.starter else None
    return {"key": found.key, "name": found.name} if found else None


def _own(row: Template) -> Offer:
    return Offer(
        key=str(row.pk),
        name=row.name,
        description=row.description,
        category=row.category,
        graph=parse_graph(row.graph),
        row=row,
    )


def _shipped(found: Starter) -> Offer:
    return Offer(
        key=found.key,
        name=found.name,
        description=found.description,
        category=found.category,
        graph=found.graph,
    )
