"""Everything that keeps a graph from being published, all at once, in the words of the people who draw it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from orchestrator.engine.compensation import check_undoing
from orchestrator.engine.errors import Problem
from orchestrator.engine.fallbacks import check_fallbacks
from orchestrator.engine.flow_problems import flow_problems
from orchestrator.engine.graph import UNDO_PORT, Edge, Graph, Node
from orchestrator.engine.loops import find_loops
from orchestrator.engine.node_spec import Catalogue, NodeKind, NodeSpec
from orchestrator.engine.plan import ERROR_PORT, lines_of, topological, undo_lines
from orchestrator.engine.visibility import Visibility, listed, spoken

MAX_ATTEMPTS = 20
MAX_SECONDS = 24 * 3600
MAX_FALLBACK = 2_000
CheckConfig = Callable[[Node], list[Problem]]


def check_graph(graph: Graph, catalogue: Catalogue, check_config: CheckConfig) -> list[Problem]:
    """Every problem of the graph. `check_config` checks the literal settings of one step against its type's schema."""
    return list(_Check(graph, catalogue, check_config).problems())


class _Check:
    def __init__(self, graph: Graph, catalogue: Catalogue, check_config: CheckConfig) -> None:
        self.graph = graph
        self.check_config = check_config
        self.nodes = {node.key: node for node in graph.nodes}
        self.specs: dict[str, NodeSpec] = {
            node.key: catalogue[node.type, node.type_version]
            for node in graph.nodes
            if (node.type, node.type_version) in catalogue
        }
        self.incoming, self.outgoing = lines_of(graph)
        self.loops = find_loops(graph)
        parents = {node.key: node.parent if node.parent in self.nodes else None for node in graph.nodes}
        self.order = topological(self.nodes, graph.edges, parents)
        self.inside: dict[str, list[str]] = {}
        for node in graph.nodes:
            if node.parent is not None:
                self.inside.setdefault(node.parent, []).append(node.key)

    def problems(self) -> Iterator[Problem]:
        undone_by = {edge.target: (edge,) for edge in undo_lines(self.graph)}
        visibility = Visibility(self.nodes, self.order, self.incoming | undone_by, self.loops)
        if not any(self._is_start(node) and not node.off for node in self.graph.nodes):
            yield Problem(
                code="no_start", message="The workflow has no start.", hint="Add a step of the group Start as first."
            )
        yield from self._cycles()
        yield from self._strange_lines()
        yield from flow_problems(self.graph, self.specs, self.incoming, self.loops)
        for edge in self.graph.edges:
            yield from visibility.check_line(edge)
        yield from check_undoing(self.graph, self.specs)
        reached = self._reached()
        for node in self.graph.nodes:
            yield from self._place(node, reached)
            if node.key not in self.specs:
                yield Problem(
                    code="unknown_type",
                    node=node.key,
                    message=f"{spoken(node)} is of a type that does not exist: {node.type} {node.type_version}.",
                    hint="Delete the step, or replace it by another.",
                )
            elif not node.off:
                own = self._settings_and_formulas(node, visibility)
                yield from own
                yield from check_fallbacks(
                    node, self.specs[node.key], own, lambda other: self._settings_and_formulas(other, visibility)
                )
            yield from _policy(node, self.specs.get(node.key))
            yield from self._error_path(node)

    # where steps stand

    def _place(self, node: Node, reached: set[str]) -> Iterator[Problem]:
        spec = self.specs.get(node.key)
        if node.parent is not None:
            parent = self.specs.get(node.parent)
            if node.parent not in self.nodes or (parent is not None and parent.kind is not NodeKind.CONTAINER):
                yield Problem(
                    code="unknown_parent",
                    node=node.key,
                    message=f"{spoken(node)} is inside a step that cannot hold others.",
                    hint="Move the step out, or into a for each step.",
                )
            if self._is_start(node):
                yield Problem(
                    code="start_inside",
                    node=node.key,
                    message=f"{spoken(node)} is a start, but it is inside another step.",
                    hint="Move the start out.",
                )
        if spec is not None and spec.kind is NodeKind.CONTAINER and not self.inside.get(node.key) and not node.off:
            yield Problem(
                code="empty_container",
                node=node.key,
                message=f"{spoken(node)} is empty: there is nothing to do with each item.",
                hint="Put at least one step inside.",
            )
        if node.key not in reached and node.key in self.specs:
            yield Problem(
                code="unreachable",
                node=node.key,
                message=f"No line from a start leads to {spoken(node)}, so it would never run.",
                hint="Connect it, switch its start on, or delete it.",
            )

    def _is_start(self, node: Node) -> bool:
        spec = self.specs.get(node.key)
        return spec is not None and spec.kind is NodeKind.START

    def _reached(self) -> set[str]:
        """Steps that can run, and those inside a container that cannot (only the container is reported then)."""
        todo = [node.key for node in self.graph.nodes if self._is_start(node) and not node.off]
        todo += [node.key for node in self.graph.nodes if self._is_start(node) and node.off]
        todo += [key for keys in self.inside.values() for key in keys if not self.incoming[key]]
        reached = set(todo)
        while todo:
            for edge in self.outgoing[todo.pop()]:
                if edge.target not in reached:
                    reached.add(edge.target)
                    todo.append(edge.target)
        return reached | {edge.target for edge in undo_lines(self.graph) if edge.source in reached}

    # lines

    def _strange_lines(self) -> Iterator[Problem]:
        seen: set[tuple[str, str, str]] = set()
        for edge in self.graph.edges:
            source, target = self.nodes.get(edge.source), self.nodes.get(edge.target)
            if source is None or target is None:
                yield Problem(
                    code="dangling_edge",
                    node=edge.source if source is not None else edge.target if target is not None else None,
                    field=f"edges.{edge.id}",
                    message="A line leads to or from a step that does not exist.",
                    hint="Delete the line.",
                )
                continue
            yield from self._line(edge, source, target)
            way = (edge.source, edge.source_port, edge.target)
            if way in seen:
                yield Problem(
                    code="duplicate_edge",
                    node=edge.source,
                    field=f"edges.{edge.id}",
                    message=f"Two lines lead the same way from {spoken(source)} to {spoken(target)}.",
                    hint="Delete one of them.",
                )
            seen.add(way)

    def _line(self, edge: Edge, source: Node, target: Node) -> Iterator[Problem]:
        field = f"edges.{edge.id}"
        between = f"from {spoken(source)} to {spoken(target)}"
        if source.parent != target.parent:
            yield Problem(
                code="border_crossed",
                node=target.key,
                field=field,
                message=f"The line {between} crosses the border of a for each step.",
                hint="Connect steps on the same side of the border; after it, use the result of the for each step.",
            )
        spec, target_spec = self.specs.get(edge.source), self.specs.get(edge.target)
        if target_spec is not None and (target_spec.kind is NodeKind.START or not target_spec.needs_input):
            yield Problem(
                code="line_into_start",
                node=target.key,
                field=field,
                message=f"A line leads into the start {spoken(target)}.",
                hint="Delete the line: a start begins the workflow by itself.",
            )
        ports = [port.key for port in spec.ports_for(source.config)] if spec is not None else [edge.source_port]
        if edge.source_port not in (*ports, ERROR_PORT, UNDO_PORT):
            yield Problem(
                code="unknown_port",
                node=source.key,
                field=field,
                message=f"The line {between} begins at an exit that does not exist: “{edge.source_port}”.",
                hint=f"Draw it from one of its exits: {', '.join(ports)}." if ports else "Delete the line.",
            )

    def _cycles(self) -> Iterator[Problem]:
        left = set(self.nodes) - set(self.order)
        while True:
            left = self._on_cycles(left)
            if not left:
                return
            path = [min(left)]
            while (after := min(self._after(path[-1], left))) not in path:
                path.append(after)
            cycle = path[path.index(after) :]
            yield Problem(
                code="cycle",
                node=cycle[0],
                message=f"The lines lead in a circle: {listed(self.nodes[key] for key in [*cycle, cycle[0]])}.",
                hint="Delete one of these lines, or mark the one that leads back as a feedback line.",
            )
            left -= set(cycle)

    def _on_cycles(self, keys: set[str]) -> set[str]:
        """Without the steps from which no way leads on: what is left leads to a circle."""
        left = set(keys)
        todo = [key for key in keys if not self._after(key, left)]
        while todo:
            key = todo.pop()
            left.discard(key)
            parent = self.nodes[key].parent
            before = [edge.source for edge in self.incoming[key]] + ([parent] if parent is not None else [])
            todo += [each for each in before if each in left and not self._after(each, left)]
        return left

    def _after(self, key: str, among: set[str]) -> list[str]:
        after = [edge.target for edge in self.outgoing[key] if edge.feedback is None] + self.inside.get(key, [])
        return [each for each in after if each in among]

    def _error_path(self, node: Node) -> Iterator[Problem]:
        has_line = any(edge.source_port == ERROR_PORT for edge in self.outgoing[node.key])
        wants = node.policy.on_error == "path"
        if wants and not has_line:
            yield Problem(
                code="error_path_missing",
                node=node.key,
                field="policy.on_error",
                message=f"{spoken(node)} is to take its error exit when it fails, but no line leads from it.",
                hint="Draw a line from the error exit, or choose another way to handle failures.",
            )
        if has_line and not wants:
            yield Problem(
                code="error_path_unused",
                node=node.key,
                field="policy.on_error",
                message=f"A line leads from the error exit of {spoken(node)}, but the step does not use it.",
                hint="Choose “take the error exit” when the step fails, or delete the line.",
            )

    # settings

    def _settings_and_formulas(self, node: Node, visibility: Visibility) -> list[Problem]:
        settings = list(self._settings(node))
        said = {problem.field for problem in settings}
        return settings + [problem for problem in visibility.check(node) if problem.field not in said]

    def _settings(self, node: Node) -> Iterator[Problem]:
        spec = self.specs[node.key]
        missing: set[str] = set()
        for key in spec.config_schema.get("required", ()):
            if _is_empty(node.config.get(key)):
                missing.add(f"config.{key}")
                yield Problem(
                    code="missing_setting",
                    node=node.key,
                    field=f"config.{key}",
                    message=f"{spoken(node)} needs “{_title(spec.config_schema, key)}”.",
                    hint="Fill it in.",
                )
        if spec.kind is NodeKind.CONTAINER:
            for key in ("concurrency", "on_item_error"):
                if isinstance(node.config.get(key), dict):
                    missing.add(f"config.{key}")
                    yield Problem(
                        code="formula_not_allowed",
                        node=node.key,
                        field=f"config.{key}",
                        message=f"“{_title(spec.config_schema, key)}” of {spoken(node)} cannot be a formula.",
                        hint="Choose a fixed value.",
                    )
        yield from (problem for problem in self.check_config(node) if problem.field not in missing)


def _title(schema: Mapping[str, Any], key: str) -> str:
    properties = schema.get("properties", {})
    title = properties.get(key, {}).get("title") if isinstance(properties, Mapping) else None
    return title if isinstance(title, str) else key.replace("_", " ")


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict) and len(value) == 1:
        mark, inner = next(iter(value.items()))
        if mark in ("$expr", "$text"):
            return _is_empty(inner)
    return value is None or (isinstance(value, str) and not value.strip())


def _policy(node: Node, spec: NodeSpec | None) -> Iterator[Problem]:
    def problem(field: str, message: str, hint: str) -> Problem:
        return Problem(
            code="bad_policy",
            node=node.key,
            field=f"policy.{field}",
            message=f"{spoken(node)}: {message}",
            hint=hint,
        )

    policy = node.policy
    if not 1 <= policy.retry.attempts <= MAX_ATTEMPTS:
        yield problem("retry.attempts", "the number of tries is out of range.", f"Choose 1 to {MAX_ATTEMPTS}.")
    elif policy.retry.attempts > 1 and spec is not None and spec.kind is NodeKind.CONTAINER:
        yield problem("retry.attempts", "a for each step is not tried again.", "Let the steps inside try again.")
    for field, seconds in (
        ("retry.first_wait_s", policy.retry.first_wait_s),
        ("retry.max_wait_s", policy.retry.max_wait_s),
    ):
        if not 0 <= seconds <= MAX_SECONDS:
            yield problem(field, "the wait between tries is out of range.", "Choose 0 seconds to 24 hours.")
    for field, limit in (("timeout_s", policy.timeout_s), ("total_timeout_s", policy.total_timeout_s)):
        if limit is not None and not 0 < limit <= MAX_SECONDS:
            yield problem(field, "the time limit is out of range.", "Choose more than 0 seconds, up to 24 hours.")
    if len(json.dumps(policy.fallback_value, ensure_ascii=False)) > MAX_FALLBACK:
        yield problem(
            "fallback_value",
            "the value to go on with after a failure is too long.",
            f"Keep it under {MAX_FALLBACK:,} characters.",
        )
