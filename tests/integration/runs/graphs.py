"""Small graphs to run."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

Graph = dict[str, Any]


def node(key: str, kind: str, config: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "name": key.capitalize(), "config": config or {}, **rest}


def line(source: str, target: str, port: str = "out") -> dict[str, Any]:
    return {"id": f"{source}-{port}-{target}", "source": source, "source_port": port, "target": target}


def graph(nodes: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Graph:
    return {"schema": "graph@1", "nodes": nodes, "edges": lines, "notes": []}


START = node("start", "start_manual", {"fields": [{"key": "n", "label": "Number", "type": "number"}]})


def get(key: str, url: str, **rest: Any) -> dict[str, Any]:
    return node(key, "http_request", {"method": "GET", "url": url}, **rest)


def row(*steps: dict[str, Any]) -> Graph:
    """START and `steps` in a row."""
    nodes = [START, *steps]
    return graph(nodes, [line(one["key"], two["key"]) for one, two in pairwise(nodes)])


def approval_row() -> Graph:
    """START -> approval -> one step on each path."""
    nodes = [
        START,
        node(
            "ask", "approval", {"title": "May it go out?", "show": [{"label": "Number", "value": {"$expr": "start.n"}}]}
        ),
        node("yes", "set_fields", {"fields": [{"name": "by", "value": {"$expr": "ask.decided_by"}}]}),
        node("no", "set_fields", {"fields": [{"name": "why", "value": {"$expr": "ask.comment"}}]}),
    ]
    return graph(nodes, [line("start", "ask"), line("ask", "yes", "approved"), line("ask", "no", "rejected")])
