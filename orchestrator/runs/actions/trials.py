"""Trying one step of a draft by itself, with what the steps before it gave or might give."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from builder.actions import freeze_draft
from builder.models import Workflow
from builder.samples import samples_of
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import StepFailed
from orchestrator.engine.node_spec import NodeKind
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.governance import sharing
from orchestrator.governance.data_keys import sealer_of
from orchestrator.governance.principal import Principal
from orchestrator.runs import rights, store
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.actions.starting import insert_run, usable_plan
from orchestrator.runs.carried import Carried, Copy
from orchestrator.runs.models import Mode, Run
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.values import INLINE_BYTES, keep_large, kept_value, read_value

LATEST_TRIED = 50
LATEST_OUTPUTS = """
WITH tried AS (SELECT id FROM runs WHERE workflow_id = %(workflow)s AND mode = 'test' ORDER BY id DESC LIMIT %(most)s)
SELECT DISTINCT ON (s.node) s.node, s.run_id, s.value_id, e.body->'value'->>'digest'
FROM tried JOIN steps s ON s.run_id = tried.id AND s.scope = '' AND s.status = 'done' AND s.node = ANY(%(names)s)
JOIN run_events e ON e.run_id = s.run_id AND e.kind = 'step_done' AND (e.body->>'step')::int = s.step
JOIN run_values v ON v.run_id = s.run_id AND v.number = s.value_id
ORDER BY s.node, s.run_id DESC
"""
LATEST_INPUT = """
SELECT r.id FROM runs r JOIN steps s ON s.run_id = r.id AND s.step = 1 AND s.node = %(start)s
JOIN run_events e ON e.run_id = r.id AND e.seq = 1 AND e.body->>'only' IS NULL
WHERE r.workflow_id = %(workflow)s AND r.mode = 'test' ORDER BY r.id DESC LIMIT 1
"""


def try_step(
    principal: Principal, workflow: Workflow, node: str, *, kept: bool = True, given: dict[str, Any] | None = None
) -> Run:
    """Run one step of the draft, for real, and nothing else.

    Each name in its formulas takes its value from `given`, else from the kept sample of that step (unless `kept` is
    False), else from the latest test run that has one; else it is empty.
    """
    sharing.require(principal, "workflow:run_draft", workflow)
    if workflow.archived_at:
        raise Conflict("archived", "This workflow is archived. Restore it to try its steps.")
    version = freeze_draft(workflow, principal)
    plan = usable_plan(version.id)
    rights.require_authority(principal, workflow, version.id, Mode.TEST)
    tried, start = _tried(plan, node), _any_start(plan)
    known = {**(samples_of(workflow) if kept else {}), **(given or {})}
    run = Run(
        id=uuid7(),
        workspace_id=workflow.workspace_id,
        workflow_id=workflow.id,
        version_id=version.id,
        how="manual",
        mode=Mode.TEST,
        title=tried.name[:200],
    )
    names = _names(plan, node) - {start.key, "trigger"}
    carried = _given(run, names, known, node)
    return insert_run(principal, run, plan, start, _input(run, start, known), carried=carried)


def _tried(plan: Plan, key: str) -> PlanNode:
    node = plan.nodes.get(key)
    if node is None:
        raise Invalid("no_step", "The draft has no such step. Save it first.")
    if node.kind is NodeKind.START:
        raise Invalid("is_start", "A start only takes in what comes. Run the workflow to try it.")
    return node


def _any_start(plan: Plan) -> PlanNode:
    if not plan.starts:
        raise Invalid("no_start", "This workflow has no start yet. Add one in the editor.")
    return plan.nodes[plan.starts[0]]


def _names(plan: Plan, key: str) -> frozenset[str]:
    """What the formulas of a step use, and of a container those inside it that come from outside."""
    inside = plan.children.get(key, ())
    names = plan.nodes[key].config.names
    for child in inside:
        names |= _names(plan, child)
    return names - frozenset(inside) - (frozenset({"item", "index"}) if inside else frozenset())


def _given(run: Run, names: frozenset[str], known: dict[str, Any], tried: str) -> Carried:
    refs: dict[str, dict[str, Any]] = {}
    values, copies = [], []
    for number, name in enumerate(sorted(names & known.keys()), start=1):
        value = _kept(run, number, name, known[name])
        values.append(value)
        refs[name] = {"id": number, "digest": value.digest}
    missing = sorted(names - known.keys())
    parameters = {"workflow": run.workflow_id, "most": LATEST_TRIED, "names": missing}
    found = raw().cursor().execute(LATEST_OUTPUTS, parameters).fetchall() if missing else []
    for number, (name, source, value_id, digest) in enumerate(found, start=len(values) + 1):
        copies.append(Copy(run=source, number=value_id, as_number=number))
        refs[name] = {"id": number, "digest": digest}
    return Carried(facts={"only": tried, "given": refs}, copies=copies, values=values)


def _kept(run: Run, number: int, name: str, value: Any) -> store.KeptValue:
    try:
        body = stored_bytes(value)
    except StepFailed as failed:
        raise Invalid("input", f"What was given for {name} cannot be used: {failed.error.message}") from failed
    salt = secrets.token_bytes(16)
    artifact = keep_large(run.workspace_id, body) if len(body) > INLINE_BYTES else None
    return kept_value(sealer_of(run.workspace_id), number, salt, body, artifact)


def _input(run: Run, start: PlanNode, known: dict[str, Any]) -> bytes:
    """What the start takes in: given, kept, that of the latest test run, or nothing."""
    for name in ("trigger", start.key):
        if name in known:
            return stored_bytes(known[name])
    row = raw().cursor().execute(LATEST_INPUT, {"workflow": run.workflow_id, "start": start.key}).fetchone()
    latest = None if row is None else read_value(UUID(str(row[0])), run.workspace_id, 0)
    return stored_bytes({} if latest is None else latest)
