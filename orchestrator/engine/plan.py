"""A graph made ready to run: frozen, with everything the scheduler asks for found once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

from orchestrator.engine.errors import ExpressionError, GraphInvalid, Problem
from orchestrator.engine.expressions import Template, compile_template, failing_template
from orchestrator.engine.graph import UNDO_PORT, Edge, Graph, Node, Policy
from orchestrator.engine.joins import lines_needed, rest_of
from orchestrator.engine.loops import Loops, find_loops, flow_lines
from orchestrator.engine.node_spec import Catalogue, Effect, NodeKind, NodeSpec, Port

ERROR_PORT = "error"
ItemErrors = Literal["stop", "drop", "collect"]
DEFAULT_CONCURRENCY = 4
MAX_CONCURRENCY = 100


@dataclass(frozen=True, kw_only=True)
class ItemPolicy:
    """How a container treats its items."""

    concurrency: int = DEFAULT_CONCURRENCY
    on_error: ItemErrors = "stop"
    """stop: the first failure fails the container; drop: leave failed items out; collect: keep their errors."""


@dataclass(frozen=True, kw_only=True)
class PlanNode:
    key: str
    type: str
    version: int
    name: str
    spec: NodeSpec
    kind: NodeKind
    config: Template
    raw_config: Mapping[str, Any]
    """The settings as authored, formulas unresolved."""
    policy: Policy
    ports: tuple[Port, ...]
    parent: str | None
    off: bool
    effect: Effect
    queue: str
    incoming: tuple[Edge, ...] = ()
    """Without feedback lines: those of its join."""
    outgoing: tuple[Edge, ...] = ()
    needed: int | None = None
    """Lines to be taken before it runs; None: all are decided first."""
    rest: tuple[str, ...] = ()
    """What its join cancels once enough lines are taken."""
    cancels: tuple[str, ...] = ()
    """What it cancels when it is done."""
    items: ItemPolicy | None = None
    """Of containers only."""
    entries: tuple[str, ...] = ()
    """Of containers: the steps inside that no line leads to."""
    finals: tuple[str, ...] = ()
    """Of containers: the steps inside whose output is the item's result: no line leads on from them but for errors."""
    offset: int = 0
    """Its place in `Plan.order`."""
    fallbacks: tuple[PlanNode, ...] = ()
    """The same step with each of its fallbacks laid over its settings."""
    undo: str | None = None
    """The step that undoes this one."""
    undoes: str | None = None
    """The step that this one undoes; it is no part of the normal flow then."""

    @property
    def main_port(self) -> str:
        """The way on when nothing chooses another: after `continue`, and when the step is switched off."""
        return self.ports[0].key if self.ports else "out"

    def variant(self, number: int) -> PlanNode:
        """0 is the step itself, k its k-th fallback."""
        return self.fallbacks[number - 1] if number else self


@dataclass(frozen=True, kw_only=True)
class BackLine:
    edge: Edge
    when: Template | None
    max_rounds: int


@dataclass(frozen=True, kw_only=True)
class PlanLoop:
    """What runs in rounds: its header, and all that leads from there to a feedback line."""

    header: str
    body: tuple[str, ...]
    back: Mapping[str, BackLine]
    """By the line's id."""
    exits: tuple[Edge, ...]
    """Lines out of the loop, signalled once, when it has ended."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    nodes: Mapping[str, PlanNode]
    order: tuple[str, ...]
    """Every key, each after all that lead to it; containers before their inside."""
    starts: tuple[str, ...]
    roots: tuple[str, ...]
    """Steps outside of containers that no line leads to, starts included."""
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    finals: tuple[str, ...] = ()
    """Steps outside of containers that no line leads on from but for errors: what they give, the run gives."""
    shapes: Loops = field(default_factory=Loops)
    loops: Mapping[str, PlanLoop] = field(default_factory=dict)
    """By header."""
    levels: Mapping[str, str | None] = field(default_factory=dict)
    """The loop in which each line is signalled, by the line's id; lines outside of all loops are left out."""


def compile_plan(graph: Graph, catalogue: Catalogue) -> Plan:
    """Raises GraphInvalid if the graph cannot run at all; whether it *should* is `validation.check_graph`."""
    shapes = find_loops(graph)
    _refuse_broken(graph, catalogue, shapes)
    incoming, outgoing = lines_of(graph)
    children: dict[str, list[str]] = {}
    for node in graph.nodes:
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node.key)
    undo = {edge.source: edge.target for edge in undo_lines(graph)}
    undoes = {target: source for source, target in undo.items()}
    order = topological([node.key for node in graph.nodes], graph.edges, {n.key: n.parent for n in graph.nodes})
    if len(order) < len(graph.nodes):
        raise GraphInvalid([Problem(code="cycle", message="The lines lead in a circle. Remove one of them.")])
    places = {key: number for number, key in enumerate(order)}
    nodes = {
        node.key: _plan_node(
            node,
            catalogue[node.type, node.type_version],
            incoming,
            outgoing,
            [key for key in children.get(node.key, []) if key not in undoes],
            places,
            undo.get(node.key),
            undoes.get(node.key),
        )
        for node in sorted(graph.nodes, key=lambda node: places[node.key])
    }
    rest = {node.key: rest_of(node.key, graph, shapes) for node in graph.nodes if node.cancel_rest}
    nodes |= {key: replace(nodes[key], rest=cancelled) for key, cancelled in rest.items() if nodes[key].needed}
    return Plan(
        nodes=nodes,
        order=tuple(order),
        starts=tuple(key for key in order if nodes[key].kind is NodeKind.START and nodes[key].parent is None),
        roots=tuple(
            key for key in order if nodes[key].parent is None and not nodes[key].incoming and nodes[key].undoes is None
        ),
        children={key: tuple(sorted(inside, key=places.__getitem__)) for key, inside in children.items()},
        finals=tuple(
            key
            for key in order
            if nodes[key].parent is None and nodes[key].undoes is None and _is_final(nodes[key].outgoing)
        ),
        shapes=shapes,
        loops=_plan_loops(graph, shapes, places),
        levels={edge.id: shapes.level(edge) for edge in graph.edges if edge.source in shapes.inside},
    )


def lines_of(graph: Graph) -> tuple[dict[str, tuple[Edge, ...]], dict[str, tuple[Edge, ...]]]:
    """The lines into each step (without feedback lines, for which its join does not wait) and out of it; lines that
    undo are no part of the flow."""
    incoming: dict[str, list[Edge]] = {node.key: [] for node in graph.nodes}
    outgoing: dict[str, list[Edge]] = {node.key: [] for node in graph.nodes}
    for edge in graph.edges:
        if edge.source in outgoing and edge.target in incoming and edge.source_port != UNDO_PORT:
            outgoing[edge.source].append(edge)
            if edge.feedback is None:
                incoming[edge.target].append(edge)
    return (
        {key: tuple(edges) for key, edges in incoming.items()},
        {key: tuple(edges) for key, edges in outgoing.items()},
    )


def undo_lines(graph: Graph) -> tuple[Edge, ...]:
    return tuple(edge for edge in graph.edges if edge.source_port == UNDO_PORT)


def topological(keys: Iterable[str], edges: Iterable[Edge], parents: Mapping[str, str | None]) -> list[str]:
    """Keys in an order of running, round by round; those on a cycle, or behind one, are left out."""
    after: dict[str, list[str]] = {key: [] for key in keys}
    waits = dict.fromkeys(after, 0)
    pairs = [(edge.source, edge.target) for edge in edges if edge.feedback is None]
    pairs += [(parent, key) for key, parent in parents.items() if parent is not None]
    for source, target in pairs:
        if source in after and target in after:
            after[source].append(target)
            waits[target] += 1
    ready = deque(key for key, count in waits.items() if count == 0)
    order: list[str] = []
    while ready:
        key = ready.popleft()
        order.append(key)
        for target in after[key]:
            waits[target] -= 1
            if waits[target] == 0:
                ready.append(target)
    return order


def ancestor_masks(
    order: Iterable[str], incoming: Mapping[str, tuple[Edge, ...]], parents: Mapping[str, str | None], loops: Loops
) -> tuple[dict[str, int], dict[str, int]]:
    """What can have run before each step, as bit sets: (step -> mask of its ancestors, step -> its own bit).

    Backwards along the lines, and out of a container to what led to it. Not the container itself: it has no output yet.
    After a loop, all of its steps have run.
    """
    order = list(order)
    bits = {key: 1 << number for number, key in enumerate(order)}
    bodies = {header: sum(bits.get(key, 0) for key in shape.body) for header, shape in loops.shapes.items()}
    masks: dict[str, int] = {}
    for key in order:
        parent = parents[key]
        mask = masks.get(parent, 0) if parent is not None else 0
        for edge in incoming[key]:
            mask |= masks.get(edge.source, 0) | bits.get(edge.source, 0)
            for header in loops.left_by(edge) if edge.source_port != UNDO_PORT else ():
                mask |= bodies[header]
        masks[key] = mask
    return masks, bits


def item_policy(config: Mapping[str, Any]) -> ItemPolicy:
    """From the settings of a container; what is missing or not a literal takes the default."""
    concurrency = config.get("concurrency")
    whole = isinstance(concurrency, int) and not isinstance(concurrency, bool)
    on_error = config.get("on_item_error")
    return ItemPolicy(
        concurrency=min(max(concurrency, 1), MAX_CONCURRENCY) if whole and concurrency else DEFAULT_CONCURRENCY,
        on_error=cast(ItemErrors, on_error) if on_error in get_args(ItemErrors) else "stop",
    )


def _plan_node(
    node: Node,
    spec: NodeSpec,
    incoming: Mapping[str, tuple[Edge, ...]],
    outgoing: Mapping[str, tuple[Edge, ...]],
    inside: list[str],
    places: Mapping[str, int],
    undo: str | None,
    undoes: str | None,
) -> PlanNode:
    container = spec.kind is NodeKind.CONTAINER
    own = PlanNode(
        key=node.key,
        type=node.type,
        version=node.type_version,
        name=node.name,
        spec=spec,
        kind=spec.kind,
        config=_template(node),
        raw_config=node.config,
        policy=node.policy,
        ports=spec.ports_for(node.config),
        parent=node.parent,
        off=node.off,
        effect=spec.effect_for(node.config),
        queue=spec.queue,
        incoming=incoming[node.key],
        outgoing=outgoing[node.key],
        needed=lines_needed(node),
        cancels=spec.cancels_for(node.config),
        items=item_policy(node.config) if container else None,
        entries=tuple(sorted((key for key in inside if not incoming[key]), key=places.__getitem__)),
        finals=tuple(sorted((key for key in inside if _is_final(outgoing[key])), key=places.__getitem__)),
        offset=places[node.key],
        undo=undo,
        undoes=undoes,
    )
    laid_over = [replace(node, config=node.config | fallback) for fallback in node.policy.fallbacks]
    return replace(
        own,
        fallbacks=tuple(
            replace(own, config=_template(each), raw_config=each.config, effect=spec.effect_for(each.config))
            for each in laid_over
        ),
    )


def _is_final(outgoing: tuple[Edge, ...]) -> bool:
    return all(edge.source_port == ERROR_PORT or edge.feedback is not None for edge in outgoing)


def _plan_loops(graph: Graph, shapes: Loops, places: Mapping[str, int]) -> dict[str, PlanLoop]:
    exits: dict[str, list[Edge]] = {header: [] for header in shapes.shapes}
    for edge in flow_lines(graph):
        for header in shapes.left_by(edge):
            exits[header].append(edge)
    return {
        header: PlanLoop(
            header=header,
            body=tuple(sorted(shape.body, key=places.__getitem__)),
            back={edge.id: _back_line(edge) for edge in shape.back},
            exits=tuple(exits[header]),
        )
        for header, shape in shapes.shapes.items()
    }


def _back_line(edge: Edge) -> BackLine:
    assert edge.feedback is not None
    when = edge.feedback.when
    try:
        template = compile_template(when) if when is not None else None
    except ExpressionError as error:
        field = f"edges.{edge.id}.feedback.when"
        problem = Problem(code="bad_formula", node=edge.source, field=field, message=str(error))
        raise GraphInvalid([problem]) from error
    return BackLine(edge=edge, when=template, max_rounds=edge.feedback.max_rounds)


def _template(node: Node) -> Template:
    """A formula that cannot be read fails its step, when it comes to that: the steps before it can be tried."""
    try:
        return compile_template(node.config)
    except ExpressionError as error:
        return failing_template(str(error))


def _refuse_broken(graph: Graph, catalogue: Catalogue, loops: Loops) -> None:
    keys = {node.key for node in graph.nodes}
    parents = {node.key: node.parent for node in graph.nodes}
    problems = [
        Problem(code="unknown_type", node=node.key, message=f"There is no step type {node.type} {node.type_version}.")
        for node in graph.nodes
        if (node.type, node.type_version) not in catalogue
    ]
    problems += [
        Problem(code="unknown_parent", node=node.key, message=f"{node.key} is inside a step that does not exist.")
        for node in graph.nodes
        if node.parent is not None and node.parent not in keys
    ]
    for edge in graph.edges:
        if edge.source not in keys or edge.target not in keys:
            problems.append(Problem(code="dangling_edge", message=f"The line {edge.id} leads to or from nowhere."))
        elif parents[edge.source] != parents[edge.target]:
            problems.append(
                Problem(code="border_crossed", node=edge.target, message=f"The line {edge.id} crosses a border.")
            )
    problems += [
        Problem(code="not_natural_loop", node=loop.header, message=f"A way leads into the loop past {loop.header}.")
        for loop in loops.unnatural
    ]
    if problems:
        raise GraphInvalid(problems)
