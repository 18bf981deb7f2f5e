"""Which steps the lines drawn back let run again, and where each line is decided.

A loop is a *natural loop* of its header, the step that the feedback lines lead to: its body is every step from which a
feedback line can be reached without passing the header, and the only way in is through the header. All feedback lines
to one header make one loop. Two such loops are always nested or apart, so every line has one loop (or none) in which
it is signalled: the innermost that holds both its ends. The others it leaves, and is signalled once they have ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from orchestrator.engine.graph import UNDO_PORT, Edge, Graph

MAX_ROUNDS = 1_000


@dataclass(frozen=True, kw_only=True)
class LoopShape:
    """One loop of a graph, as its lines draw it."""

    header: str
    back: tuple[Edge, ...]
    """The feedback lines that lead to the header."""
    body: frozenset[str]
    """The header and every step of its rounds, inner loops included; of a container the container only."""
    side_doors: tuple[str, ...] = ()
    """Steps with which another way into the body begins, past the header: then it is no natural loop."""
    around: str | None = None
    """The header of the loop that this one lies in."""


@dataclass(frozen=True, kw_only=True)
class Loops:
    shapes: Mapping[str, LoopShape] = field(default_factory=dict)
    """The natural loops by header."""
    unnatural: tuple[LoopShape, ...] = ()
    inside: Mapping[str, str] = field(default_factory=dict)
    """The innermost loop of each step that is in one."""

    def around(self, key: str | None) -> Iterator[str]:
        """The loops that a step is in, from the inside out."""
        header = self.inside.get(key) if key is not None else None
        while header is not None:
            yield header
            header = self.shapes[header].around

    def level(self, edge: Edge) -> str | None:
        """The loop in which a line is signalled."""
        at_target = list(self.around(edge.target))
        if edge.feedback is None and edge.target in self.shapes:
            at_target = at_target[1:]  # it leads into the loop, not through it
        return next((header for header in self.around(edge.source) if header in at_target), None)

    def left_by(self, edge: Edge) -> Iterator[str]:
        """The loops that end before a line is signalled, from the inside out."""
        level = self.level(edge)
        for header in self.around(edge.source):
            if header == level:
                return
            yield header

    def unit(self, key: str, level: str | None) -> str | None:
        """What a step belongs to as seen in a loop: itself, the header of an inner loop, or None if it is not there."""
        found = key
        for header in self.around(key):
            if header == level:
                return found
            found = header
        return found if level is None else None


def find_loops(graph: Graph) -> Loops:
    """Lines to or from nowhere and across borders are left out."""
    parents = {node.key: node.parent for node in graph.nodes}
    edges = [
        edge
        for edge in flow_lines(graph)
        if edge.source in parents and edge.target in parents and parents[edge.source] == parents[edge.target]
    ]
    back: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.feedback is not None:
            back.setdefault(edge.target, []).append(edge)
    if not back:
        return Loops()
    before: dict[str, list[str]] = {key: [] for key in parents}
    entered: set[str] = set()
    for edge in edges:
        before[edge.target].append(edge.source)
        if edge.feedback is None:
            entered.add(edge.target)
    drawn = {header: _body(header, lines, before) for header, lines in back.items()}
    doors = {header: sorted(body - entered - {header}) for header, body in drawn.items()}
    bodies = {header: body for header, body in drawn.items() if not doors[header]}
    around = _nesting(bodies)

    def shape(header: str) -> LoopShape:
        return LoopShape(
            header=header,
            back=tuple(back[header]),
            body=drawn[header],
            side_doors=tuple(doors[header]),
            around=around.get(header),
        )

    inside: dict[str, str] = {}
    for header in sorted(bodies, key=lambda header: -len(bodies[header])):
        inside |= dict.fromkeys(bodies[header], header)
    return Loops(
        shapes={header: shape(header) for header in bodies},
        unnatural=tuple(shape(header) for header in drawn if header not in bodies),
        inside=inside,
    )


def flow_lines(graph: Graph) -> list[Edge]:
    """Without those that lead to what undoes a step."""
    return [edge for edge in graph.edges if edge.source_port != UNDO_PORT]


def _body(header: str, back: Iterable[Edge], before: Mapping[str, list[str]]) -> frozenset[str]:
    body = {header}
    todo = [edge.source for edge in back]
    while todo:
        key = todo.pop()
        if key not in body:
            body.add(key)
            todo += before[key]
    return frozenset(body)


def _nesting(bodies: Mapping[str, frozenset[str]]) -> dict[str, str | None]:
    """The smallest other loop around each header."""
    by_size = sorted(bodies, key=lambda header: len(bodies[header]))
    return {
        header: next((other for other in by_size if other != header and header in bodies[other]), None)
        for header in bodies
    }
