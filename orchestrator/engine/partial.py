"""The part of a plan that leads to one step: what a run *up to here* consists of."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.engine.errors import HistoryInvalid
from orchestrator.engine.graph import Edge
from orchestrator.engine.plan import Plan, PlanLoop, PlanNode


def plan_up_to(plan: Plan, until: str) -> Plan:
    """Only this step and what can have run before it. Raises HistoryInvalid if the plan has no such step.

    A loop that was left on the way belongs to it whole; one that the step itself is in does not go on after it.
    """
    if until not in plan.nodes:
        raise HistoryInvalid(f"The plan has no step {until!r}.")
    keep = _leading_to(plan, until)

    def kept(edge: Edge) -> bool:
        return edge.source in keep and edge.target in keep and edge.source != until

    def part_of(node: PlanNode) -> PlanNode:
        return replace(
            node,
            outgoing=tuple(filter(kept, node.outgoing)),
            entries=tuple(key for key in node.entries if key in keep),
            finals=tuple(key for key in node.finals if key in keep),
        )

    def part_of_loop(loop: PlanLoop) -> PlanLoop:
        return replace(loop, exits=tuple(filter(kept, loop.exits)))

    return replace(
        plan,
        nodes={key: part_of(node) for key, node in plan.nodes.items() if key in keep},
        order=tuple(key for key in plan.order if key in keep),
        starts=tuple(key for key in plan.starts if key in keep),
        roots=tuple(key for key in plan.roots if key in keep),
        children={key: tuple(filter(keep.__contains__, inside)) for key, inside in plan.children.items()},
        loops={header: part_of_loop(loop) for header, loop in plan.loops.items() if header in keep},
    )


def _leading_to(plan: Plan, until: str) -> set[str]:
    around: set[str] = set()
    parent = plan.nodes[until].parent
    while parent is not None:
        around.add(parent)
        parent = plan.nodes[parent].parent
    keep: set[str] = set()
    todo = [until, *around]
    while todo:
        key = todo.pop()
        if key in keep:
            continue
        keep.add(key)
        if key not in around:
            todo += plan.children.get(key, ())
        if (undo := plan.nodes[key].undo) is not None:
            keep.add(undo)
        for edge in plan.nodes[key].incoming:
            todo.append(edge.source)
            for header in plan.shapes.left_by(edge):
                todo += plan.loops[header].body
    return keep
