"""What every verb of authoring begins and ends with."""

from __future__ import annotations

from typing import Any

from builder.models import Workflow
from orchestrator.api.errors import Conflict
from orchestrator.governance import audit, sharing
from orchestrator.governance.principal import Principal

ABOUT_CONTENT = ("workflow.publishing", "workflow.run_as")
"""Requests that are void once the draft is another."""


def refuse_archived(workflow: Workflow) -> None:
    if workflow.archived_at is not None:
        raise Conflict("archived", "This workflow is in the archive. Restore it first.")


def locked_row(workflow: Workflow) -> Workflow:
    """The row as it is now, held until the transaction ends; runs that point at it may start meanwhile."""
    return Workflow.objects.select_for_update(no_key=True).get(pk=workflow.pk)


def require(principal: Principal, verb: str, workflow: Workflow) -> None:
    """Asks role or grant. Raises Denied."""
    sharing.require(principal, verb, workflow)


def record(
    principal: Principal,
    action: str,
    workflow: Workflow,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        principal,
        action,
        workspace_id=workflow.workspace_id,
        object_type="workflow",
        object_id=workflow.pk,
        object_name=workflow.name,
        before=before,
        after=after,
        reason=reason,
        detail=detail,
    )
