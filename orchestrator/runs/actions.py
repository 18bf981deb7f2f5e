"""What people and machines do with runs. Each verb: permission, write, trail, doorbell after the commit."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.actions import freeze_draft
from builder.models import Version, Workflow
from orchestrator.api.errors import Conflict, Invalid, TooMany
from orchestrator.engine.errors import StepFailed
from orchestrator.engine.events import ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.engine.node_spec import NodeKind
from orchestrator.engine.plan import Plan, PlanNode
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import FourEyes
from orchestrator.governance.principal import Principal
from orchestrator.nodes.base import StartType
from orchestrator.nodes.registry import node_type
from orchestrator.nodes.settings_check import read_settings
from orchestrator.runs import mail, store
from orchestrator.runs.doorbell import ring, wake
from orchestrator.runs.models import HumanTask, Mode, Run, TaskState
from orchestrator.runs.plans import plan_of
from orchestrator.runs.steps import stored_bytes
from orchestrator.runs.stream import tell_workspace
from orchestrator.runs.values import INLINE_BYTES, keep_large, read_value, value_digest

STARTS_BY = {"manual": "start_manual", "terminal": "start_manual", "file": "start_file", "link": "start_link"}


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
) -> Run:
    """Accept a run: durable when this returns. The same `start_key` gives the run that exists already.

    Raises Conflict (not live), Invalid (the payload does not fit the start), TooMany (backlog full).
    """
    verb = "workflow:run" if mode == Mode.LIVE else "workflow:run_draft"
    principal.require(verb, workflow.workspace_id, object_type="workflow", object_id=workflow.id)
    if workflow.archived_at:
        raise Conflict("archived", "This workflow is archived. Restore it to run it.")
    version_id = version.id if version else _version_of(principal, workflow, mode)
    plan = plan_of(version_id)
    node = _start_node(plan, start, how)
    accepted, value = _accept(node, payload)
    run = Run(
        id=uuid7(),
        workspace_id=workflow.workspace_id,
        workflow_id=workflow.id,
        version_id=version_id,
        how=how,
        mode=mode,
    )
    run.title = (title or _title(accepted))[:200]
    row = _insert(principal, run, plan, node, value, start_key, repeats)
    if row.id is None and row.room == 0:
        raise TooMany("backlog_full", "Too many runs of this workspace are waiting already.", retry_after_s=30)
    if row.id is None:
        return Run.objects.get(workflow_id=workflow.id, start_key=start_key)
    transaction.on_commit(lambda: ring([run.id]))
    return run


def _version_of(principal: Principal, workflow: Workflow, mode: str) -> UUID:
    if mode == Mode.TEST:
        return UUID(str(freeze_draft(workflow, principal).id))
    if workflow.live_version_id is None:
        raise Conflict("not_live", "This workflow is not published yet. Publish it, or run its draft in the editor.")
    if workflow.paused:
        raise Conflict("paused", "This workflow is paused. Publish it again to run it.")
    return UUID(str(workflow.live_version_id))


def _start_node(plan: Plan, key: str | None, how: str) -> PlanNode:
    starts = [node for node in plan.nodes.values() if node.spec.kind is NodeKind.START and not node.off]
    if key is not None:
        starts = [node for node in starts if node.key == key]
    elif len(starts) > 1:
        starts = [node for node in starts if node.type == STARTS_BY.get(how)]
    if len(starts) == 1:
        return starts[0]
    raise Invalid("no_start", "This workflow has no such start. Choose one of its starts, or add one in the editor.")


def _accept(node: PlanNode, payload: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
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
) -> Any:
    """The run, its first event and its input: one statement."""
    salt, now = secrets.token_bytes(16), timezone.now()
    large = keep_large(run.workspace_id, value) if len(value) > INLINE_BYTES else None
    execution = Execution(plan)
    who = {"id": str(principal.id), "name": principal.name} if principal.id else None
    execution.start(
        start_node=node.key,
        input=ValueRef(id=0, digest=value_digest(salt, value)),
        at=now,
        body={
            "run": {"id": str(run.id), "title": run.title},
            "by": who,
            "how": run.how,
            "mode": run.mode,
            "title": run.title,
            "auth": principal.auth,
        },
    )
    events = execution.take_events()
    bodies, hashes = store.sealed_events(run.id, store.NO_HEAD, events)
    parameters = {
        "id": run.id,
        "workspace": run.workspace_id,
        "workflow": run.workflow_id,
        "version": run.version_id,
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
        "value": None if large else value.decode(),
        "artifact": large,
        "start": node.key,
    }
    return store.start(_raw(), parameters)


def _raw() -> store.Connection:
    """Django's own connection underneath: the same transaction, without the ORM."""
    connection.ensure_connection()
    return connection.connection


def cancel_run(principal: Principal, run: Run, reason: str) -> None:
    """Ask a run to stop. What is in flight is interrupted; steps already done stay done."""
    principal.require("run:cancel", run.workspace_id, object_type="run", object_id=run.id)
    if run.ended:
        raise Conflict("ended", "This run has ended already.")
    with transaction.atomic():
        if not _post(run.id, mail.CANCEL, None, {"by": principal.name or "system", "reason": reason}, "cancel"):
            return  # somebody has asked already, and the run will read that
        audit.record(
            principal,
            "run.cancelled",
            workspace_id=run.workspace_id,
            object_type="run",
            object_id=run.id,
            object_name=run.title,
            reason=reason,
        )


def repeat_run(principal: Principal, run: Run, *, latest: bool) -> Run:
    """Run again with the same input, as it was or as the workflow is now."""
    principal.require("workflow:run", run.workspace_id, object_type="run", object_id=run.id)
    started = store.histories(_raw(), [run.id])[run.id][0]
    payload = read_value(run.id, run.workspace_id, 0)
    version = None if latest else Version.objects.get(pk=run.version_id)
    workflow = Workflow.objects.get(pk=run.workflow_id)
    return start_run(
        principal,
        workflow=workflow,
        version=version,
        start=started.body["start"],
        payload=payload,
        how="repeat",
        title=run.title,
        mode=Mode(run.mode),
        repeats=run.id,
    )


def _post(run: UUID, kind: str, step: int | None, body: dict[str, Any], dedupe: str) -> bool:
    """Mail in the caller's transaction; the run is woken after its commit."""
    posted = store.post(_raw(), run, kind, step=step, body=body, dedupe=dedupe)
    transaction.on_commit(lambda: wake(_raw(), run))
    return posted


# -- human tasks ---------------------------------------------------------------------------------------------------


def may_decide(principal: Principal, task: HumanTask) -> bool:
    return _is_asked(principal, task) and not _needs_somebody_else(principal, task)


def _is_asked(principal: Principal, task: HumanTask) -> bool:
    held = principal.roles.get(task.workspace_id, frozenset())
    return principal.may("task:decide", task.workspace_id) and ("owner" in held or bool(held & set(task.roles)))


def _needs_somebody_else(principal: Principal, task: HumanTask) -> bool:
    """Where the workspace wants two persons, whoever started a run does not decide about it."""
    own = Run.objects.filter(pk=task.run_id, started_by_id=principal.id, workspace__four_eyes=FourEyes.REQUIRED)
    return own.exists()


def take_task(principal: Principal, task: HumanTask) -> HumanTask:
    """Say "I do this": the others see who, and only that person can decide."""
    _require_decider(principal, task)
    taken = HumanTask.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        state=TaskState.TAKEN, assignee_id=principal.id
    )
    if not taken:
        raise _too_late(task)
    transaction.on_commit(lambda: tell_workspace(task.workspace_id, "tasks"))
    return _task(task)


def release_task(principal: Principal, task: HumanTask) -> HumanTask:
    """Give a taken task back to everybody."""
    released = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=principal.id).update(
        state=TaskState.OPEN, assignee=None
    )
    if not released:
        raise _too_late(task)
    transaction.on_commit(lambda: tell_workspace(task.workspace_id, "tasks"))
    return _task(task)


def decide_task(principal: Principal, task: HumanTask, *, approve: bool, comment: str) -> HumanTask:
    """Answer a task. Whoever's answer is first counts; a later one is told who answered and when."""
    _require_decider(principal, task)
    if not approve and task.comment_required_on_reject and not comment.strip():
        problem = {
            "code": "required",
            "node": None,
            "field": "comment",
            "message": "Say why you reject it.",
            "hint": "",
        }
        raise Invalid("comment_required", "Say why you reject it.", [problem])
    now, decision = timezone.now(), "approved" if approve else "rejected"
    with transaction.atomic():
        changed = HumanTask.objects.filter(pk=task.pk, state=TaskState.TAKEN, assignee_id=principal.id).update(
            state=TaskState.DONE, decision=decision, comment=comment, decided_by_id=principal.id, decided_at=now
        )
        if not changed:
            raise _too_late(task)
        output = {"decision": decision, "comment": comment, "decided_by": principal.name, "decided_at": now.isoformat()}
        body = {"port": decision, "output": output, "facts": {"decided_by": principal.name, "decision": decision}}
        _post(task.run_id, mail.TASK_DECIDED, task.step, body, f"task:{task.pk}")
        audit.record(
            principal,
            f"task.{decision}",
            workspace_id=task.workspace_id,
            object_type="task",
            object_id=task.id,
            object_name=task.title,
            reason=comment,
            detail={"run": str(task.run_id), "step": task.step},
        )
    return _task(task)


def _task(task: HumanTask) -> HumanTask:
    return HumanTask.objects.select_related("assignee", "decided_by", "run__workflow").get(pk=task.pk)


def _require_decider(principal: Principal, task: HumanTask) -> None:
    principal.require("task:decide", task.workspace_id, object_type="task", object_id=task.id)
    if not _is_asked(principal, task):
        raise _denied(task, f"Only people with the role {' or '.join(task.roles)} decide this task.")
    if _needs_somebody_else(principal, task):
        raise _denied(task, "You started this run, so somebody else decides about it.")


def _denied(task: HumanTask, message: str) -> Denied:
    return Denied("task:decide", workspace_id=task.workspace_id, object_type="task", object_id=task.id, message=message)


def _too_late(task: HumanTask) -> Conflict:
    """Who was faster, and when."""
    now = _task(task)
    if now.state == TaskState.DONE:
        who = now.decided_by.name if now.decided_by else "Somebody"
        detail = f"{who} answered this task already: {now.decision}."
        return Conflict(
            "answered", detail, current={"by": who, "at": now.decided_at.isoformat() if now.decided_at else None}
        )
    if now.state == TaskState.TAKEN and now.assignee:
        return Conflict("taken", f"{now.assignee.name} has taken this task.", current={"by": now.assignee.name})
    if now.open:
        return Conflict("not_taken", "Take the task first, then decide.")
    return Conflict("closed", "This task is closed: nobody answered in time, or its run was stopped.")
