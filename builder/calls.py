"""The addresses of steps that wait for a call: that formulas name one that exists, and that somebody gets it."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.engine.errors import ExpressionError, Problem
from orchestrator.engine.expressions import compile_template
from orchestrator.engine.graph import Graph, Node
from orchestrator.engine.visibility import spoken

WAITS = "wait_call"
ADDRESSES = ("run", "calls")


def call_problems(graph: Graph) -> list[Problem]:
    """Addresses that are asked for and not there, and those that nobody asks for."""
    waiting = {node.key: node for node in graph.nodes if node.type == WAITS and not node.off}
    asked: set[str] = set()
    problems = []
    for node in graph.nodes:
        for field, path in _paths(node):
            if len(path) <= len(ADDRESSES):
                asked |= waiting.keys()  # all of them at once
                continue
            asked.add(path[2])
            if path[2] not in waiting:
                problems.append(
                    Problem(
                        code="unknown_call",
                        node=node.key,
                        field=f"config.{field}",
                        message=f"A formula of {spoken(node)} uses the address of {path[2]}, which waits for no call.",
                        hint="Use the key of a step “Wait for a call”.",
                    )
                )
    return problems + [
        Problem(
            code="address_unused",
            node=key,
            message=f"Nobody can call {spoken(node)}, because no step passes its address on.",
            hint=f"Put run.calls.{key} into a mail or a request that comes before it.",
        )
        for key, node in waiting.items()
        if key not in asked
    ]


def _paths(node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where the settings of a step use `run`, `run.calls` or a part of it; formulas that cannot be read use nothing."""
    if node.off:
        return
    for key, setting in node.config.items():
        try:
            formulas = compile_template({key: setting}).formulas
        except ExpressionError:
            continue
        for field, formula in formulas:
            for path in formula.paths:
                if path[: len(ADDRESSES)] in (ADDRESSES, ADDRESSES[:1]):
                    yield field, path
