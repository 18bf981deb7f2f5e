"""Which names the formulas of a step may use: steps that can have run before it, and what the run itself offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from orchestrator.engine.errors import ExpressionError, Problem
from orchestrator.engine.expressions import compile_template
from orchestrator.engine.graph import NAMES_IN_FORMULAS, Edge, Node
from orchestrator.engine.plan import ERROR_PORT, ancestor_masks

MAX_HINTED = 8


class Visibility:
    """Answers for the steps in an order of running; of steps on a circle nobody can say what comes before them."""

    def __init__(self, nodes: Mapping[str, Node], order: list[str], incoming: Mapping[str, tuple[Edge, ...]]) -> None:
        self.nodes = nodes
        parents = {key: node.parent if node.parent in nodes else None for key, node in nodes.items()}
        self.masks, self.bits = ancestor_masks(order, incoming, parents)
        self.on_error_path: set[str] = set()
        for key in order:
            before = incoming[key]
            if parents[key] in self.on_error_path or any(
                edge.source_port == ERROR_PORT or edge.source in self.on_error_path for edge in before
            ):
                self.on_error_path.add(key)

    def check(self, node: Node) -> Iterator[Problem]:
        """Every formula of the step's settings that cannot be read, or names what it cannot see."""
        for key, setting in node.config.items():
            try:
                template = compile_template({key: setting})
            except ExpressionError as error:
                yield Problem(
                    code="bad_formula",
                    node=node.key,
                    field=f"config.{error.field or key}",
                    message=f"A formula of {spoken(node)} cannot be used: {error}",
                    hint="Correct the formula, or choose a value from the list instead.",
                )
                continue
            for place, formula in template.formulas:
                for name in sorted(formula.names):
                    yield from self._name(node, f"config.{place}", name)

    def _name(self, node: Node, field: str, name: str) -> Iterator[Problem]:
        if name in NAMES_IN_FORMULAS:
            reason = self._unusable(node, name)
            if reason is not None:
                yield Problem(code="unknown_name", node=node.key, field=field, message=reason, hint=self._offer(node))
            return
        other = self.nodes.get(name)
        if other is None:
            close = get_close_matches(name, self._usable(node), n=1)
            hint = f"Did you mean {close[0]}? " if close else ""
            message = f"A formula of {spoken(node)} uses {name}, but no step has this name."
            yield Problem(
                code="unknown_name", node=node.key, field=field, message=message, hint=hint + self._offer(node)
            )
        elif node.key in self.masks and not self.masks[node.key] & self.bits.get(name, 0):
            message = f"A formula of {spoken(node)} uses {self._reason(node, other)}"
            yield Problem(code="later_step", node=node.key, field=field, message=message, hint=self._offer(node))

    def _unusable(self, node: Node, name: str) -> str | None:
        if name in ("item", "index") and node.parent is None:
            return f"A formula of {spoken(node)} uses {name}, which exists only inside a for each step."
        if name == "error" and node.key in self.masks and node.key not in self.on_error_path:
            return f"A formula of {spoken(node)} uses error, which exists only after the error exit of a step."
        if name in ("vars", "loop"):
            return f"A formula of {spoken(node)} uses {name}, which does not exist in this workflow."
        return None

    def _reason(self, node: Node, other: Node) -> str:
        if other.key == node.key:
            return "the step's own result, which does not exist yet."
        if other.parent is not None and other.parent != node.parent and other.parent not in self._containers(node):
            return f"{spoken(other)}, whose results are seen only inside {spoken(self.nodes[other.parent])}."
        if other.key in self._containers(node):
            return f"{spoken(other)}, whose result exists only after its last item. Inside it, use item."
        return f"{spoken(other)}, which cannot have run before it."

    def _containers(self, node: Node) -> set[str]:
        found: set[str] = set()
        parent = node.parent
        while parent is not None and parent in self.nodes and parent not in found:
            found.add(parent)
            parent = self.nodes[parent].parent
        return found

    def _usable(self, node: Node) -> list[str]:
        mask = self.masks.get(node.key, 0)
        return [key for key, bit in self.bits.items() if mask & bit]

    def _offer(self, node: Node) -> str:
        names = ["trigger", *(["item"] if node.parent is not None else []), *reversed(self._usable(node))]
        more = ", ..." if len(names) > MAX_HINTED else ""
        return f"Use one of: {', '.join(names[:MAX_HINTED])}{more}."


def spoken(node: Node) -> str:
    """The step as a person knows it."""
    return f"“{node.name or node.key}”"


def listed(nodes: Iterable[Node]) -> str:
    return " → ".join(spoken(node) for node in nodes)
