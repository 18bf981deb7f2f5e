"""Starting runs: accepted means durable."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.actions import freeze_draft
from builder.models import Version, Workflow
from orchestrator.api.errors import Conflict, Invalid, TooMany
from orchestrator.engine.errors import GraphInvalid, StepFailed
from orchestrator.engine.events import ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.node_spec import NodeKind
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.governance import sharing
from orchestrator.governance.data_keys import sealer_of
from orchestrator.governance.principal import Kind, Principal
from orchestrator.nodes.base import StartType
from orchestrator.nodes.registry import node_type
from orchestrator.nodes.settings_check import read_settings
from orchestrator.runs import rights, store
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.carried import Carried
from orchestrator.runs.doorbell import ring
from orchestrator.runs.models import Mode, Run
from orchestrator.runs.plans import plan_of
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.values import INLINE_BYTES, keep_large, kept_value

STARTS_BY = {
    "manual": "start_manual",
    "terminal": "start_manual",
    "file": "start_file",
    "link": "start_link",
    "workflow": "start_manual",
    "agent": "start_manual",
}


def start_run(
    principal: Principal,
    *,
    workflow: Workflow,
    version: Version | None = None,
    start: str | None = None,
    payload: dict[str, Any],
    how: str,
    title: str = "",
    mode: str = Mode.LIVE,
    start_key: str | None = None,
    repeats: UUID | None = None,
    carried: Carried | None = None,
    until: str | None = None,
) -> Run:
    """Accept a run: durable when this returns. The same `start_key` gives the run that exists already.

    `until` is the key of the last step that runs. Raises Conflict (not live), Invalid (the payload does not fit the
    start), TooMany (backlog full).
    """
    verb = "workflow:run" if mode == Mode.LIVE else "workflow:run_draft"
    sharing.require(principal, verb, workflow)
    if workflow.archived_at:
        raise Conflict("archived", "This workflow is archived. Restore it to run it.")
    if mode == Mode.LIVE and workflow.paused:
        raise Conflict("paused", "This workflow is paused. Publish it again to run it.")
    version_id = version.id if version else version_of(principal, workflow, mode)
    plan = usable_plan(version_id)
    acts = rights.require_authority(principal, workflow, version_id, mode)
    node = start_node(plan, start, how)
    if until is not None:
        _refuse_no_end(plan, until)
        carried = replace(carried or Carried(), facts={**(carried.facts if carried else {}), "until": until})
    accepted, value = accept_input(node, payload)
    run = Run(
        id=uuid7(),
        workspace_id=workflow.workspace_id,
        workflow_id=workflow.id,
        version_id=version_id,
        how=how,
        mode=mode,
    )
    run.title = (title or _title(accepted))[:200]
    seen = Seen(acts=acts, roles=_roles(principal, workflow.workspace_id))
    if version is None and mode == Mode.LIVE:
        seen = replace(seen, live=version_id, access=workflow.access)
    return insert_run(principal, run, plan, node, value, start_key, repeats, carried, seen)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a start went by. If it has changed meanwhile, nothing starts."""

    live: UUID | None = None
    """The live version; None: whatever is live does not matter."""
    access: str | None = None
    acts: UUID | None = None
    """Who has to belong to the workspace, because it runs as them."""
    roles: list[str] | None = None
    """Of the person who starts it; None: no person does."""


def _roles(principal: Principal, workspace_id: UUID) -> list[str] | None:
    return sorted(principal.roles.get(workspace_id, ())) if principal.kind is Kind.PERSON else None


def insert_run(
    principal: Principal,
    run: Run,
    plan: Plan,
    node: PlanNode,
    value: bytes,
    start_key: str | None = None,
    repeats: UUID | None = None,
    carried: Carried | None = None,
    seen: Seen = Seen(),
) -> Run:
    """Make a checked run durable, from its start `node` with the stored input `value`, and ring for it.

    Raises TooMany, and Conflict if what was `seen` has changed.
    """
    row = _insert(principal, run, plan, node, value, start_key, repeats, carried, seen)
    if not row.current:
        if seen.acts is not None:
            rights.refuse_gone(seen.acts, run.workspace_id)
        raise Conflict("changed", "The workflow, its sharing or your roles were changed at this moment. Try again.")
    if row.id is None:
        return _started_before(run.workflow_id, start_key)
    if row.rings:
        transaction.on_commit(lambda: ring([run.id]))
    return run


def _started_before(workflow: UUID, start_key: str | None) -> Run:
    """The run of this key, which counts also when there is no room for another. Raises TooMany."""
    run = Run.objects.filter(workflow_id=workflow, start_key=start_key).first() if start_key else None
    if run is None:
        raise TooMany("backlog_full", "Too many runs of this workspace are waiting already.", retry_after_s=30)
    return run


def version_of(principal: Principal, workflow: Workflow, mode: str) -> UUID:
    if mode == Mode.TEST:
        return UUID(str(freeze_draft(workflow, principal).id))
    if workflow.live_version_id is None:
        raise Conflict("not_live", "This workflow is not published yet. Publish it, or run its draft in the editor.")
    return UUID(str(workflow.live_version_id))


def usable_plan(version: UUID) -> Plan:
    """Raises Conflict for a version that this release cannot run any more."""
    try:
        return plan_of(version)
    except GraphInvalid as error:
        message = "This version holds steps that no longer exist. Run the latest version instead."
        raise Conflict("version_unusable", message, [problem.as_json() for problem in error.problems]) from error


def _refuse_no_end(plan: Plan, until: str) -> None:
    node = plan.nodes.get(until)
    if node is None or node.parent is not None:
        raise Invalid("no_step", "The run cannot end there. Choose a step of this workflow that is in no container.")


def start_node(plan: Plan, key: str | None, how: str) -> PlanNode:
    starts = [node for node in plan.nodes.values() if node.spec.kind is NodeKind.START and not node.off]
    if key is not None:
        starts = [node for node in starts if node.key == key]
    elif len(starts) > 1:
        starts = [node for node in starts if node.type == STARTS_BY.get(how)]
    if len(starts) == 1:
        return starts[0]
    raise Invalid("no_start", "This workflow has no such start. Choose one of its starts, or add one in the editor.")


def accept_input(node: PlanNode, payload: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the start makes of `payload`, and how that is stored."""
    kind = node_type(node.type, node.version)
    if not isinstance(kind, StartType):
        raise Invalid("no_start", "This step is not a start.")
    try:
        accepted = kind.accept(read_settings(kind, dict(node.raw_config)), payload)
        return accepted, stored_bytes(accepted)
    except StepFailed as failed:
        error = failed.error
        fields = error.details.get("fields") or {None: error.message}
        common = {"code": error.code, "node": node.key, "hint": error.hint}
        problems = [{**common, "field": field, "message": message} for field, message in fields.items()]
        raise Invalid("input", error.message, problems) from failed


def _title(accepted: dict[str, Any]) -> str:
    files = [value["name"] for value in accepted.values() if isinstance(value, dict) and "file_id" in value]
    return str(files[0]) if files else ""


def _insert(
    principal: Principal,
    run: Run,
    plan: Plan,
    node: PlanNode,
    value: bytes,
    start_key: str | None,
    repeats: UUID | None,
    carried: Carried | None,
    seen: Seen,
) -> Any:
    """The run, its first event and its input: one statement."""
    salt, now = secrets.token_bytes(16), timezone.now()
    large = keep_large(run.workspace_id, value) if len(value) > INLINE_BYTES else None
    kept = kept_value(sealer_of(run.workspace_id), 0, salt, value, large)
    execution = Execution(plan)
    who = {"id": str(principal.id), "name": principal.name} if principal.id else None
    execution.start(
        start_node=node.key,
        input=ValueRef(id=0, digest=kept.digest),
        at=now,
        body={
            "run": {"id": str(run.id), "title": run.title},
            "by": who,
            "how": run.how,
            "mode": run.mode,
            "title": run.title,
            "auth": principal.auth,
            **({"token": str(principal.token)} if principal.token else {}),
            **(carried.facts if carried else {}),
        },
    )
    events = execution.take_events()
    bodies, hashes = store.sealed_events(run.id, store.NO_HEAD, events)
    parameters = {
        "id": run.id,
        "workspace": run.workspace_id,
        "workflow": run.workflow_id,
        "version": run.version_id,
        "live": seen.live,
        "access": seen.access,
        "acts": seen.acts,
        "roles": seen.roles,
        "title": run.title,
        "how": run.how,
        "mode": run.mode,
        "by": principal.id,
        "repeats": repeats,
        "start_key": start_key,
        "head": hashes[0],
        "at": now,
        "body": bodies[0].decode(),
        "salt": salt,
        "value": None if kept.body is None else kept.body.decode(),
        "artifact": large,
        "sealed": kept.sealed,
        "start": node.key,
    }
    return store.start(raw(), parameters, carried.parameters() if carried else None)
