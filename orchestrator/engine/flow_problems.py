"""What is wrong with loops, joins and steps that cancel others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Edge, Graph, Node
from orchestrator.engine.loops import MAX_ROUNDS, Loops
from orchestrator.engine.node_spec import NodeSpec
from orchestrator.engine.visibility import spoken


def flow_problems(
    graph: Graph, specs: Mapping[str, NodeSpec], incoming: Mapping[str, tuple[Edge, ...]], loops: Loops
) -> Iterator[Problem]:
    nodes = {node.key: node for node in graph.nodes}
    yield from _side_doors(nodes, loops)
    for edge in graph.edges:
        if edge.feedback is not None and not 1 <= edge.feedback.max_rounds <= MAX_ROUNDS:
            yield Problem(
                code="max_rounds_out_of_range",
                node=edge.source if edge.source in nodes else None,
                field=f"edges.{edge.id}.feedback.max_rounds",
                message="The most rounds of a feedback line are out of range.",
                hint=f"Choose 1 to {MAX_ROUNDS:,}.",
            )
    for node in graph.nodes:
        yield from _join(node, len(incoming[node.key]))
        if node.key in specs:
            yield from _cancelling(node, specs[node.key], nodes, loops)


def _side_doors(nodes: Mapping[str, Node], loops: Loops) -> Iterator[Problem]:
    for loop in loops.unnatural:
        door = nodes[loop.side_doors[0]]
        header, line = nodes[loop.header], loop.back[0]
        yield Problem(
            code="not_natural_loop",
            node=header.key,
            field=f"edges.{line.id}",
            message=f"The feedback line from {spoken(nodes[line.source])} leads back to {spoken(header)}, but a way "
            f"from {spoken(door)} leads between them without passing {spoken(header)}.",
            hint=f"Lead every line into the loop to {spoken(header)}, or the feedback line to an earlier step.",
        )


def _join(node: Node, lines: int) -> Iterator[Problem]:
    if node.join != "n":
        return
    if node.join_count is None or not 1 <= node.join_count <= lines:
        yield Problem(
            code="join_count_out_of_range",
            node=node.key,
            field="join_count",
            message=f"{spoken(node)} waits for {node.join_count or 'some'} of its lines, but {lines} lead to it.",
            hint=f"Choose 1 to {lines}." if lines else "Draw lines to it.",
        )


def _cancelling(node: Node, spec: NodeSpec, nodes: Mapping[str, Node], loops: Loops) -> Iterator[Problem]:
    """It reaches the steps of its own rounds and of those around them, and inner loops by their first step."""
    levels = [*loops.around(node.key), None]
    for key in spec.cancels_for(node.config):
        other = nodes.get(key)
        if other is not None and other.parent == node.parent and any(loops.unit(key, level) == key for level in levels):
            continue
        inner = loops.inside.get(key)
        yield Problem(
            code="cannot_cancel",
            node=node.key,
            field="config.steps",
            message=f"{spoken(node)} is to cancel {spoken(other) if other else key}, which it cannot reach.",
            hint=f"Choose {spoken(nodes[inner])}, with which the loop begins: then the whole loop is cancelled."
            if inner is not None and other is not None and other.parent == node.parent
            else "Choose steps on the same side of every for each step's border.",
        )
