"""When a step with several lines into it runs, and what that makes needless."""

from __future__ import annotations

from collections import Counter

from orchestrator.engine.graph import Graph, Node
from orchestrator.engine.loops import Loops, flow_lines


def lines_needed(node: Node) -> int | None:
    """How many lines must be taken; None: every line is decided first, and one taken is enough."""
    if node.join == "any":
        return 1
    return max(node.join_count or 1, 1) if node.join == "n" else None


def rest_of(join: str, graph: Graph, loops: Loops) -> tuple[str, ...]:
    """The steps all of whose ways lead to this join, and loops (by their header) out of which all ways do.

    Backwards from the join: a step belongs to them when its last line is found to lead to one of them.
    """
    level = next(iter(loops.around(join)), None)
    if level == join:
        level = loops.shapes[join].around
    before: dict[str, list[str]] = {}
    ways: Counter[str] = Counter()
    for edge in flow_lines(graph):
        source, target = loops.unit(edge.source, level), loops.unit(edge.target, level)
        if source is None or (source == target and loops.level(edge) != level):
            continue  # elsewhere, or inside a loop that is one step as seen from here
        ways[source] += 1
        if target is not None and edge.feedback is None:
            before.setdefault(target, []).append(source)
    rest: list[str] = []
    todo = [join]
    while todo:
        for source in before.get(todo.pop(), ()):
            ways[source] -= 1
            if ways[source] == 0:
                rest.append(source)
                todo.append(source)
    return tuple(sorted(rest))
