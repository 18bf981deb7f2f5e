"""From what a browser sent to a graph that can be stored."""

from __future__ import annotations

import json
from typing import Any

from orchestrator.api.errors import Invalid, ProblemError
from orchestrator.engine.errors import GraphInvalid
from orchestrator.engine.graph import Graph, graph_json, parse_graph

LARGEST_GRAPH = 2 * 1024 * 1024
"""Bytes of the graph as JSON."""


def read_graph(data: Any) -> Graph:
    """Raises `Invalid` with every fault of shape, and a 413 for a graph that is too large."""
    try:
        graph = parse_graph(data)
    except GraphInvalid as error:
        raise Invalid(
            "graph_invalid",
            "This is not a workflow, so nothing was saved.",
            [problem.as_json() for problem in error.problems],
        ) from error
    if len(json.dumps(graph_json(graph), ensure_ascii=False).encode()) > LARGEST_GRAPH:
        raise too_large()
    return graph


def too_large() -> ProblemError:
    return ProblemError(413, "graph_too_large", "The workflow is larger than 2 MB. Move long texts into files.")
