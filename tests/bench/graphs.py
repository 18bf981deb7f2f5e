"""The graphs of the workloads."""

from __future__ import annotations

from typing import Any

Graph = dict[str, Any]


def _node(key: str, type_: str, config: dict[str, Any], x: float = 0, y: float = 0, **rest: Any) -> dict[str, Any]:
    return {"key": key, "type": type_, "name": key, "config": config, "position": {"x": x, "y": y}, **rest}


def _edge(source: str, target: str) -> dict[str, Any]:
    return {"id": f"{source}-{target}", "source": source, "target": target}


def _plus_one(before: str) -> dict[str, Any]:
    return {"fields": [{"name": "n", "value": {"$expr": f"{before}.n + 1"}}]}


START = _node("start", "start_manual", {"fields": [{"key": "n", "label": "n", "type": "number"}]})


def chain_of(steps: int) -> Graph:
    """`steps` light steps in a row, each takes n and gives n + 1."""
    nodes, edges, before = [START], [], "start"
    for number in range(steps):
        key = f"step{number}"
        nodes.append(_node(key, "set_fields", _plus_one(before), x=300 * (number + 1)))
        edges.append(_edge(before, key))
        before = key
    return {"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": []}


def fan_of(width: int) -> Graph:
    """1 -> `width` light steps side by side -> 1."""
    nodes, edges = [START], []
    for number in range(width):
        key = f"step{number}"
        nodes.append(_node(key, "set_fields", _plus_one("start"), x=300, y=90 * number))
        edges += [_edge("start", key), _edge(key, "join")]
    last = {"fields": [{"name": "n", "value": {"$expr": f"step0.n + step{width - 1}.n"}}]}
    nodes.append(_node("join", "set_fields", last, x=600))
    return {"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": []}


def waiting_chain_of(steps: int, url: str) -> Graph:
    """`steps` HTTP requests in a row."""
    nodes, edges, before = [START], [], "start"
    for number in range(steps):
        key = f"step{number}"
        nodes.append(_node(key, "http_request", {"method": "GET", "url": url}, x=300 * (number + 1)))
        edges.append(_edge(before, key))
        before = key
    return {"schema": "graph@1", "nodes": nodes, "edges": edges, "notes": []}


def items_graph() -> Graph:
    """A link that brings `items`, and one light step for each of them."""
    inside = {"fields": [{"name": "n", "value": {"$expr": "item + 1"}}]}
    nodes = [
        _node("hook", "start_link", {"access": "public"}),
        _node("each", "for_each", {"items": {"$expr": "hook.body.items"}}, x=300),
        _node("light", "set_fields", inside, parent="each"),
    ]
    return {"schema": "graph@1", "nodes": nodes, "edges": [_edge("hook", "each")], "notes": []}


def held_chain_of(steps: int, url: str) -> Graph:
    """Waits for the message `go` about its n, then `steps` HTTP requests in a row."""
    graph = waiting_chain_of(steps, url)
    held = _node("held", "wait_message", {"name": "go", "correlation": {"$expr": "string(int(start.n))"}}, y=200)
    first = next(edge for edge in graph["edges"] if edge["source"] == "start")
    graph["nodes"].append(held)
    graph["edges"].remove(first)
    graph["edges"] += [_edge("start", "held"), _edge("held", first["target"])]
    return graph


def read_by(asset: str, text: str) -> Graph:
    """A model reads the fields of a text."""
    nodes = [START, _node("read", "extract_fields", {"asset": asset, "text": text}, x=300)]
    return {"schema": "graph@1", "nodes": nodes, "edges": [_edge("start", "read")], "notes": []}
