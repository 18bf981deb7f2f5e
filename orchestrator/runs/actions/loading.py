"""Taking a past run into the editor: what its steps gave stands for them there, until it is put away again."""

from __future__ import annotations

from typing import Any

import orjson

from builder.models import Draft, Workflow
from builder.samples import LARGEST_SAMPLE, Kept, load_samples
from orchestrator.api.errors import Conflict
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal
from orchestrator.runs import rights
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.carried import finished_steps
from orchestrator.runs.models import Run, RunEvent
from orchestrator.runs.plans import plan_of
from orchestrator.runs.values import read_value


def load_run(principal: Principal, run: Run, *, replace: bool) -> dict[str, list[str]]:
    """Keep what the steps of the draft gave in `run` as its samples; gives which are `kept` and which were `left_out`.

    Steps inside loops have no one output and stay as they are. Raises Conflict if samples that a person kept would be
    replaced, unless `replace`.
    """
    rights.require(principal, "run:payload", run)
    sharing.require(principal, "workflow:edit", run.workflow)
    if run.parent_chunk is not None:
        raise Conflict("part_of_a_run", "This run works on some items of another run. Load that one.")
    rights.refuse_inner(run)
    given = _given(run)
    types = _types(run.workflow)
    known = {node: (kind, kept) for node, (kind, kept) in given.items() if types.get(node) == kind}
    fitting = {node: kept for node, (_, kept) in known.items() if _fits(kept.output)}
    load_samples(principal, run.workflow, fitting, source=run.id, replace=replace)
    return {"kept": sorted(fitting), "left_out": sorted(known.keys() - fitting.keys())}


def _given(run: Run) -> dict[str, tuple[str, Kept]]:
    """Type, output and way on of each step outside of loops that is done; of the start what it took in."""
    plan = plan_of(run.version_id)
    found: dict[str, tuple[str, Kept]] = {}
    start = RunEvent.objects.filter(run_id=run.id, seq=1).values_list("body", flat=True).get()["start"]
    took = read_value(run.id, run.workspace_id, 0)
    if took is not None:
        found[start] = (plan.nodes[start].type, Kept(output=took))
    for key, done in finished_steps(raw().cursor(), run.id, plan).items():
        value = done.constant if done.value is None else read_value(run.id, run.workspace_id, done.value["id"])
        found[key] = (plan.nodes[key].type, Kept(output=value, port=done.port))
    return found


def _types(workflow: Workflow) -> dict[str, str]:
    graph = Draft.objects.values_list("graph", flat=True).get(workflow=workflow)
    return {node["key"]: node["type"] for node in graph["nodes"]}


def _fits(output: Any) -> bool:
    return len(orjson.dumps(output)) <= LARGEST_SAMPLE
