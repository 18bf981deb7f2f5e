"""Undoing: what a run did is taken back, last thing first, when a step fails whose rule is to compensate.

A line from the exit `undo` leads to the one step that undoes another. It is no part of the normal flow: it runs only
here, in the scope `undo/<scope of the step it undoes>`, one at a time, and sees what that step saw, and its output.
One that fails waits to be looked at by a person: tried again, called done, or given up, which ends the undoing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from orchestrator.engine.errors import Problem, StepError
from orchestrator.engine.graph import Edge, Graph, Node
from orchestrator.engine.node_spec import Effect, NodeKind, NodeSpec
from orchestrator.engine.plan import undo_lines
from orchestrator.engine.state import Region, Step, StepStatus
from orchestrator.engine.visibility import spoken

if TYPE_CHECKING:
    from orchestrator.engine.scheduling import RunState

UNDO_SCOPE = "undo"
MOST_TOLD = 50
"""Steps that the error of a run names as undone, or as left."""


@dataclass(kw_only=True, slots=True)
class Undoing:
    """How far a run is with taking back what it did."""

    left: list[int]
    """Steps to undo; the last is the next."""
    undone: list[int] = field(default_factory=list)
    region: Region | None = None
    """Where the step at work stands."""


def is_undo(step: Step) -> bool:
    return step.scope == UNDO_SCOPE or step.scope.startswith(UNDO_SCOPE + "/")


def seen_from(state: RunState, step: Step) -> Step:
    """The step whose names this one's formulas see: its own, or those of the step it undoes."""
    undoes = state.plan.nodes[step.node].undoes
    if undoes is None or not is_undo(step):
        return step
    return state.places[undoes, step.scope.removeprefix(UNDO_SCOPE).removeprefix("/")]


# folding


def begin(state: RunState) -> Region | None:
    """What is done now is undone, in the reverse order of the results. Gives the region to open first."""
    state.undoing = Undoing(left=list(state.undoable))
    return _next(state, state.undoing)


def ended(state: RunState, region: Region, step: Step) -> Region | None:
    """`step`, which was to undo another, is settled. Gives the region to open next; None when the undoing ends here."""
    undoing = state.undoing
    assert undoing is not None
    undoing.region = None
    del state.regions[region.scope]
    if step.status in (StepStatus.DONE, StepStatus.SKIPPED) or step.handled == "continue":
        undoing.undone.append(region.undoes)
        return None if region.stopping else _next(state, undoing)
    undoing.left.append(region.undoes)
    return None


def _next(state: RunState, undoing: Undoing) -> Region | None:
    if not undoing.left:
        return None
    step = state.steps[undoing.left.pop()]
    scope = f"{UNDO_SCOPE}/{step.scope}" if step.scope else UNDO_SCOPE
    undoing.region = Region(scope=scope, undoes=step.step)
    return undoing.region


# telling


def undone_error(state: RunState, error: StepError) -> StepError:
    """The error the run ends with: the one that began it, and what was taken back."""
    if state.undoing is None:
        return error
    undone, left = state.undoing.undone, state.undoing.left[::-1]
    told = {"undone": _told(state, undone), "not_undone": _told(state, left)}
    return replace(error, details={**error.details, **told, "undone_count": len(undone), "not_undone_count": len(left)})


def _told(state: RunState, numbers: list[int]) -> list[dict[str, Any]]:
    steps = [state.steps[number] for number in numbers[:MOST_TOLD]]
    return [{"step": step.step, "node": step.node, "scope": step.scope} for step in steps]


# checking


def check_undoing(graph: Graph, specs: dict[str, NodeSpec]) -> Iterator[Problem]:
    """What is wrong with lines that undo, with the steps they lead to, and with the rule to compensate."""
    nodes = {node.key: node for node in graph.nodes}
    lines = [edge for edge in undo_lines(graph) if edge.source in nodes and edge.target in nodes]
    sources = [edge.source for edge in lines]
    for edge in lines:
        source, target = nodes[edge.source], nodes[edge.target]
        yield from _source(edge, source, specs.get(edge.source), sources.count(edge.source))
        yield from _target(edge, source, target, specs.get(edge.target), graph)
    wanting = [node for node in graph.nodes if node.policy.on_error == "compensate"]
    for node in wanting if not lines else ():
        yield Problem(
            code="nothing_to_undo",
            node=node.key,
            field="policy.on_error",
            message=f"{spoken(node)} is to undo what was done when it fails, but no step says how it is undone.",
            hint="Draw a line from the undo exit of a step to one that undoes it, or choose another way.",
        )


def _source(edge: Edge, source: Node, spec: NodeSpec | None, lines: int) -> Iterator[Problem]:
    if lines > 1:
        yield _problem(edge, source, f"{spoken(source)} is undone by more than one step.", "Keep one of these lines.")
    if spec is None:
        return
    settings = [source.config, *(source.config | each for each in source.policy.fallbacks)]
    if spec.kind is not NodeKind.STEP or all(spec.effect_for(each) is Effect.PURE for each in settings):
        message = f"{spoken(source)} changes nothing outside of the workflow, so there is nothing to undo."
        yield _problem(edge, source, message, "Delete the line.")


def _target(edge: Edge, source: Node, target: Node, spec: NodeSpec | None, graph: Graph) -> Iterator[Problem]:
    name = spoken(target)
    if any(other.target == target.key and other is not edge for other in graph.edges):
        hint = "Delete the other lines that lead to it."
        yield _problem(edge, target, f"{name} undoes {spoken(source)}, so nothing else may lead to it.", hint)
    if any(other.source == target.key for other in graph.edges):
        hint = "Delete the lines that lead on from it."
        yield _problem(edge, target, f"{name} undoes {spoken(source)}, so it must be the end of its way.", hint)
    if target.policy.on_error not in ("fail", "continue"):
        hint = "Choose “stop” or “go on with a value”."
        message = f"{name} undoes {spoken(source)}; when it fails, a person looks at it or the undoing goes on."
        yield replace(_problem(edge, target, message, hint), field="policy.on_error")
    if spec is not None and (spec.kind is not NodeKind.STEP or spec.ends_run or spec.cancels_of is not None):
        hint = "Choose a step that does one thing."
        yield _problem(edge, target, f"{name} cannot undo: it begins, holds, cancels or ends others.", hint)


def _problem(edge: Edge, node: Node, message: str, hint: str) -> Problem:
    return Problem(code="bad_undo", node=node.key, field=f"edges.{edge.id}", message=message, hint=hint)
