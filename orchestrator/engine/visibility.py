"""Which names the formulas of a step may use: steps that can have run before it, and what the run itself offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from orchestrator.engine.errors import ExpressionError, Problem
from orchestrator.engine.expressions import compile_template
from orchestrator.engine.formulas import Formula
from orchestrator.engine.graph import NAMES_IN_FORMULAS, Edge, Node
from orchestrator.engine.loops import Loops
from orchestrator.engine.plan import ERROR_PORT, ancestor_masks

MAX_HINTED = 8


class Visibility:
    """Answers for the steps in an order of running; of steps on a circle nobody can say what comes before them."""

    def __init__(
        self, nodes: Mapping[str, Node], order: list[str], incoming: Mapping[str, tuple[Edge, ...]], loops: Loops
    ) -> None:
        self.nodes = nodes
        self.loops = loops
        parents = {key: node.parent if node.parent in nodes else None for key, node in nodes.items()}
        self.masks, self.bits = ancestor_masks(order, incoming, parents, loops)
        self.on_error_path: set[str] = set()
        for key in order:
            back = loops.shapes[key].back if key in loops.shapes else ()
            before = (*incoming[key], *back)
            if parents[key] in self.on_error_path or any(
                edge.source_port == ERROR_PORT or edge.source in self.on_error_path for edge in before
            ):
                self.on_error_path.add(key)

    def check(self, node: Node) -> Iterator[Problem]:
        """Every formula of the step's settings that cannot be read, or names what it cannot see."""
        for key, setting in node.config.items():
            yield from self._setting(node, "config", key, setting)

    def check_line(self, edge: Edge) -> Iterator[Problem]:
        """The formula of a feedback line: it sees what the steps of the round and those before the loop gave."""
        header = self.loops.level(edge)
        if edge.feedback is None or edge.feedback.when is None or header != edge.target:
            return
        if header in self.masks:
            seen = self.masks[header] | sum(self.bits.get(key, 0) for key in self.loops.shapes[header].body)
            place = f"edges.{edge.id}.feedback"
            yield from self._setting(self.nodes[edge.source], place, "when", edge.feedback.when, seen)

    def _setting(self, node: Node, place: str, key: str, setting: Any, seen: int | None = None) -> Iterator[Problem]:
        try:
            template = compile_template({key: setting})
        except ExpressionError as error:
            yield Problem(
                code="bad_formula",
                node=node.key,
                field=f"{place}.{error.field or key}",
                message=f"A formula of {spoken(node)} cannot be used: {error}",
                hint="Correct the formula, or choose a value from the list instead.",
            )
            return
        for where, formula in template.formulas:
            for name in sorted(formula.names):
                yield from self._name(node, f"{place}.{where}", name, seen)
            yield from self._previous(node, f"{place}.{where}", formula)

    def _previous(self, node: Node, field: str, formula: Formula) -> Iterator[Problem]:
        """`loop.previous` holds the steps of the loop and no others."""
        keys = (node.key, *self._containers(node))
        header = next((header for key in keys for header in self.loops.around(key)), None)
        if header is None:
            return
        body = self.loops.shapes[header].body
        for path in formula.paths:
            if path[:2] == ("loop", "previous") and len(path) > 2 and path[2] not in body:
                yield Problem(
                    code="unknown_name",
                    node=node.key,
                    field=field,
                    message=f"A formula of {spoken(node)} uses loop.previous.{path[2]}, but the loop has no such step.",
                    hint=f"Use one of: {', '.join(sorted(body)[:MAX_HINTED])}.",
                )

    def _name(self, node: Node, field: str, name: str, seen: int | None) -> Iterator[Problem]:
        if seen is None:
            seen = self.masks.get(node.key)
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
        elif seen is not None and not seen & self.bits.get(name, 0):
            message = f"A formula of {spoken(node)} uses {self._reason(node, other)}"
            yield Problem(code="later_step", node=node.key, field=field, message=message, hint=self._offer(node))

    def _unusable(self, node: Node, name: str) -> str | None:
        if name in ("item", "index") and node.parent is None:
            return f"A formula of {spoken(node)} uses {name}, which exists only inside a for each step."
        if name == "error" and node.key in self.masks and node.key not in self.on_error_path:
            return f"A formula of {spoken(node)} uses error, which exists only after the error exit of a step."
        if name == "loop" and not self._in_loop(node):
            return f"A formula of {spoken(node)} uses loop, which exists only between a feedback line's two ends."
        if name == "vars":
            return f"A formula of {spoken(node)} uses vars, which does not exist in this workflow."
        return None

    def _reason(self, node: Node, other: Node) -> str:
        if other.key == node.key:
            return "the step's own result, which does not exist yet."
        if other.parent is not None and other.parent != node.parent and other.parent not in self._containers(node):
            return f"{spoken(other)}, whose results are seen only inside {spoken(self.nodes[other.parent])}."
        if other.key in self._containers(node):
            return f"{spoken(other)}, whose result exists only after its last item. Inside it, use item."
        if any(other.key in self.loops.shapes[header].body for header in self.loops.around(node.key)):
            return (
                f"{spoken(other)}, which runs later in the same round. "
                f"Use loop.previous.{other.key} for what it gave in the round before."
            )
        return f"{spoken(other)}, which cannot have run before it."

    def _in_loop(self, node: Node) -> bool:
        return any(key in self.loops.inside for key in (node.key, *self._containers(node)))

    def _containers(self, node: Node) -> dict[str, None]:
        """From the inside out."""
        found: dict[str, None] = {}
        parent = node.parent
        while parent is not None and parent in self.nodes and parent not in found:
            found[parent] = None
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
