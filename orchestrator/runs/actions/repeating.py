"""Running again what has run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from builder.models import Version, Workflow
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.keeping import kept_steps, unchanged_steps
from orchestrator.engine.plan import Plan
from orchestrator.governance import audit
from orchestrator.governance.principal import Principal
from orchestrator.runs import rights
from orchestrator.runs.actions.operations import settle
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.actions.starting import start_run, usable_plan, version_of
from orchestrator.runs.carried import Carried, carry, finished_steps
from orchestrator.runs.models import Mode, Run, RunEvent, RunStatus, Step
from orchestrator.runs.values import read_value


def repeat_run(
    principal: Principal,
    run: Run,
    *,
    latest: bool,
    from_failed: bool = False,
    corrected: Mapping[str, Any] | None = None,
) -> Run:
    """Run again with the same input, as it was or as the workflow is now.

    `from_failed` keeps what the run has done: only the steps behind the failure run, and by the latest version those
    that changed. `corrected` are outputs, by step, that take the place of those it had; of the start, what it takes in.
    A failed run counts as looked after from then on.
    """
    corrected = corrected or {}
    rights.require(principal, "workflow:run", run)
    if corrected:
        rights.require(principal, "run:payload", run)
    if run.parent_chunk is not None:
        raise Conflict("part_of_a_run", "This run works on some items of another run. Repeat that one.")
    rights.refuse_inner(run)
    started = RunEvent.objects.filter(run_id=run.id, seq=1).values_list("body", flat=True).get()
    if "only" in started:
        raise Conflict("trial", "This was a trial of one step. Try the step again in the editor.")
    payload = read_value(run.id, run.workspace_id, 0)
    if payload is None:
        raise Conflict("erased", "What this run took in was erased, so it cannot be run again.")
    if run.redacted:
        raise Conflict("redacted", "Personal data of this run was blacked out, so it cannot be run again as it was.")
    payload = corrected.get(started["start"], payload)
    workflow = Workflow.objects.get(pk=run.workflow_id)
    mode = Mode(run.mode)
    version = Version.objects.get(pk=version_of(principal, workflow, mode) if latest else run.version_id)
    with transaction.atomic():
        again = start_run(
            principal,
            workflow=workflow,
            version=version,
            start=started["start"],
            payload=payload,
            how="repeat",
            title=run.title,
            mode=mode,
            repeats=run.id,
            until=started.get("until"),
            carried=_carried(principal, run, started["start"], version, corrected) if from_failed else None,
        )
        failed = Run.objects.filter(pk=run.pk, status=RunStatus.FAILED, settled_at=None)
        failed.update(settled_at=timezone.now())
        if corrected:
            _record(principal, "run.corrected", run, again, steps=sorted(corrected))
    return again


def retry_run(principal: Principal, run: Run) -> Run:
    """Run a failed run again from where it failed, once: whoever comes second is told so."""
    with transaction.atomic():
        settle(run)
        again = repeat_run(principal, run, latest=False, from_failed=True)
        _record(principal, "run.retried", run, again)
    return again


def _record(principal: Principal, action: str, run: Run, again: Run, **detail: Any) -> None:
    audit.record(
        principal,
        action,
        workspace_id=run.workspace_id,
        object_type="run",
        object_id=run.id,
        object_name=run.title,
        detail={"run": str(again.id), **detail},
    )


def _carried(principal: Principal, run: Run, start: str, version: Version, corrected: Mapping[str, Any]) -> Carried:
    _refuse_unfinished(run)
    before = usable_plan(run.version_id)
    plan = usable_plan(version.id)
    finished = finished_steps(raw().cursor(), run.id, before)
    kept = kept_steps(plan, start, finished, _same(before, plan))
    if unknown := sorted(corrected.keys() - kept.keys() - {start}):
        raise Invalid("not_kept", f"Only what is kept can be corrected. These steps run again: {', '.join(unknown)}.")
    by = {"id": str(principal.id), "name": principal.name}
    mended = {key: replace(kept[key], value=None, constant=corrected[key]) for key in kept if key in corrected}
    told = {key: {"corrected_by": by, "kept_from": str(run.id)} for key in mended}
    return carry(run.workspace_id, {**kept, **mended}, source=run, told=told)


def _same(before: Plan, plan: Plan) -> frozenset[str]:
    return frozenset(plan.nodes) if before is plan else unchanged_steps(before, plan)


def _refuse_unfinished(run: Run) -> None:
    if not run.ended:
        raise Conflict("not_ended", "This run has not ended yet. Stop it first, or wait for it.")
    if run.status == RunStatus.DONE:
        raise Conflict("not_failed", "This run did not fail. Run it again as a whole.")
    if RunEvent.objects.filter(run_id=run.id, kind="undo_started").exists():
        raise Conflict("undone", "What this run had done was undone, so nothing is kept. Run it again as a whole.")
    if Step.objects.filter(run_id=run.id, status="needs_review").exists():
        raise Conflict(
            "outcome_unknown",
            "Nobody knows whether a step of this run took effect, and trying again might double it. Find that out, "
            "then run the workflow again as a whole or dismiss this run.",
        )
