"""What is live, and what is not any more."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from builder.actions.locking import locked_row, record, refuse_archived, require
from builder.checks import problems_of
from builder.models import Draft, Status, Version, Workflow
from builder.uses import keep_live_uses
from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import FourEyes, Workspace
from orchestrator.governance.principal import Principal, system


def publish(principal: Principal, workflow: Workflow, *, note: str = "") -> Version:
    """Make the draft the live version. A paused workflow whose draft is unchanged goes live again as it was."""
    require(principal, "workflow:publish", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        draft = locked.draft
        live = locked.live_version
        unchanged = live is not None and bytes(live.content_hash) == bytes(draft.content_hash)
        if unchanged and not locked.paused:
            raise Conflict("up_to_date", "Live and up to date: nothing has changed since the last publication.")
        _refuse_problems(principal, locked, draft)
        version = live if live is not None and unchanged else _new_version(principal, locked, draft, note)
        locked.live_version = version
        locked.paused = False
        locked.paused_because = ""
        locked.live_at = timezone.now()
        locked.save(update_fields=["live_version", "paused", "paused_because", "live_at", "changed_at"])
        keep_live_uses(locked, version)
        announce("workflow.published", workflow_id=locked.pk, version_id=version.pk)
        record(
            principal,
            "workflow.published",
            locked,
            before={"version": live.number if live else None},
            after={"version": version.number, "content_hash": bytes(version.content_hash).hex()},
            reason=note,
        )
    return version


def unpublish(principal: Principal, workflow: Workflow) -> Workflow:
    """Pause: nothing starts it any more. Runs under way go on."""
    require(principal, "workflow:publish", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        if locked.status != Status.LIVE:
            raise Conflict("not_live", "This workflow is not live, so there is nothing to pause.")
        locked.paused = True
        locked.save(update_fields=["paused", "changed_at"])
        announce("workflow.paused", workflow_id=locked.pk)
        record(principal, "workflow.unpublished", locked, before={"paused": False}, after={"paused": True})
    return locked


def pause_failing(workflow: Workflow, because: str) -> bool:
    """The system pauses what keeps failing, before it does more harm. False: it was not live any more."""
    principal = system("health")
    with transaction.atomic():
        locked = locked_row(workflow)
        if locked.status != Status.LIVE:
            return False
        locked.paused = True
        locked.paused_because = because
        locked.save(update_fields=["paused", "paused_because", "changed_at"])
        announce("workflow.paused", workflow_id=locked.pk)
        record(
            principal,
            "workflow.unpublished",
            locked,
            before={"paused": False},
            after={"paused": True},
            reason=because,
        )
    return True


def _new_version(principal: Principal, workflow: Workflow, draft: Draft, note: str) -> Version:
    _refuse_own_work(principal, workflow, draft, note)
    last = workflow.versions.published().order_by("-number").values_list("number", flat=True).first()
    return Version.objects.create(
        workflow=workflow,
        number=(last or 0) + 1,
        graph=draft.graph,
        content_hash=bytes(draft.content_hash),
        note=note,
        published_by_id=principal.id,
    )


def _refuse_own_work(principal: Principal, workflow: Workflow, draft: Draft, note: str) -> None:
    """The workspace's rule for people who publish what they wrote last."""
    if principal.id is None or draft.changed_by_id != principal.id:
        return
    rule = Workspace.objects.values_list("four_eyes", flat=True).get(pk=workflow.workspace_id)
    if rule == FourEyes.REQUIRED:
        raise Denied(
            "workflow:publish",
            workspace_id=workflow.workspace_id,
            object_type="workflow",
            object_id=workflow.pk,
            message="You made the last change, so somebody else has to publish it. Ask a publisher of this workspace.",
        )
    if not note.strip():
        problem = Problem(
            code="reason_required",
            message="You made the last change yourself: say in the note why you publish it.",
            field="note",
        )
        raise Invalid("reason_required", problem.message, [problem.as_json()])


def _refuse_problems(principal: Principal, workflow: Workflow, draft: Draft) -> None:
    problems = problems_of(parse_graph(draft.graph), workflow.workspace_id, principal, workflow.pk)
    if problems:
        raise Invalid(
            "not_publishable",
            "The workflow cannot go live yet. Mend what is listed, or switch the steps off.",
            [problem.as_json() for problem in problems],
        )
