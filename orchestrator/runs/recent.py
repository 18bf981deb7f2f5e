"""Workflows as they were a moment ago, so that a start need not read its workflow first.

What is found here may be old: the statement that starts a run checks that its version is live still and that it is
still open to the same people, and a refusal is only final after the workflow was read anew. A restricted one is always
read anew, because who sees it stands in the database.
"""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from builder.models import Workflow
from orchestrator.governance.principal import Principal

MOST = 1_000
_known: OrderedDict[UUID, Workflow] = OrderedDict()


def recent_workflow(principal: Principal, id: UUID) -> Workflow:
    """As it was when it was last read here. Raises NotFound."""
    workflow = _known.get(id)
    if workflow is None or workflow.restricted or workflow.workspace_id not in principal.workspaces():
        return fresh_workflow(principal, id)
    return workflow


def fresh_workflow(principal: Principal, id: UUID) -> Workflow:
    """As it is now. Raises NotFound."""
    workflow: Workflow = Workflow.objects.find(principal, id)
    _known[id] = workflow
    while len(_known) > MOST:
        _known.popitem(last=False)
    return workflow
