"""The end of a round: what is asked of the driver, and what follows from the answer."""

from __future__ import annotations

from typing import Any

from orchestrator.engine.bindings import round_names
from orchestrator.engine.commands import DecideLoop
from orchestrator.engine.errors import ErrorCategory, StepError
from orchestrator.engine.plan import ERROR_PORT, BackLine
from orchestrator.engine.scheduling import RunState
from orchestrator.engine.state import Region


def condition(state: RunState, region: Region) -> DecideLoop | None:
    """What has to be evaluated before the round can be decided; None if its feedback line has no condition."""
    line, signal = _line(state, region), region.undecided[0]
    if line.when is None or region.loop is None or region.outer is None:
        return None
    return DecideLoop(
        step=signal.step,
        node=state.plan.nodes[line.edge.source],
        scope=region.outer.scope,
        header=region.loop,
        round=region.round,
        edge=line.edge.id,
        when=line.when,
        names=round_names(state, region, signal, line.when),
    )


def decision(state: RunState, region: Region, *, again: bool, error: StepError | None) -> dict[str, Any]:
    """The body of `loop_decided`. A condition that is still true after the last round is a failure, never an end."""
    line, signal = _line(state, region), region.undecided[0]
    node = state.plan.nodes[line.edge.source]
    if error is None and again and region.round + 1 >= line.max_rounds:
        error = _exhausted(state, region, line)
    handled = _handling(state, region) if error is not None else None
    return {
        "header": region.loop,
        "scope": region.outer.scope if region.outer is not None else "",
        "round": region.round,
        "edge": line.edge.id,
        "step": signal.step,
        "node": node.key,
        "again": again and error is None,
        "error": error.as_json() if error is not None else None,
        "handled": handled,
        "port": ERROR_PORT if handled == "path" else node.main_port if handled == "continue" else None,
        "value": node.policy.fallback_value if handled == "continue" else None,
    }


def _line(state: RunState, region: Region) -> BackLine:
    assert region.loop is not None
    return state.plan.loops[region.loop].back[region.undecided[0].edge.id]


def _handling(state: RunState, region: Region) -> str:
    """As the policy of the line's source says; an error exit must lead out of the loop to be of use now."""
    signal = region.undecided[0]
    policy = state.plan.nodes[signal.edge.source].policy
    ways_out = [each.edge for each in region.exits if each.step == signal.step]
    if policy.on_error == "path" and not any(edge.source_port == ERROR_PORT for edge in ways_out):
        return "fail"
    return policy.on_error


def _exhausted(state: RunState, region: Region, line: BackLine) -> StepError:
    last = state.steps[region.undecided[0].step].error
    name = state.plan.nodes[line.edge.source].name or line.edge.source
    return StepError(
        category=ErrorCategory.REJECTED,
        code="loop_exhausted",
        message=f"“{name}” still asks for another round after {line.max_rounds}, the most that the line allows.",
        hint="Allow more rounds, or say what is to happen then: go on with a value, or along the error exit.",
        details={"rounds": line.max_rounds} | ({"error": last.as_json()} if last is not None else {}),
    )
