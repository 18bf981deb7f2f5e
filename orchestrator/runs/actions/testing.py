"""Running the draft: kept samples stand for their steps, and what an earlier run has done need not be done again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.actions import freeze_draft
from builder.models import Workflow
from builder.samples import Kept, kept_outcomes
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.keeping import Finished, kept_steps, unchanged_steps
from orchestrator.engine.node_spec import NodeKind
from orchestrator.engine.plan import Plan
from orchestrator.governance import sharing
from orchestrator.governance.principal import Principal
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.actions.starting import start_node, start_run, usable_plan
from orchestrator.runs.carried import carry, finished_steps
from orchestrator.runs.models import Mode, Run, RunEvent
from orchestrator.runs.values import read_value


def run_draft(
    principal: Principal,
    *,
    workflow: Workflow,
    start: str | None,
    payload: dict[str, Any] | None,
    how: str,
    until: str | None = None,
    reuse: Run | None = None,
    start_key: str | None = None,
) -> Run:
    """Run the draft as a test.

    A step with a kept sample is not run: the sample is what it gives. Of `reuse`, an earlier run of this workflow, all
    that is done, unchanged and not behind a change is taken over, but for `until` itself. Without `payload` the start
    takes in what it took in then, else its own sample, else nothing.
    """
    sharing.require(principal, "workflow:run_draft", workflow)
    if workflow.archived_at:
        raise Conflict("archived", "This workflow is archived. Restore it to run it.")
    if reuse is not None and reuse.workflow_id != workflow.pk:
        raise Invalid("reuse", "That run is one of another workflow, so nothing of it fits here.")
    version = freeze_draft(workflow, principal)
    plan = usable_plan(version.id)
    kept = kept_outcomes(workflow)
    begun = _begun_with(reuse)
    node = start_node(plan, start or (begun if begun in plan.starts else None), how)
    if payload is None:
        before = read_value(reuse.id, reuse.workspace_id, 0) if reuse and begun == node.key else None
        payload = before or (kept[node.key].output if node.key in kept else None) or {}
        reusable = reuse if before else None
    else:
        # Other data came in: what was made of the earlier ones is of no use.
        reusable = None
    samples = _usable_samples(plan, kept, until)
    done = _done_before(plan, node.key, reusable, samples, until)
    return start_run(
        principal,
        workflow=workflow,
        version=version,
        start=node.key,
        payload=payload,
        how=how,
        mode=Mode.TEST,
        start_key=start_key,
        until=until,
        carried=carry(
            workflow.workspace_id,
            {**done, **samples},
            source=reusable,
            told={key: {"kept_sample": True} for key in samples},
        ),
    )


def _begun_with(run: Run | None) -> str | None:
    if run is None:
        return None
    body = RunEvent.objects.filter(run_id=run.id, seq=1).values_list("body", flat=True).get()
    return None if "only" in body else str(body["start"])


def _usable_samples(plan: Plan, kept: Mapping[str, Kept], until: str | None) -> dict[str, Finished]:
    """Those of steps outside of all containers whose way on is known."""
    found = {}
    for key, sample in kept.items():
        node = plan.nodes.get(key)
        if node is None or node.parent is not None or node.kind is NodeKind.START or node.off or key == until:
            continue
        ports = [port.key for port in node.ports]
        if sample.port in ports or (sample.port == "" and len(ports) < 2):
            found[key] = Finished(port=sample.port or node.main_port, constant=sample.output)
    return found


def _done_before(
    plan: Plan, start: str, run: Run | None, samples: Mapping[str, Finished], until: str | None
) -> dict[str, Finished]:
    if run is None or RunEvent.objects.filter(run_id=run.id, kind="undo_started").exists():
        return {}
    before = usable_plan(run.version_id)
    finished = finished_steps(raw().cursor(), run.id, before)
    finished.pop(until or "", None)
    others = {key for key, sample in samples.items() if not _gave(run, finished.get(key), sample)}
    return kept_steps(plan, start, finished, unchanged_steps(before, plan) - others)


def _gave(run: Run, done: Finished | None, sample: Finished) -> bool:
    """Whether the step gave what its sample says: what is behind it then fits the sample."""
    if done is None or done.port != sample.port:
        return False
    value = done.constant if done.value is None else read_value(run.id, run.workspace_id, done.value["id"])
    return bool(value == sample.constant)
