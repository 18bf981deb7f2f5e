"""Which finished steps of one run another may take over instead of running them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.engine.plan import Plan, PlanNode


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a step outside of all containers ended in a way that can be taken over."""

    port: str
    value: dict[str, Any] | None = None
    """Number and digest; None where `constant` stands for it."""
    constant: Any = None


def kept_steps(plan: Plan, start: str, finished: Mapping[str, Finished], same: frozenset[str]) -> dict[str, Finished]:
    """Those of `finished` that a run by `plan` reaches by kept steps only, in the order of the plan.

    `same` are the steps that mean in `plan` what they meant when they were done. A step behind one that runs again is
    not kept: what it made may rest on what changes. Containers are kept whole; loops run again.
    """
    ways: dict[str, str | None] = {}
    """The port by which each step leaves that is decided without running; None: it is skipped."""
    kept: dict[str, Finished] = {}
    for key in plan.order:
        node = plan.nodes[key]
        if node.parent is not None:
            continue
        if key == start:
            ways[key] = node.main_port
            continue
        taken = _is_taken(node, ways)
        if taken is None:
            continue
        if not taken or node.off:
            ways[key] = node.main_port if taken else None
        elif key in same and key in finished:
            kept[key] = finished[key]
            ways[key] = finished[key].port
    return kept


def unchanged_steps(before: Plan, after: Plan) -> frozenset[str]:
    """Keys of the steps that are of the same type with the same settings; of containers with the same inside."""
    both = before.nodes.keys() & after.nodes.keys()
    return frozenset(key for key in both if _meaning(before, key) == _meaning(after, key))


def _is_taken(node: PlanNode, ways: Mapping[str, str | None]) -> bool | None:
    """Whether the step's turn comes; None: only what runs again will tell."""
    decided = [edge for edge in node.incoming if edge.source in ways]
    taken = sum(ways[edge.source] == edge.source_port for edge in decided)
    if node.needed is not None and taken >= node.needed:
        return True
    return None if len(decided) < len(node.incoming) else taken >= (node.needed or 1)


def _meaning(plan: Plan, key: str) -> Any:
    node = plan.nodes[key]
    inside = plan.children.get(key, ())
    lines = [(edge.source, edge.source_port, edge.target) for child in inside for edge in plan.nodes[child].incoming]
    return node.type, node.version, node.raw_config, [(child, _meaning(plan, child)) for child in inside], sorted(lines)
