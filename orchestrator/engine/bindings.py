"""Where the names in a step's formulas find their values: nearest scope first."""

from __future__ import annotations

from orchestrator.engine.compensation import seen_from
from orchestrator.engine.events import Binding, Constant, ItemRef, ValueRef
from orchestrator.engine.scheduling import RunState
from orchestrator.engine.state import Step, frame_of


def names_of(state: RunState, step: Step) -> dict[str, Binding]:
    """Of the names that the step's settings use; those without a value are left out."""
    at = seen_from(state, step)
    bindings = {name: _binding(state, at, name) for name in state.node(step).config.names}
    return {name: binding for name, binding in bindings.items() if binding is not None}


def _binding(state: RunState, step: Step, name: str) -> Binding | None:
    if name == "trigger":
        return _trigger(state)
    if name == "run":
        return _run(state)
    if name == "error":
        return _error(state, step)
    if name in ("item", "index"):
        return _item(state, step, name)
    return _output(state, step, name)


def _trigger(state: RunState) -> Binding | None:
    return ValueRef.from_json(state.started.body["input"]) if state.started is not None else None


def _run(state: RunState) -> Binding | None:
    """What the driver said of the run at its start (`run` in the body), with the time and mode of the start."""
    if state.started is None:
        return None
    body = state.started.body
    facts = {"started_at": state.started.at.isoformat(), "mode": body.get("mode")}
    return Constant(json={**body.get("run", {}), **facts})


def _error(state: RunState, step: Step) -> Binding | None:
    error = state.steps[step.error_from].error if step.error_from is not None else None
    return Constant(json=error.as_json()) if error is not None else None


def _item(state: RunState, step: Step, name: str) -> Binding | None:
    if not step.scope:
        return None
    outer, node, index = frame_of(step.scope)
    items = state.places[node, outer].items
    if name == "index" or items is None:
        return Constant(json=index)
    return ItemRef(list=items, index=index)


def _output(state: RunState, step: Step, name: str) -> Binding | None:
    """Of the step of that key in this scope or the nearest enclosing one."""
    scope = step.scope
    while True:
        found = state.places.get((name, scope))
        if found is not None or not scope:
            return found.value if found is not None else None
        scope = frame_of(scope)[0]
