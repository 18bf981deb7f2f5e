"""Who may do what with a run: whoever may with its workflow.

Somebody whom the workflow is shared with for use only also sees what their own runs gave, and may stop them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from builder.models import Workflow
from orchestrator.api.errors import Conflict
from orchestrator.assets.where_used import not_allowed, reached
from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.governance import sharing
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import Membership, User
from orchestrator.governance.principal import Principal, anonymous, person, system
from orchestrator.runs.authority import Authority, Needs, authority_of, needs_of, not_callable
from orchestrator.runs.models import Mode, Run

OF_ONES_OWN = frozenset({"run:payload", "run:cancel"})


def may(principal: Principal, verb: str, run: Run) -> bool:
    """`run` comes with its workflow selected."""
    of_ones_own = principal.within(OF_ONES_OWN) - principal.denied(run.workspace_id, run.workflow_id)
    return sharing.may(principal, verb, run.workflow) or (verb in of_ones_own and _is_own(principal, run))


def require(principal: Principal, verb: str, run: Run) -> None:
    """Raises `Denied` unless the principal may."""
    if not may(principal, verb, run):
        raise principal.refusal(verb, run.workspace_id, object_type="run", object_id=run.id, rules_of=run.workflow_id)


def require_authority(principal: Principal, workflow: Workflow, version: UUID, mode: str) -> UUID | None:
    """Whoever the run acts for may use what its steps name: of a live run those as whom the version runs, whoever or
    whatever starts it; of a test whoever starts that. Raises Conflict, and Denied.

    Answers who has to belong to the workspace for it to start; None: nobody, because the product acts or they look on.
    """
    live = mode == Mode.LIVE
    authority = authority_of(version) if live else None
    needs = needs_of(version)
    if needs:
        acts_for = _live_principal(authority, workflow) if authority else principal
        _refuse_lacking(needs, workflow.workspace_id, acts_for, live=live)
    elif authority and authority.is_gone:
        raise _gone(authority)
    return authority.user if authority else None


def _refuse_lacking(needs: Needs, workspace: UUID, acts_for: Principal, *, live: bool) -> None:
    asset = not_allowed(reached(needs.assets, workspace), workspace, acts_for)
    if asset is not None:
        if live:
            raise Conflict("assets_not_allowed", _may_not(acts_for, asset.title))
        raise Denied("asset:consume", workspace_id=workspace, object_type="asset", object_id=asset.id)
    if needs.credentials and not acts_for.may("credential:use", workspace):
        if live:
            raise Conflict("connection_not_allowed", _may_not(acts_for, "connections"))
        raise Denied("credential:use", workspace_id=workspace, object_type="credential")
    hidden = not_callable(needs.workflows, workspace, acts_for)
    if hidden is not None:
        if live:
            raise Conflict("workflow_not_allowed", _may_not(acts_for, f"“{hidden.name}”"))
        raise Denied("workflow:run", workspace_id=workspace, object_type="workflow", object_id=hidden.pk)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """In whose name a run calls tools and agents."""

    workspace: UUID
    people: tuple[Principal, ...]
    """Whom it acts for, and beside those as whom a live workflow runs the person who started it."""

    def holds(self, right: str) -> bool:
        return all(each.may(right, self.workspace) for each in self.people)


def caller_of(run_id: UUID, names: Collection[str]) -> Caller:
    """Whoever the run acts for may use the assets of these names now, too. Raises `NotSent` (auth)."""
    run = _run(run_id)
    starter = person(run.started_by) if run.started_by else None
    acts_for = _acting(run, starter)
    asset = not_allowed(names, run.workspace_id, acts_for)
    if asset is not None:
        live = run.mode == Mode.LIVE
        message = _may_not(acts_for, asset.title) if live else f"You may not use {asset.title}."
        hint = "Ask an administrator for the right to use it, or choose another one."
        raise NotSent(ErrorCategory.AUTH, "assets_not_allowed", message, hint=hint)
    people = (acts_for, starter) if run.mode == Mode.LIVE and starter is not None else (acts_for,)
    return Caller(workspace=run.workspace_id, people=people)


def require_connection(run_id: UUID) -> None:
    """Whoever the run acts for may use connections now, too. Raises `NotSent` (auth)."""
    run = _run(run_id)
    acts_for = _acting(run, person(run.started_by) if run.started_by else None)
    if not acts_for.may("credential:use", run.workspace_id):
        message = f"{acts_for.name or 'Whoever this run acts for'} may not use connections."
        hint = "Ask an administrator for the right to use them, or publish the workflow to run as somebody else."
        raise NotSent(ErrorCategory.AUTH, "connection_not_allowed", message, hint=hint)


def acting(run: Run) -> Principal:
    """Whom a run acts for, with the rights they have now. `run` comes with its workflow and its starter.

    Raises Conflict where they do not belong to the workspace any more.
    """
    if run.mode == Mode.LIVE:
        return _live_principal(authority_of(run.version_id), run.workflow)
    return person(run.started_by) if run.started_by else system("workflow")


def _run(run_id: UUID) -> Run:
    return Run.objects.select_related("workflow__owner", "started_by").get(pk=run_id)


def _acting(run: Run, starter: Principal | None) -> Principal:
    """Raises `NotSent` (auth) where nobody is left to act for."""
    if run.mode != Mode.LIVE:
        return starter or anonymous(None)
    try:
        return _live_principal(authority_of(run.version_id), run.workflow)
    except Conflict as gone:
        raise NotSent(ErrorCategory.AUTH, gone.code, gone.detail) from gone


def _live_principal(authority: Authority, workflow: Workflow) -> Principal:
    """As whom a live run acts, with their rights of this moment and nothing beyond what they agreed to."""
    if authority.is_gone:
        raise _gone(authority)
    if authority.user is None:  # the product itself published it
        return person(workflow.owner) if workflow.owner else system("workflow")
    user = User.objects.filter(pk=authority.user, is_active=True).first()
    acts_for = person(user) if user else None
    if acts_for is None or workflow.workspace_id not in acts_for.workspaces():
        raise _gone(authority)
    return acts_for if authority.scopes is None else replace(acts_for, scopes=authority.scopes)


def refuse_gone(user: UUID, workspace_id: UUID) -> None:
    """Raises Conflict where somebody as whom a workflow runs has left."""
    if not Membership.objects.filter(workspace_id=workspace_id, user_id=user, user__is_active=True).exists():
        name = User.objects.filter(pk=user).values_list("name", flat=True).first()
        raise Conflict("run_as_gone", gone_words(name or ""))


def _gone(authority: Authority) -> Conflict:
    return Conflict("run_as_gone", gone_words(authority.name))


def gone_words(name: str) -> str:
    who = name or "The person as whom it runs"
    return f"{who} does not work here any more, and the workflow runs as them. Publish it again, as somebody else."


def _may_not(acts_for: Principal, what: str) -> str:
    who = f"{acts_for.name}, as whom this workflow runs," if acts_for.name else "Whoever this workflow runs as"
    return f"{who} may not use {what}. Let them have the right, or publish it to run as somebody else."


def refuse_inner(run: Run) -> None:
    """Work of the product's own is begun again where it was begun, not by its run."""
    if run.workflow.inner:
        raise Conflict("inner_run", "This run did work of the product's own. Start that again where you started it.")


def _is_own(principal: Principal, run: Run) -> bool:
    """A repeat is no run of one's own: it holds what somebody else put in."""
    started = run.started_by_id == principal.id and run.repeats_id is None
    return started and run.workflow.level_of(principal) is not None
