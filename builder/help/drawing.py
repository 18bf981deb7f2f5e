"""From what the model filled in to a graph, laid out from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from builder.placeholders import label_of, placeholder_for
from builder.references import Kind, references
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Graph, graph_json, parse_graph
from orchestrator.nodes.registry import catalogue

ACROSS, DOWN = 348, 132
FRAME_PAD, FRAME_HEAD = 36, 96
STEP = {"width": 240, "height": 72}

Step = Mapping[str, Any]


def draw(steps: Sequence[Step], before: Graph) -> Graph:
    """The graph of these steps; one that was there before keeps its place, and what the model knows nothing of.

    Raises `GraphInvalid` for keys that stand twice, and the like.
    """
    old = {node["key"]: node for node in graph_json(before)["nodes"]}
    places = _places(steps)
    nodes = []
    for step in steps:
        known = old.get(step["key"], {})
        kept = known if known.get("type") == step["type"] and known.get("parent") == step["inside"] else {}
        nodes.append(
            {
                **kept,
                "key": step["key"],
                "type": step["type"],
                "type_version": kept.get("type_version") or _version(step["type"]),
                "name": step["name"],
                "config": step["settings"],
                "parent": step["inside"],
                "position": kept.get("position") or places[step["key"]],
                **_size(step, steps, places),
            }
        )
    edges = [
        {
            "id": f"{one['step']}-{one['path']}-{step['key']}",
            "source": one["step"],
            "source_port": one["path"] or "out",
            "target": step["key"],
        }
        for step in steps
        for one in step["after"]
    ]
    notes = graph_json(before)["notes"]
    return parse_graph({"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": notes})


def steps_of(graph: Graph) -> list[dict[str, Any]]:
    """The reverse: a graph as the model is shown it."""
    before: dict[str, list[dict[str, str]]] = {}
    for edge in graph.edges:
        before.setdefault(edge.target, []).append({"step": edge.source, "path": edge.source_port})
    return [
        {
            "key": node.key,
            "type": node.type,
            "name": node.name,
            "inside": node.parent,
            "after": before.get(node.key, []),
            "settings": node.config,
        }
        for node in graph.nodes
    ]


def leave_open(graph: Graph, problems: Sequence[Problem]) -> Graph:
    """Settings that cannot be used become blanks, which are asked for where the workflow is set up."""
    document = graph_json(graph)
    nodes = {node["key"]: node for node in document["nodes"]}
    for problem in problems:
        if problem.node in nodes and problem.field and problem.field.startswith("config."):
            nodes[problem.node]["config"].pop(problem.field.split(".")[1], None)
    return parse_graph(document)


def blank_references(graph: Graph, known_assets: frozenset[str]) -> Graph:
    """Accounts, files and workflows are chosen by people; a model or tool stays where there is one of that name."""
    document = graph_json(graph)
    nodes = {node["key"]: node for node in document["nodes"]}
    for found in references(graph, catalogue()):
        if found.kind is Kind.ASSET and found.name.partition("@")[0] in known_assets:
            continue
        _put(nodes[found.node], found.field, placeholder_for(WHAT[found.kind]))
    return parse_graph(document)


WHAT = {
    Kind.ASSET: "Model to use",
    Kind.CREDENTIAL: "Account to use",
    Kind.FILE: "File to use",
    Kind.WORKFLOW: "Workflow to run",
}


def open_ends(graph: Graph) -> int:
    """How many blanks a person has to fill in."""
    return sum(_blanks(node.config) for node in graph.nodes)


def _blanks(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_blanks(one) for one in value.values())
    if isinstance(value, list):
        return sum(_blanks(one) for one in value)
    return int(label_of(value) is not None)


def _put(node: dict[str, Any], field: str, value: Any) -> None:
    holder: Any = node
    *path, last = field.split(".")
    for part in path:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    if isinstance(holder, list):
        holder[int(last)] = value
    else:
        holder[last] = value


def _version(type: str) -> int:
    return max((version for known, version in catalogue() if known == type), default=1)


def _places(steps: Sequence[Step]) -> dict[str, dict[str, int]]:
    """Columns by how many steps come before, rows in the order of the answer; inside a frame from its corner."""
    columns = _columns(steps)
    used: dict[tuple[Any, int], int] = {}
    places: dict[str, dict[str, int]] = {}
    for step in steps:
        inside, column = step["inside"], columns[step["key"]]
        row = used.get((inside, column), 0)
        used[(inside, column)] = row + 1
        left, top = (FRAME_PAD, FRAME_HEAD) if inside else (0, 0)
        places[step["key"]] = {"x": left + column * ACROSS, "y": top + row * DOWN}
    return places


def _columns(steps: Sequence[Step]) -> dict[str, int]:
    columns = {step["key"]: 0 for step in steps}
    frames = {step["inside"]: 0 for step in steps if step["inside"]}
    for _ in steps:  # as often as the longest way can be; a circle is told by the checks
        for step in steps:
            for before in step["after"]:
                least = columns.get(before["step"], 0) + max(1, frames.get(before["step"], 0))
                columns[step["key"]] = min(max(columns[step["key"]], least), len(steps))
            if step["inside"] in frames:
                frames[step["inside"]] = max(frames[step["inside"]], columns[step["key"]] + 1)
    return columns


def _size(step: Step, steps: Sequence[Step], places: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    inside = [places[one["key"]] for one in steps if one["inside"] == step["key"]]
    if not inside:
        return {}
    width = max(place["x"] for place in inside) + STEP["width"] + FRAME_PAD
    height = max(place["y"] for place in inside) + STEP["height"] + FRAME_PAD
    return {"size": {"width": width, "height": height}}
