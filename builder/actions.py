"""The verbs of authoring. Each one: permission, write, audit, announcement, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from builder.checks import problems_of
from builder.graphs import read_graph
from builder.models import Draft, Status, Version, Workflow
from builder.starters.folders import starter
from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import GraphInvalid, Problem
from orchestrator.engine.graph import Graph, content_hash, graph_json, parse_graph
from orchestrator.engine.plan import compile_plan
from orchestrator.governance import audit
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import FourEyes, Workspace
from orchestrator.governance.principal import Principal
from orchestrator.nodes.registry import catalogue

DESCRIBED = ("name", "description", "callable_by", "max_running")
"""What an editor may change of a workflow beside its graph."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A saved draft and everything that is wrong with it."""

    draft: Draft
    problems: list[Problem]


def create_workflow(principal: Principal, workspace_id: UUID, *, name: str, template: str = "") -> Workflow:
    """A workflow with an empty draft, or with the graph of a starter."""
    principal.require("workflow:edit", workspace_id, object_type="workflow")
    graph, description = _first_graph(template)
    with transaction.atomic():
        workflow = Workflow.objects.create(
            workspace_id=workspace_id, name=name, description=description, starter=template, owner_id=principal.id
        )
        Draft.objects.create(
            workflow=workflow,
            graph=graph_json(graph),
            content_hash=content_hash(graph),
            changed_by_id=principal.id,
        )
        _record(principal, "workflow.created", workflow, after={"name": name, "template": template})
    return workflow


def describe_workflow(principal: Principal, workflow: Workflow, **changes: Any) -> Workflow:
    """Change some of `DESCRIBED`."""
    _require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = _locked(workflow)
        before = {field: getattr(locked, field) for field in DESCRIBED}
        after = before | {field: changes[field] for field in DESCRIBED if field in changes}
        if after == before:
            return locked
        for field, value in after.items():
            setattr(locked, field, value)
        locked.save(update_fields=[*DESCRIBED, "changed_at"])
        _record(principal, "workflow.changed", locked, before=before, after=after)
    return locked


def save_draft(principal: Principal, workflow: Workflow, data: Any, token: str) -> Saved:
    """Replace the draft's graph if `token` is still the current one.

    Raises `Invalid` when `data` is no graph at all, `Conflict` when somebody saved in between; the draft then stays
    as it was. Problems of a well-formed graph do not hinder saving: they are in the answer.
    """
    _require(principal, "workflow:edit", workflow)
    return _replace_draft(principal, workflow, read_graph(data), token, "draft.saved")


def restore_version_as_draft(principal: Principal, version: Version, token: str) -> Saved:
    """Make an old version the draft; what is live stays live until somebody publishes."""
    workflow = version.workflow
    _require(principal, "workflow:edit", workflow)
    detail = {"version": version.number}
    return _replace_draft(principal, workflow, parse_graph(version.graph), token, "version.restored", detail=detail)


def publish(principal: Principal, workflow: Workflow, *, note: str = "") -> Version:
    """Make the draft the live version. A paused workflow whose draft is unchanged goes live again as it was."""
    _require(principal, "workflow:publish", workflow)
    with transaction.atomic():
        locked = _locked(workflow)
        _refuse_archived(locked)
        draft = locked.draft
        live = locked.live_version
        unchanged = live is not None and bytes(live.content_hash) == bytes(draft.content_hash)
        if unchanged and not locked.paused:
            raise Conflict("up_to_date", "Live and up to date: nothing has changed since the last publication.")
        _refuse_problems(principal, locked, draft)
        version = live if live is not None and unchanged else _new_version(principal, locked, draft, note)
        locked.live_version = version
        locked.paused = False
        locked.save(update_fields=["live_version", "paused", "changed_at"])
        announce("workflow.published", workflow_id=locked.pk, version_id=version.pk)
        _record(
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
    _require(principal, "workflow:publish", workflow)
    with transaction.atomic():
        locked = _locked(workflow)
        if locked.status != Status.LIVE:
            raise Conflict("not_live", "This workflow is not live, so there is nothing to pause.")
        locked.paused = True
        locked.save(update_fields=["paused", "changed_at"])
        announce("workflow.paused", workflow_id=locked.pk)
        _record(principal, "workflow.unpublished", locked, before={"paused": False}, after={"paused": True})
    return locked


def archive_workflow(principal: Principal, workflow: Workflow) -> Workflow:
    """Put it out of sight. One that is live is paused with it, so that bringing it back starts nothing."""
    _require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = _locked(workflow)
        _refuse_archived(locked)
        if locked.status == Status.LIVE:
            _require(principal, "workflow:publish", locked)
        locked.archived_at = timezone.now()
        locked.paused = locked.live_version_id is not None
        locked.save(update_fields=["archived_at", "paused", "changed_at"])
        announce("workflow.paused", workflow_id=locked.pk)
        _record(principal, "workflow.archived", locked, before={"archived": False}, after={"archived": True})
    return locked


def restore_workflow(principal: Principal, workflow: Workflow) -> Workflow:
    """Bring it back from the archive, paused."""
    _require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = _locked(workflow)
        if locked.archived_at is None:
            raise Conflict("not_archived", "This workflow is not in the archive.")
        locked.archived_at = None
        locked.save(update_fields=["archived_at", "changed_at"])
        _record(principal, "workflow.restored", locked, before={"archived": True}, after={"archived": False})
    return locked


def freeze_draft(workflow: Workflow, principal: Principal) -> Version:
    """The draft as an unnumbered version for a test run; the same content gives the same one.

    Raises `Invalid` for a draft that cannot run at all.
    """
    _require(principal, "workflow:run_draft", workflow)
    draft = Draft.objects.get(workflow=workflow)
    try:
        compile_plan(parse_graph(draft.graph), catalogue())
    except GraphInvalid as error:
        raise Invalid(
            "not_runnable",
            "The draft cannot run yet. Mend what is listed.",
            [problem.as_json() for problem in error.problems],
        ) from error
    version, _ = Version.objects.get_or_create(
        workflow=workflow,
        number=None,
        content_hash=bytes(draft.content_hash),
        defaults={"graph": draft.graph, "published_by_id": principal.id},
    )
    return version


def _first_graph(template: str) -> tuple[Graph, str]:
    if not template:
        return Graph(), ""
    found = starter(template)
    if found is None:
        problem = Problem(
            code="template_unknown",
            message=f"There is no template {template!r}.",
            hint="Choose one from the list.",
            field="template",
        )
        raise Invalid(problems=[problem.as_json()])
    return found.graph, found.description


def _replace_draft(
    principal: Principal,
    workflow: Workflow,
    graph: Graph,
    token: str,
    action: str,
    detail: dict[str, Any] | None = None,
) -> Saved:
    with transaction.atomic():
        locked = _locked(workflow)
        _refuse_archived(locked)
        draft = locked.draft
        if token != str(draft.token):
            raise _overtaken(draft)
        before = bytes(draft.content_hash)
        after = content_hash(graph)
        # An unchanged graph makes nobody its author: who published what they wrote depends on it.
        if after != before:
            draft.graph = graph_json(graph)
            draft.content_hash = after
            draft.token = uuid7()
            draft.changed_by_id = principal.id
            draft.save()
            locked.save(update_fields=["changed_at"])
            _record(
                principal,
                action,
                locked,
                before={"content_hash": before.hex()},
                after={"content_hash": after.hex()},
                detail=detail,
            )
    return Saved(draft=draft, problems=problems_of(graph, workflow.workspace_id, principal))


def _overtaken(draft: Draft) -> Conflict:
    author = draft.changed_by
    return Conflict(
        "draft_changed",
        f"{author.name if author else 'Somebody'} saved this workflow in the meantime. Look at their version first.",
        current={
            "changed_by": {"id": str(author.pk), "name": author.name} if author else None,
            "changed_at": draft.changed_at,
            "token": str(draft.token),
        },
    )


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
    problems = problems_of(parse_graph(draft.graph), workflow.workspace_id, principal)
    if problems:
        raise Invalid(
            "not_publishable",
            "The workflow cannot go live yet. Mend what is listed, or switch the steps off.",
            [problem.as_json() for problem in problems],
        )


def _refuse_archived(workflow: Workflow) -> None:
    if workflow.archived_at is not None:
        raise Conflict("archived", "This workflow is in the archive. Restore it first.")


def _locked(workflow: Workflow) -> Workflow:
    """The row as it is now, held until the transaction ends; runs that point at it may start meanwhile."""
    return Workflow.objects.select_for_update(no_key=True).get(pk=workflow.pk)


def _require(principal: Principal, verb: str, workflow: Workflow) -> None:
    principal.require(verb, workflow.workspace_id, object_type="workflow", object_id=workflow.pk)


def _record(
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
