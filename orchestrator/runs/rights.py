"""Who may do what with a run: whoever may with its workflow.

Somebody whom the workflow is shared with for use only also sees what their own runs gave, and may stop them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from builder.models import Workflow
from orchestrator.api.errors import Conflict
from orchestrator.assets.where_used import not_allowed, reached
from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.governance import sharing
from orchestrator.governance.errors import Denied
from orchestrator.governance.principal import Principal, anonymous, person, system
from orchestrator.runs.models import Mode, Run
from orchestrator.runs.plans import assets_of

OF_ONES_OWN = frozenset({"run:payload", "run:cancel"})


def may(principal: Principal, verb: str, run: Run) -> bool:
    """`run` comes with its workflow selected."""
    of_ones_own = principal.within(OF_ONES_OWN) - principal.denied(run.workspace_id, run.workflow_id)
    return sharing.may(principal, verb, run.workflow) or (verb in of_ones_own and _is_own(principal, run))


def require(principal: Principal, verb: str, run: Run) -> None:
    """Raises `Denied` unless the principal may."""
    if not may(principal, verb, run):
        raise principal.refusal(verb, run.workspace_id, object_type="run", object_id=run.id, rules_of=run.workflow_id)


def require_assets(principal: Principal, workflow: Workflow, version: UUID, mode: str) -> None:
    """Whoever the run acts for may use the assets that its steps name: of a live run the owner of the workflow, whoever
    or whatever starts it; of a test whoever starts that. Raises Conflict, and Denied.
    """
    if not (names := assets_of(version)):
        return
    for_owner = mode == Mode.LIVE
    acts_for = _owner(workflow) if for_owner else principal
    if acts_for.may_all("asset:consume", workflow.workspace_id):
        return
    asset = not_allowed(reached(names, workflow.workspace_id), workflow.workspace_id, acts_for)
    if asset is None:
        return
    if not for_owner:
        raise Denied("asset:consume", workspace_id=asset.workspace_id, object_type="asset", object_id=asset.id)
    raise Conflict("assets_not_allowed", _owner_may_not(asset.title))


@dataclass(frozen=True, kw_only=True)
class Caller:
    """In whose name a run calls tools and agents."""

    workspace: UUID
    people: tuple[Principal, ...]
    """Whom it acts for, and beside the owner of a live workflow the person who started it."""

    def holds(self, right: str) -> bool:
        return all(each.may(right, self.workspace) for each in self.people)


def caller_of(run_id: UUID, names: Collection[str]) -> Caller:
    """Whoever the run acts for may use the assets of these names now, too. Raises `NotSent` (auth)."""
    run = Run.objects.select_related("workflow__owner", "started_by").get(pk=run_id)
    starter = person(run.started_by) if run.started_by else None
    if run.mode == Mode.LIVE:
        acts_for = _owner(run.workflow)
        people = (acts_for,) if starter is None else (acts_for, starter)
    else:
        acts_for = starter or anonymous(None)
        people = (acts_for,)
    asset = not_allowed(names, run.workspace_id, acts_for)
    if asset is not None:
        message = _owner_may_not(asset.title) if run.mode == Mode.LIVE else f"You may not use {asset.title}."
        hint = "Ask an administrator for the right to use it, or choose another one."
        raise NotSent(ErrorCategory.AUTH, "assets_not_allowed", message, hint=hint)
    return Caller(workspace=run.workspace_id, people=people)


def _owner(workflow: Workflow) -> Principal:
    return person(workflow.owner) if workflow.owner else system("workflow")


def _owner_may_not(title: str) -> str:
    return f"The owner of this workflow may not use {title}. Let them have the right, or another owner."


def refuse_inner(run: Run) -> None:
    """Work of the product's own is begun again where it was begun, not by its run."""
    if run.workflow.inner:
        raise Conflict("inner_run", "This run did work of the product's own. Start that again where you started it.")


def acting(run: Run) -> Principal:
    """Whom a run acts for, with the rights they have now. `run` comes with its workflow and its starter."""
    if run.mode == Mode.LIVE:
        return _owner(run.workflow)
    return person(run.started_by) if run.started_by else system("workflow")


def _is_own(principal: Principal, run: Run) -> bool:
    """A repeat is no run of one's own: it holds what somebody else put in."""
    started = run.started_by_id == principal.id and run.repeats_id is None
    return started and run.workflow.level_of(principal) is not None
