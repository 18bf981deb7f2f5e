"""A long for each, cut into chunks of items, each of them a run of its own.

The parent's log says which chunks there are and how each ended; its fold says which are open. The child's log begins
with the container as its only root: `inside_plan` is its plan, its items keep the indexes they have in the whole list,
and the names that its steps see from outside stand in its first event as references to the parent's values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orchestrator.engine.errors import StepError, TransitionRefused
from orchestrator.engine.events import Event, ValueRef
from orchestrator.engine.expressions import Template
from orchestrator.engine.formulas import Formula
from orchestrator.engine.graph import Policy
from orchestrator.engine.node_spec import Effect, NodeKind
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.engine.state import Items, Step

if TYPE_CHECKING:
    from orchestrator.engine.scheduling import RunState

CHUNK_ITEMS = 500
MOST_OPEN = 8


def inside_plan(plan: Plan, container: str) -> Plan:
    """The plan of one chunk: the container by itself, its error handling left to the parent's."""
    inside = {container, *_descendants(plan, container)}
    node = replace(plan.nodes[container], policy=Policy(), parent=None, off=False)
    root = replace(node, incoming=(), outgoing=(), undo=None, undoes=None)
    return replace(
        plan,
        nodes={key: root if key == container else node for key, node in plan.nodes.items() if key in inside},
        order=tuple(key for key in plan.order if key in inside),
        starts=(),
        roots=(container,),
        finals=(container,),
        children={key: keys for key, keys in plan.children.items() if key in inside},
        loops={header: loop for header, loop in plan.loops.items() if header in inside and header != container},
    )


def light_body(plan: Plan, container: str) -> tuple[PlanNode, ...] | None:
    """The steps inside in an order of running, if they are so plain that whole items can be run at a stretch: pure,
    here, one after the other. None if any of them is not."""
    inside = plan.children.get(container, ())
    body = tuple(plan.nodes[key] for key in plan.order if key in inside)
    return body if all(_is_plain(node) and node.key not in plan.loops for node in body) else None


def _is_plain(node: PlanNode) -> bool:
    pure = node.kind is NodeKind.STEP and node.effect is Effect.PURE and node.queue == "engine"
    simple = node.needed is None and not (node.rest or node.cancels or node.spec.ends_run)
    alone = not node.fallbacks and node.undo is None and node.undoes is None and node.policy.on_error != "compensate"
    return pure and simple and alone and "run" not in node.config.names  # `run` may hold addresses of waiting steps


def names_used_inside(plan: Plan, container: str) -> set[str]:
    """The names from outside of the container that steps inside of it can mean."""
    inside = _descendants(plan, container)
    used = {name for template in _templates(plan, container) for name in template.names}
    return used - inside - {"item", "index"}


def formulas_inside(plan: Plan, container: str) -> tuple[tuple[str, Formula], ...]:
    return tuple(each for template in _templates(plan, container) for each in template.formulas)


def _templates(plan: Plan, container: str) -> list[Template]:
    """Of the settings of the steps inside, and of the conditions of loops there."""
    inside = sorted(_descendants(plan, container))
    loops = [plan.loops[header] for header in inside if header in plan.loops]
    conditions = [line.when for loop in loops for line in loop.back.values() if line.when is not None]
    settings = [each.config for key in inside for each in (plan.nodes[key], *plan.nodes[key].fallbacks)]
    return settings + conditions


def _descendants(plan: Plan, container: str) -> set[str]:
    found: set[str] = set()
    todo = [container]
    while todo:
        for key in plan.children.get(todo.pop(), ()):
            found.add(key)
            todo.append(key)
    return found


# folding


def open_chunks(state: RunState, container: Step, chunks: int) -> None:
    inside = state.items[container.step]
    inside.chunks = chunks
    _fill(state, container, inside)


def chunk_ended(state: RunState, event: Event, body: dict[str, Any]) -> None:
    container = state.steps.get(body["step"])
    inside = state.items.get(body["step"])
    if container is None or inside is None or body["chunk"] not in inside.open_chunks:
        raise TransitionRefused(f"Nobody waits for chunk {body['chunk']} of step {body['step']}.")
    inside.open_chunks.discard(body["chunk"])
    inside.ok += body["ok"]
    inside.lost += body["failed"]
    if body["error"] is None:
        inside.pieces[body["chunk"]] = ValueRef.from_json(body["value"])
    elif inside.failure is None:
        inside.failure = StepError.from_json(body["error"])
        state.stopped.append(container.step)
    _fill(state, container, inside)


def go_on(state: RunState) -> None:
    """After a pause: what was not opened meanwhile."""
    for number, inside in state.items.items():
        if inside.chunks:
            _fill(state, state.steps[number], inside)


def _fill(state: RunState, container: Step, inside: Items) -> None:
    """Opens chunks up to the limit; closes the container when none is left. A paused run opens nothing: what the log
    says was opened must have been started with the same append."""
    if state.paused is not None:
        return
    policy = state.node(container).items
    assert policy is not None
    halted = state.regions[container.scope].stopping or container.cancelling or inside.failure is not None
    limit = min(policy.concurrency, MOST_OPEN)
    while not halted and inside.next_chunk < inside.chunks and len(inside.open_chunks) < limit:
        inside.open_chunks.add(inside.next_chunk)
        state.opening.append((container.step, inside.next_chunk))
        inside.next_chunk += 1
    if not inside.open_chunks:
        state.closing.append(container.step)
        state.busy.add(container.step)
