"""Making, describing and putting away workflows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from builder.actions.folder_sharing import require_opening, require_placing
from builder.actions.locking import ABOUT_CONTENT, locked_row, record, refuse_archived, require
from builder.gallery import Offer, offer
from builder.models import Draft, Folder, Status, StepSample, Workflow
from builder.uses import drop_workflow_uses, keep_draft_uses, keep_uses_again
from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Graph, content_hash, graph_json
from orchestrator.governance.actions.requests import void_requests
from orchestrator.governance.models import Membership
from orchestrator.governance.principal import Principal

DESCRIBED = (
    *("name", "description", "tags", "minutes_saved", "callable_by", "max_running", "pause_after"),
    *("keep_days", "keep_none", "personal_fields"),
)
"""What an editor may change of a workflow beside its graph."""


def create_workflow(
    principal: Principal, workspace_id: UUID, *, name: str, template: str = "", folder: Folder | None = None
) -> Workflow:
    """A workflow with an empty draft, or made from a starter or a template of the workspace."""
    principal.require("workflow:edit", workspace_id, object_type="workflow")
    require_placing(principal, workspace_id, folder.pk if folder else None)
    origin = _offered(workspace_id, template) if template else None
    graph = origin.graph if origin else Graph()
    with transaction.atomic():
        workflow = Workflow.objects.create(
            workspace_id=workspace_id,
            name=name,
            description=origin.description if origin else "",
            starter=template if origin and not origin.own else "",
            template=origin.row if origin else None,
            folder=folder,
            owner_id=principal.id,
        )
        Draft.objects.create(
            workflow=workflow,
            graph=graph_json(graph),
            content_hash=content_hash(graph),
            changed_by_id=principal.id,
            person=principal.natural_person,
        )
        keep_draft_uses(workflow, graph)
        record(principal, "workflow.created", workflow, after={"name": name, "template": template})
    return workflow


def describe_workflow(principal: Principal, workflow: Workflow, **changes: Any) -> Workflow:
    """Change some of `DESCRIBED`, and who hears of failed live runs."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        before = {field: getattr(locked, field) for field in DESCRIBED} | {"hearers": _hearers(locked)}
        after = before | {field: changes[field] for field in DESCRIBED if field in changes}
        if "hearers" in changes:
            after["hearers"] = _members(locked, changes["hearers"])
        if after == before:
            return locked
        for field in DESCRIBED:
            setattr(locked, field, after[field])
        locked.hearers.set(after["hearers"])
        locked.save(update_fields=[*DESCRIBED, "changed_at"])
        record(principal, "workflow.changed", locked, before=before, after=after)
    return locked


def _hearers(workflow: Workflow) -> list[str]:
    return sorted(str(id) for id in workflow.hearers.values_list("pk", flat=True))


def _members(workflow: Workflow, people: list[UUID]) -> list[str]:
    """Raises `Invalid` for somebody who does not belong to the workspace."""
    known = Membership.objects.filter(workspace_id=workflow.workspace_id, user_id__in=people)
    found = set(known.values_list("user_id", flat=True))
    if found != set(people):
        problem = Problem(
            code="not_a_member",
            message="Only people of this workspace can hear of failed runs.",
            hint="Choose them from the list.",
            field="hearers",
        )
        raise Invalid(problems=[problem.as_json()])
    return sorted(map(str, found))


def archive_workflow(principal: Principal, workflow: Workflow) -> Workflow:
    """Put it out of sight. One that is live is paused with it, so that bringing it back starts nothing."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        if locked.status == Status.LIVE:
            require(principal, "workflow:publish", locked)
        put_away(principal, locked)
    return locked


def put_away(principal: Principal, locked: Workflow) -> None:
    """Part of the verb that decided it, in its transaction."""
    locked.archived_at = timezone.now()
    locked.paused = locked.live_version_id is not None
    locked.save(update_fields=["archived_at", "paused", "changed_at"])
    announce("workflow.paused", workflow_id=locked.pk)
    drop_workflow_uses(locked)
    void_requests(principal, locked.workspace_id, ABOUT_CONTENT, locked.pk)
    record(principal, "workflow.archived", locked, before={"archived": False}, after={"archived": True})


def restore_workflow(principal: Principal, workflow: Workflow) -> Workflow:
    """Bring it back from the archive, paused."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        if locked.archived_at is None:
            raise Conflict("not_archived", "This workflow is not in the archive.")
        locked.archived_at = None
        locked.save(update_fields=["archived_at", "changed_at"])
        keep_uses_again(locked)
        record(principal, "workflow.restored", locked, before={"archived": True}, after={"archived": False})
    return locked


def move_workflow(principal: Principal, workflow: Workflow, folder: Folder | None) -> Workflow:
    """Put it into a folder, or out of all. What it does stays the same, so it does not count as changed."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        before = locked.folder
        if before != folder:
            require_opening(
                principal, locked.workspace_id, before.pk if before else None, folder.pk if folder else None
            )
            locked.folder = folder
            locked.save(update_fields=["folder"])
            names = {"before": before, "after": folder}
            told = {when: {"folder": one.name if one else None} for when, one in names.items()}
            record(principal, "workflow.moved", locked, **told)
    return locked


def delete_workflow(principal: Principal, workflow: Workflow) -> None:
    """For people it is gone: with its draft and its samples, out of every list.

    Its runs, its published versions and its trail are records and stay, under its name.
    """
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        if locked.deleted_at is not None:
            raise NotFound()
        if locked.archived_at is None:
            raise Conflict("not_archived", "Only workflows in the archive can be deleted. Archive it first.")
        Draft.objects.filter(workflow=locked).delete()
        StepSample.objects.filter(workflow=locked).delete()
        locked.deleted_at = timezone.now()
        locked.folder = None
        locked.save(update_fields=["deleted_at", "folder"])
        record(principal, "workflow.deleted", locked, before={"name": locked.name})


def _offered(workspace_id: UUID, template: str) -> Offer:
    found = offer(workspace_id, template)
    if found is None:
        problem = Problem(
            code="template_unknown",
            message=f"There is no template {template!r}.",
            hint="Choose one from the list.",
            field="template",
        )
        raise Invalid(problems=[problem.as_json()])
    return found
