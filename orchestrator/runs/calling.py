"""What one workflow needs to run another: the right to, its live version, and input that its start takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from builder.models import Callers, Workflow
from orchestrator.api.errors import Conflict, ProblemError
from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.engine.plan import Plan
from orchestrator.governance.principal import system
from orchestrator.runs import rights
from orchestrator.runs.actions.starting import accept_input, start_node
from orchestrator.runs.models import Mode
from orchestrator.runs.plans import plan_of

DEEPEST = 10
"""Runs below the first one: whatever calls itself without end stops here."""


@dataclass(frozen=True, kw_only=True)
class Called:
    """A workflow that may be run now, as it is live at this moment."""

    workflow_id: UUID
    name: str
    version_id: UUID
    version: int
    plan: Plan
    start: str
    input: bytes


def call_workflow(workspace_id: UUID, workflow: str, given: dict[str, Any]) -> Called:
    """Raises StepFailed that says why the workflow cannot be run by another one of this workspace."""
    found = _workflow(workspace_id, workflow)
    live = found.live_version
    if found.archived_at is not None:
        raise _refused("archived", f"“{found.name}” is in the archive.", "Restore it, or choose another workflow.")
    if live is None or live.number is None:
        raise _refused("not_live", f"“{found.name}” is not published yet.", "Publish it first.")
    if found.paused:
        raise _refused("paused", f"“{found.name}” is paused.", "Publish it again.")
    if found.callable_by == Callers.NOBODY:
        raise _refused(
            "not_callable",
            f"“{found.name}” may not be run by other workflows.",
            "Allow it in the settings of that workflow.",
        )
    plan = plan_of(UUID(str(live.pk)))
    try:
        acts = rights.require_authority(system("workflow"), found, UUID(str(live.pk)), Mode.LIVE)
        if acts is not None:
            rights.refuse_gone(acts, workspace_id)
    except Conflict as error:
        raise _refused(error.code, error.detail, "Look at as whom that workflow runs.") from error
    try:
        start = start_node(plan, None, "workflow")
        _, body = accept_input(start, given)
    except ProblemError as error:
        hint = " ".join(str(problem["message"]) for problem in error.problems)
        raise StepFailed(
            ErrorCategory.INPUT, "call_input", f"“{found.name}” does not take this input: {error.detail}", hint=hint
        ) from error
    return Called(
        workflow_id=UUID(str(found.pk)),
        name=found.name,
        version_id=UUID(str(live.pk)),
        version=live.number,
        plan=plan,
        start=start.key,
        input=body,
    )


def _workflow(workspace_id: UUID, workflow: str) -> Workflow:
    """Another workspace's is as unknown as one that never was."""
    try:
        wanted = UUID(workflow)
    except ValueError:
        wanted = None
    rows = Workflow.objects.select_related("live_version").filter(workspace_id=workspace_id)
    found = rows.filter(pk=wanted).first() if wanted else None
    if found is None:
        raise _refused("workflow_unknown", "The workflow to run does not exist.", "Choose another one in the step.")
    return found


def _refused(code: str, message: str, hint: str) -> StepFailed:
    return StepFailed(ErrorCategory.CONFIG, code, message, hint=hint)
