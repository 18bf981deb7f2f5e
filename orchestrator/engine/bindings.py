"""Where the names in a step's formulas find their values: nearest scope first."""

from __future__ import annotations

from orchestrator.engine.chunks import names_used_inside
from orchestrator.engine.events import Binding, Constant, ItemRef, ValueRef
from orchestrator.engine.scheduling import RunState
from orchestrator.engine.state import Step, frame_of


def names_of(state: RunState, step: Step) -> dict[str, Binding]:
    """Of the names that the step's settings use; those without a value are left out."""
    bindings = {name: _binding(state, step, name) for name in state.node(step).config.names}
    return {name: binding for name, binding in bindings.items() if binding is not None}


def names_inside(state: RunState, container: Step) -> dict[str, Binding]:
    """What the steps inside of a container see from outside of it."""
    names = names_used_inside(state.plan, container.node)
    bindings = {name: _binding(state, container, name) for name in sorted(names)}
    return {name: binding for name, binding in bindings.items() if binding is not None}


def _binding(state: RunState, step: Step, name: str) -> Binding | None:
    if name in state.given:
        return state.given[name]
    if state.outer and name in ("trigger", "run"):
        return state.outer.get(name)  # a chunk's run works for its parent: these are the parent's
    own = _own_binding(state, step, name)
    return own if own is not None else state.outer.get(name)


def _own_binding(state: RunState, step: Step, name: str) -> Binding | None:
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
    container = state.places[node, outer]
    if name == "index" or container.items is None:
        return Constant(json=index)
    return ItemRef(list=container.items, index=index - container.base)


def _output(state: RunState, step: Step, name: str) -> Binding | None:
    """Of the step of that key in this scope or the nearest enclosing one."""
    scope = step.scope
    while True:
        found = state.places.get((name, scope))
        if found is not None or not scope:
            return found.value if found is not None else None
        scope = frame_of(scope)[0]
