"""A run as the browser sees it: what `apply(snapshot, events)` must equal, on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.events import Binding, Event, EventKind, ItemRef, Record, ValueRef
from orchestrator.engine.execution import Execution
from orchestrator.governance.models import AccessToken
from orchestrator.governance.principal import Principal
from orchestrator.runs import rights
from orchestrator.runs.callbacks import with_calls
from orchestrator.runs.models import Mode, Run, RunEvent, RunStatus, Step
from orchestrator.runs.plans import plan_of_run
from orchestrator.runs.stream import event_json
from orchestrator.runs.values import read_value

STATUS_WORDS = {status: status.name.lower() for status in RunStatus}
STEP_FIELDS = (
    "step",
    "node",
    "scope",
    "attempt",
    "status",
    "port",
    "error",
    "facts",
    "started_at",
    "ended_at",
    "retry_at",
    "wait",
    "count",
)


ATTEMPT_STATUS = {
    EventKind.STEP_STARTED: "running",
    EventKind.STEP_WAITING: "waiting",
    EventKind.STEP_ANSWERED: "waiting",
    EventKind.ITEMS_OPENED: "running",
    EventKind.STEP_UNKNOWN: "needs_review",
    EventKind.STEP_DONE: "done",
    EventKind.STEP_FAILED: "failed",
    EventKind.STEP_CANCELLED: "cancelled",
}
ENDS_ATTEMPT = {EventKind.STEP_DONE, EventKind.STEP_FAILED, EventKind.STEP_CANCELLED, EventKind.STEP_UNKNOWN}


def run_rows(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """A page of a list of runs: each says whether it waits for a person, or only for time and other systems."""
    waiting = [run.id for run in runs if run.status == RunStatus.WAITING]
    asking = Step.objects.filter(run_id__in=waiting, status__in=("needs_person", "needs_review"))
    asked = set(asking.values_list("run_id", flat=True)) if waiting else set()
    again = _repeated([run.id for run in runs])
    return [{**run_item(run), "needs_person": run.id in asked, "repeated_by": again.get(run.id)} for run in runs]


def _repeated(runs: Sequence[UUID]) -> dict[UUID, UUID]:
    """By run: the latest one that repeats it."""
    return dict(Run.objects.filter(repeats_id__in=runs).order_by("id").values_list("repeats_id", "id"))


def run_item(run: Run) -> dict[str, Any]:
    """A row of a list of runs; `run` comes with workflow, version and started_by selected."""
    error = run.error or {}
    return {
        "id": run.id,
        "workflow": {"id": run.workflow_id, "name": run.workflow.name},
        "version": run.version.number,
        "title": run.title,
        "status": STATUS_WORDS[RunStatus(run.status)],
        "how": run.how,
        "mode": run.mode,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "started_by": {"id": run.started_by_id, "name": run.started_by.name} if run.started_by else None,
        "waiting_for": run.waiting_for or None,
        "error": {"message": error["message"], "hint": error.get("hint", "")} if error else None,
        "repeats": run.repeats_id,
        "parent": {"run": run.parent_id, "step": run.parent_step, "chunk": run.parent_chunk} if run.parent_id else None,
        "settled_at": run.settled_at,
    }


def run_snapshot(principal: Principal, run: Run) -> dict[str, Any]:
    """The whole run. Its steps are those up to `seq`."""
    started = RunEvent.objects.filter(run_id=run.id, seq=1).values_list("body", flat=True).first() or {}
    steps = Step.objects.filter(run_id=run.id).order_by("step").values(*STEP_FIELDS)
    return {
        **run_item(run),
        "repeated_by": _repeated([run.id]).get(run.id),
        "workspace": run.workspace_id,
        "seq": run.seq,
        "start": started.get("start"),
        "until": started.get("until"),
        "only": started.get("only"),
        "kept_from": started.get("kept_from"),
        "erased": {"at": run.erased_at, "rule": run.erased_by} if run.erased_at else None,
        "redacted": run.redacted,
        "runs_as": runs_as(run),
        "token": token_of(run, started),
        "graph": run.version.graph,
        "steps": list(steps),
        "calls": calls_of(run.id),
        "may": _may(principal, run),
    }


def runs_as(run: Run) -> dict[str, Any] | None:
    """Whom the run acts for; None: the product itself."""
    if run.mode == Mode.LIVE and run.version.run_as_name:
        return {"id": run.version.run_as_id, "name": run.version.runs_as_name}
    person = run.workflow.owner if run.mode == Mode.LIVE else run.started_by
    return {"id": person.pk, "name": person.name} if person else None


def token_of(run: Run, started: Mapping[str, Any]) -> dict[str, Any] | None:
    """The access token that a run was started with; without a name where its owner is gone."""
    id = started.get("token")
    if id is None:
        return None
    found = AccessToken.objects.filter(workspace_id=run.workspace_id, id=id).values_list("name", flat=True).first()
    return {"id": UUID(id), "name": found or ""}


def calls_of(run: UUID) -> list[dict[str, Any]]:
    """What agents did in this run, in order, without the words of it."""
    rows = RunEvent.objects.filter(run_id=run, kind=EventKind.STEP_CALLED).order_by("seq")
    return [_call(row) for row in rows.values("seq", "at", "body")]


def _call(row: dict[str, Any]) -> dict[str, Any]:
    body = row["body"]
    call, tokens = body["call"], body["call"]["tokens"]
    return {
        "seq": row["seq"],
        "step": body["step"],
        "attempt": body["attempt"],
        **{name: call[name] for name in ("kind", "name", "failed", "ms", "cost")},
        "tokens": sum(tokens.get(name) or 0 for name in ("prompt", "completion")) if tokens is not None else None,
        "at": row["at"],
    }


def call_detail(run: Run, seq: int) -> dict[str, Any] | None:
    """The words of one of these calls; empty where they were erased."""
    row = (
        RunEvent.objects.filter(run_id=run.id, seq=seq, kind=EventKind.STEP_CALLED).values("seq", "at", "body").first()
    )
    if row is None:
        return None
    words = read_value(run.id, run.workspace_id, row["body"]["value"]["id"])
    return {**_call(row), **(words or {"arguments": None, "result": None, "error": ""})}


def _may(principal: Principal, run: Run) -> dict[str, bool]:
    """What this person may do with the run as it is now."""
    controls = rights.may(principal, "run:cancel", run)
    starts = not run.workflow.inner and rights.may(principal, "workflow:run", run)
    paused, failed = run.status == RunStatus.PAUSED, run.status == RunStatus.FAILED
    return {
        "cancel": controls and not run.ended,
        "pause": controls and not run.ended and not paused,
        "resume": controls and paused,
        "review": controls and not run.ended,
        "dismiss": controls and failed and run.settled_at is None,
        "retry": starts and (failed or run.status == RunStatus.CANCELLED),
        "repeat": starts,
        "payload": rights.may(principal, "run:payload", run),
    }


def events_after(run: UUID, after: int) -> list[Event]:
    rows = RunEvent.objects.filter(run_id=run, seq__gt=after).order_by("seq").values("seq", "kind", "at", "body")
    return [Event(seq=row["seq"], kind=EventKind(row["kind"]), at=row["at"], body=row["body"]) for row in rows]


def events_json(run: UUID, after: int) -> list[dict[str, Any]]:
    return [event_json(event) for event in events_after(run, after)]


def step_detail(run: Run, step: Step) -> dict[str, Any]:
    """What went into a step and what came out. The settings are resolved again from what the run kept."""
    output = None if step.value_id is None else read_value(run.id, run.workspace_id, step.value_id)
    log = events_after(run.id, 0)
    events = [event for event in log if event.body.get("step") == step.step]
    tries = [
        {"attempt": event.body["attempt"], "at": event.at, "error": event.body["error"]}
        for event in events
        if event.kind is EventKind.STEP_FAILED
    ]
    return {
        **{field: getattr(step, field) for field in STEP_FIELDS},
        "input": _input(run, step, log),
        "output": output,
        "failed_attempts": tries,
        "attempts": attempts_of(events),
        "kept_from": (step.facts or {}).get("kept_from"),
    }


def attempts_of(events: list[Event]) -> list[dict[str, Any]]:
    """Every attempt of a step, oldest first, from its events; a step that was kept made none."""
    attempts: dict[int, dict[str, Any]] = {}
    for event in events:
        number, status = event.body.get("attempt", max(attempts, default=0)), ATTEMPT_STATUS.get(event.kind)
        if not number or status is None:
            continue
        known = attempts.setdefault(number, {"attempt": number, "started_at": None, "ended_at": None})
        began = event.at if event.kind is EventKind.STEP_STARTED else event.body.get("started_at")
        ended = event.at if event.kind in ENDS_ATTEMPT else None
        known |= {
            "status": status,
            "started_at": known["started_at"] or began,
            "ended_at": ended,
            "error": event.body.get("error"),
            "handled": event.body.get("handled"),
            "retry_at": event.body.get("retry_at"),
        }
    return list(attempts.values())


def _input(run: Run, step: Step, log: list[Event]) -> Any:
    """The step's settings with their values; None where it never had any, or where they cannot be worked out."""
    if step.status in ("skipped", "cancelled", "pending"):
        return None
    plan = plan_of_run(run.version_id, log[0].body)
    execution = Execution(plan, log)
    config = execution.node(step.step).config
    names = with_calls(execution.names(step.step), plan, run.id, execution.steps[step.step])
    try:
        return config.resolve({name: _bound(run, names.get(name)) for name in config.names})
    except ExpressionError:
        return None


def _bound(run: Run, binding: Binding | None) -> Any:
    if isinstance(binding, ValueRef):
        return read_value(_keeper(run, binding), run.workspace_id, binding.id)
    if isinstance(binding, ItemRef):
        return read_value(_keeper(run, binding.list), run.workspace_id, binding.list.id)[binding.index]
    if isinstance(binding, Record):
        return {key: _bound(run, member) for key, member in binding.members.items()}
    return binding.json if binding else None


def _keeper(run: Run, ref: ValueRef) -> UUID:
    return UUID(ref.run) if ref.run else run.id


def latest_values(run: Run) -> dict[str, Any]:
    """The output of each step outside every for each, by the step's key; of a loop that of its last round."""
    done = Step.objects.filter(run_id=run.id, value_id__isnull=False).exclude(scope__contains=".").order_by("step")
    last = dict(done.values_list("node", "value_id"))
    return {node: read_value(run.id, run.workspace_id, number) for node, number in last.items()}
