"""Running again what has run."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from builder.models import Version, Workflow
from orchestrator.api.errors import Conflict
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


def repeat_run(principal: Principal, run: Run, *, latest: bool, from_failed: bool = False) -> Run:
    """Run again with the same input, as it was or as the workflow is now.

    `from_failed` keeps what the run has done: only the steps behind the failure run, and by the latest version those
    that changed. A failed run counts as looked after from then on.
    """
    rights.require(principal, "workflow:run", run)
    if run.parent_chunk is not None:
        raise Conflict("part_of_a_run", "This run works on some items of another run. Repeat that one.")
    started = RunEvent.objects.filter(run_id=run.id, seq=1).values_list("body", flat=True).get()
    if "only" in started:
        raise Conflict("trial", "This was a trial of one step. Try the step again in the editor.")
    payload = read_value(run.id, run.workspace_id, 0)
    if payload is None:
        raise Conflict("erased", "What this run took in was erased, so it cannot be run again.")
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
            carried=_carried(run, started["start"], version) if from_failed else None,
        )
        failed = Run.objects.filter(pk=run.pk, status=RunStatus.FAILED, settled_at=None)
        failed.update(settled_at=timezone.now())
    return again


def retry_run(principal: Principal, run: Run) -> Run:
    """Run a failed run again from where it failed, once: whoever comes second is told so."""
    with transaction.atomic():
        settle(run)
        again = repeat_run(principal, run, latest=False, from_failed=True)
        audit.record(
            principal,
            "run.retried",
            workspace_id=run.workspace_id,
            object_type="run",
            object_id=run.id,
            object_name=run.title,
            detail={"run": str(again.id)},
        )
    return again


def _carried(run: Run, start: str, version: Version) -> Carried:
    _refuse_unfinished(run)
    before = usable_plan(run.version_id)
    plan = usable_plan(version.id)
    finished = finished_steps(raw().cursor(), run.id, before)
    return carry(kept_steps(plan, start, finished, _same(before, plan)), source=run)


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
