"""Where the names in a step's formulas find their values: nearest scope first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orchestrator.engine.chunks import formulas_inside, names_used_inside
from orchestrator.engine.compensation import is_undo, seen_from
from orchestrator.engine.events import Binding, Constant, ItemRef, Record, ValueRef
from orchestrator.engine.expressions import Template
from orchestrator.engine.scheduling import RunState
from orchestrator.engine.state import Region, Signal, Step, frame_of, round_scope


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Who asks."""

    template: Template
    scope: str
    error_from: int | None
    number: int | None = None
    """A step sees only what had ended when its own turn came, so that every attempt sees the same."""


def names_of(state: RunState, step: Step) -> dict[str, Binding]:
    """Of the names that the step's settings use; those without a value are left out."""
    template, at = state.node(step).config, seen_from(state, step)
    number = None if is_undo(step) else step.step  # what undoes a step sees its result too
    return _names(state, _Reader(template=template, scope=at.scope, error_from=at.error_from, number=number))


def round_names(state: RunState, region: Region, signal: Signal, when: Template) -> dict[str, Binding]:
    """Of the names that the condition of a feedback line uses, at the end of a round."""
    return _names(state, _Reader(template=when, scope=region.scope, error_from=signal.error_from))


def _names(state: RunState, reader: _Reader) -> dict[str, Binding]:
    bindings = {name: _binding(state, reader, name) for name in reader.template.names}
    return {name: binding for name, binding in bindings.items() if binding is not None}


def names_inside(state: RunState, container: Step) -> dict[str, Binding]:
    """What the steps inside of a container see from outside of it."""
    names = names_used_inside(state.plan, container.node)
    asked = replace(
        state.node(container).config, names=frozenset(names), formulas=formulas_inside(state.plan, container.node)
    )
    return _names(
        state,
        _Reader(template=asked, scope=container.scope, error_from=container.error_from, number=container.step),
    )


def _binding(state: RunState, reader: _Reader, name: str) -> Binding | None:
    if name in state.given:
        return state.given[name]
    if state.outer and name in ("trigger", "run"):
        return state.outer.get(name)  # a chunk's run works for its parent: these are the parent's
    own = _own_binding(state, reader, name)
    return own if own is not None else state.outer.get(name)


def _own_binding(state: RunState, reader: _Reader, name: str) -> Binding | None:
    if name == "trigger":
        return _trigger(state)
    if name == "run":
        return _run(state)
    if name == "error":
        return _error(state, reader)
    if name in ("item", "index"):
        return _item(state, reader.scope, name)
    if name == "loop":
        return _loop(state, reader)
    return _output(state, reader, name)


def _trigger(state: RunState) -> Binding | None:
    return ValueRef.from_json(state.started.body["input"]) if state.started is not None else None


def _run(state: RunState) -> Binding | None:
    """What the driver said of the run at its start (`run` in the body), with the time and mode of the start."""
    if state.started is None:
        return None
    body = state.started.body
    facts = {"started_at": state.started.at.isoformat(), "mode": body.get("mode")}
    return Constant(json={**body.get("run", {}), **facts})


def _error(state: RunState, reader: _Reader) -> Binding | None:
    error = state.steps[reader.error_from].error if reader.error_from is not None else None
    return Constant(json=error.as_json()) if error is not None else None


def _item(state: RunState, scope: str, name: str) -> Binding | None:
    while scope:
        frame = frame_of(scope)
        if frame.is_round:
            scope = frame.outer
            continue
        container = state.places[frame.node, frame.outer]
        if name == "index" or container.items is None:
            return Constant(json=frame.number)
        return ItemRef(list=container.items, index=frame.number - container.base)
    return None


def _loop(state: RunState, reader: _Reader) -> Binding | None:
    """Of the innermost loop: `{"iteration": from 1, "previous": {key: output in the round before} | null}`."""
    scope = reader.scope
    while scope:
        frame = frame_of(scope)
        if frame.is_round:
            iteration = Constant(json=frame.number + 1)
            if frame.number == 0:
                return Record(members={"iteration": iteration, "previous": Constant(json=None)})
            before = round_scope(frame.outer, frame.node, frame.number - 1)
            named = _named_before(state, reader.template, frame.node)
            members = {key: _value(state.places.get((key, before))) or Constant(json=None) for key in named}
            return Record(members={"iteration": iteration, "previous": Record(members=members)})
        scope = frame.outer
    return None


def _named_before(state: RunState, template: Template, header: str) -> tuple[str, ...]:
    """The steps whose earlier outputs the formulas name; all of the loop's where that cannot be told."""
    paths = [path[1:3] for _, formula in template.formulas for path in formula.paths if path[0] == "loop"]
    body = state.plan.loops[header].body
    if any(path[:1] != ("iteration",) and len(path) < 2 for path in paths):
        return body
    named = {path[1] for path in paths if path[0] == "previous"}
    return tuple(key for key in body if key in named)


def _output(state: RunState, reader: _Reader, name: str) -> Binding | None:
    """Of the step of that key in this scope or the nearest enclosing one."""
    scope = reader.scope
    while True:
        found = state.places.get((name, scope))
        if found is not None:
            seen = reader.number is None or reader.number > found.ended_after
            return _value(found) if seen else None
        if not scope:
            return None
        scope = frame_of(scope).outer


def _value(step: Step | None) -> Binding | None:
    return step.value if step is not None else None
