"""What a builder sees of the forms of a workflow."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from builder.models import Draft, Workflow
from orchestrator.engine.graph import Node, parse_graph
from orchestrator.nodes.start_form import StartForm
from orchestrator.triggers.models import PublicForm


@dataclass(frozen=True, kw_only=True)
class ShownForm:
    node: str
    address: str | None
    """None until the step is published for the first time."""
    who: str


def start_forms(graph: dict[str, object]) -> dict[str, Node]:
    """The steps of a stored graph that are forms, by key."""
    return {node.key: node for node in parse_graph(graph).nodes if node.type == StartForm.key}


def forms_of(workflow: Workflow) -> list[ShownForm]:
    """Every form of the draft, then those that only the live version still has."""
    drafted = start_forms(Draft.objects.get(workflow=workflow).graph)
    live = start_forms(workflow.live_version.graph) if workflow.live_version else {}
    slugs = dict(PublicForm.objects.filter(workflow=workflow).values_list("node", "slug"))
    return [
        ShownForm(
            node=key,
            address=f"{settings.PUBLIC_URL}/forms/{slugs[key]}" if key in live and key in slugs else None,
            who="workspace" if node.config.get("who") == "workspace" else "public",
        )
        for key, node in {**drafted, **live}.items()
    ]
