"""Who may do what with a run: whoever may with its workflow.

Somebody whom the workflow is shared with for use only also sees what their own runs gave, and may stop them.
"""

from __future__ import annotations

from orchestrator.governance import sharing
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal
from orchestrator.runs.models import Run

OF_ONES_OWN = frozenset({"run:payload", "run:cancel"})


def may(principal: Principal, verb: str, run: Run) -> bool:
    """`run` comes with its workflow selected."""
    return sharing.may(principal, verb, run.workflow) or (verb in OF_ONES_OWN and _is_own(principal, run))


def require(principal: Principal, verb: str, run: Run) -> None:
    """Raises `Denied` unless the principal may."""
    if not may(principal, verb, run):
        raise Denied(verb, workspace_id=run.workspace_id, object_type="run", object_id=run.id)


def _is_own(principal: Principal, run: Run) -> bool:
    """A repeat is no run of one's own: it holds what somebody else put in."""
    started = run.started_by_id == principal.id and run.repeats_id is None
    return started and run.workflow.level_of(principal) is not None
