"""What a new run takes over from earlier ones: finished steps and values, copied where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Cursor

from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.runs.store import KeptValue

ROOT_OUTCOMES = """
SELECT kind, body FROM run_events WHERE run_id = %s AND body->>'scope' = ''
  AND (kind IN ('step_done', 'step_skipped') OR kind = 'step_failed' AND body->>'handled' = 'continue')
ORDER BY seq
"""
STANDING = "SELECT number FROM run_values WHERE run_id = %s AND number = ANY(%s)"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A value of an earlier run under its number in the new one. Salt and bytes stay, and so does its digest."""

    run: UUID
    number: int
    as_number: int


@dataclass(frozen=True, kw_only=True)
class Carried:
    """`facts` go into the run's first event, the values into its values, all in the statement that starts it."""

    facts: dict[str, Any] = field(default_factory=dict)
    copies: Sequence[Copy] = ()
    values: Sequence[KeptValue] = ()

    def parameters(self) -> dict[str, Any]:
        return {
            "copy_run": [copy.run for copy in self.copies],
            "copy_number": [copy.number for copy in self.copies],
            "copy_as": [copy.as_number for copy in self.copies],
            "new_number": [value.number for value in self.values],
            "new_salt": [value.salt for value in self.values],
            "new_body": [None if value.body is None else value.body.decode() for value in self.values],
            "new_artifact": [value.artifact_id for value in self.values],
        }


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a step outside of all containers ended in a way that can be taken over."""

    port: str | None
    """None: it was skipped."""
    value: dict[str, Any] | None = None
    """Number and digest; None where `constant` stands for it."""
    constant: Any = None


def finished_steps(cursor: Cursor[Any], run: UUID, plan: Plan) -> dict[str, Outcome]:
    """By key: the steps of `run` that are done (a container as a whole) or were continued, and those skipped.

    What was erased is left out: it has to be done again.
    """
    found: dict[str, Outcome] = {}
    for kind, body in cursor.execute(ROOT_OUTCOMES, [run]).fetchall():
        node = plan.nodes[body["node"]]
        if kind == "step_done":
            found[node.key] = Outcome(port=body["port"], value=body["value"])
        elif kind == "step_failed":
            found[node.key] = Outcome(port=node.main_port, constant=body["value"])
        elif not node.off:
            found[node.key] = Outcome(port=None)
    numbers = [outcome.value["id"] for outcome in found.values() if outcome.value]
    standing = {row[0] for row in cursor.execute(STANDING, [run, numbers]).fetchall()}
    return {key: done for key, done in found.items() if done.value is None or done.value["id"] in standing}


def kept_steps(plan: Plan, start: str, finished: Mapping[str, Outcome], same: frozenset[str]) -> dict[str, Outcome]:
    """Those of `finished` that a run by `plan` reaches by kept steps only, in the order of the plan.

    `same` are the steps that mean in `plan` what they meant when they were done. A step behind one that runs again is
    not kept: what it made may rest on what changes.
    """
    ways: dict[str, str | None] = {}
    """The port by which each step that is decided without running leaves; None: it is skipped."""
    kept: dict[str, Outcome] = {}
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
        elif key in same and key in finished and finished[key].port is not None:
            kept[key] = finished[key]
            ways[key] = finished[key].port
    return kept


def _is_taken(node: PlanNode, ways: Mapping[str, str | None]) -> bool | None:
    """Whether the step's turn comes; None: only what runs again will tell."""
    if any(edge.source not in ways for edge in node.incoming):
        return None
    return any(ways[edge.source] == edge.source_port for edge in node.incoming)


def unchanged_steps(before: Plan, after: Plan) -> frozenset[str]:
    """Keys of the steps that are of the same type with the same settings; of containers with the same inside."""
    both = before.nodes.keys() & after.nodes.keys()
    return frozenset(key for key in both if _meaning(before, key) == _meaning(after, key))


def _meaning(plan: Plan, key: str) -> Any:
    node = plan.nodes[key]
    inside = plan.children.get(key, ())
    lines = [(edge.source, edge.source_port, edge.target) for child in inside for edge in plan.nodes[child].incoming]
    return node.type, node.version, node.raw_config, [(child, _meaning(plan, child)) for child in inside], sorted(lines)
