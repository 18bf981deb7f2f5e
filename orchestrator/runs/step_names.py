"""What people call the steps of a graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.nodes.registry import registry


def step_names(graph: Mapping[str, Any]) -> dict[str, str]:
    """By key: the name of the step, else the title of its type, as the canvas shows it."""
    titles = {key: kind.title for (key, _), kind in registry().types.items()}
    return {node["key"]: node.get("name") or titles.get(node["type"], node["key"]) for node in graph["nodes"]}
