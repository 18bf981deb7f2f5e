"""What is live, and what is not any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from builder.actions.locking import ABOUT_CONTENT, locked_row, record, refuse_archived, require
from builder.actions.running_as import Authority, authority_of
from builder.checks import problems_of
from builder.models import Draft, Status, Version, Workflow
from builder.uses import keep_live_uses
from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.actions.requests import second_person_required, void_requests
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import Membership, Request
from orchestrator.governance.principal import Principal, person, system


def publish(principal: Principal, workflow: Workflow, *, note: str = "", run_as: UUID | None = None) -> Version:
    """Make the draft the live version. A paused workflow whose draft is unchanged goes live again as it was.

    It runs as `run_as`, who has agreed to this content; None: as the principal, or as it does where nothing changed.
    """
    require(principal, "workflow:publish", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        draft, live = locked.draft, locked.live_version
        if live is not None and is_unchanged(live, draft, run_as):
            return _again(principal, locked, live, note)
        authority = authority_of(principal, draft, run_as)
        refuse_problems(authority.principal or principal, locked, draft)
        alone = _refuse_own_work(principal, locked, draft, note)
        void_requests(principal, locked.workspace_id, ABOUT_CONTENT, locked.pk)
        version = make_version(locked, draft, authority, note=note, published_by_id=principal.id)
        go_live(principal, locked, version, note, {"alone": True} if alone else {})
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


def is_unchanged(live: Version, draft: Draft, run_as: UUID | None) -> bool:
    """Whether publishing would change neither what is live nor as whom it runs: where they have left, it would."""
    same = bytes(live.content_hash) == bytes(draft.content_hash)
    return same and (run_as is None or run_as == live.run_as_id) and not _runs_as_gone(live)


def _runs_as_gone(live: Version) -> bool:
    if live.run_as_name == "":  # the product itself published it
        return False
    members = Membership.objects.filter(workspace_id=live.workflow.workspace_id, user_id=live.run_as_id)
    return not members.filter(user__is_active=True).exists()


def refuse_problems(principal: Principal, workflow: Workflow, draft: Draft) -> None:
    problems = problems_of(parse_graph(draft.graph), workflow.workspace_id, principal, workflow.pk)
    if problems:
        raise Invalid(
            "not_publishable",
            "The workflow cannot go live yet. Mend what is listed, or switch the steps off.",
            [problem.as_json() for problem in problems],
        )


def make_version(
    workflow: Workflow, draft: Draft, authority: Authority, *, note: str, published_by_id: UUID | None, **more: Any
) -> Version:
    """`more` says who agreed, and to which request."""
    last = workflow.versions.published().order_by("-number").values_list("number", flat=True).first()
    return Version.objects.create(
        workflow=workflow,
        number=(last or 0) + 1,
        graph=draft.graph,
        content_hash=bytes(draft.content_hash),
        note=note,
        published_by_id=published_by_id,
        authored_by_id=draft.changed_by_id,
        run_as=authority.user,
        run_as_name=authority.name,
        scopes=authority.scopes,
        **more,
    )


def go_live(principal: Principal, workflow: Workflow, version: Version, note: str, detail: dict[str, Any]) -> None:
    """`workflow` is the locked row."""
    live = workflow.live_version
    workflow.live_version = version
    workflow.paused = False
    workflow.paused_because = ""
    workflow.live_at = timezone.now()
    workflow.save(update_fields=["live_version", "paused", "paused_because", "live_at", "changed_at"])
    keep_live_uses(workflow, version)
    announce("workflow.published", workflow_id=workflow.pk, version_id=version.pk)
    told = {"authored_by": str(version.authored_by_id or ""), "run_as": version.run_as_name, "scopes": version.scopes}
    record(
        principal,
        "workflow.published",
        workflow,
        before={"version": live.number if live else None},
        after={"version": version.number, "content_hash": bytes(version.content_hash).hex()},
        reason=note,
        detail={**told, **detail},
    )


def _again(principal: Principal, workflow: Workflow, live: Version, note: str) -> Version:
    if not workflow.paused:
        raise Conflict("up_to_date", "Live and up to date: nothing has changed since the last publication.")
    refuse_problems(person(live.run_as) if live.run_as else principal, workflow, workflow.draft)
    go_live(principal, workflow, live, note, {})
    return live


def open_request(workflow: Workflow) -> Request | None:
    """That to publish the draft as it is now."""
    rows = Request.objects.open().filter(workspace_id=workflow.workspace_id, object_id=workflow.pk)
    return rows.filter(kind="workflow.publishing").select_related("requester").first()


def is_own_work(principal: Principal, draft: Draft) -> bool:
    """Whether the same natural person changed it last."""
    return principal.natural_person is not None and principal.natural_person in {draft.person, draft.changed_by_id}


def _refuse_own_work(principal: Principal, workflow: Workflow, draft: Draft, note: str) -> bool:
    """The workspace's rule for people who publish what they wrote last. Whether they do."""
    if not is_own_work(principal, draft):
        return False
    if second_person_required(workflow.workspace_id):
        raise Denied(
            "workflow:publish",
            workspace_id=workflow.workspace_id,
            object_type="workflow",
            object_id=workflow.pk,
            message="You made the last change, so somebody else has to agree. Ask for approval.",
        )
    if not note.strip():
        problem = Problem(
            code="reason_required",
            message="You made the last change yourself: say in the note why you publish it.",
            field="note",
        )
        raise Invalid("reason_required", problem.message, [problem.as_json()])
    return True
