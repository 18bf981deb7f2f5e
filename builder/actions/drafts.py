"""The draft of a workflow: saved, brought back from a version, frozen for a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from uuid_utils.compat import uuid7

from builder.actions.locking import ABOUT_CONTENT, locked_row, record, refuse_archived, require
from builder.checks import problems_of
from builder.graphs import read_graph
from builder.models import Draft, Version, Workflow
from builder.uses import keep_draft_uses
from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.engine.errors import GraphInvalid, Problem
from orchestrator.engine.graph import Graph, content_hash, graph_json, parse_graph
from orchestrator.engine.plan import compile_plan
from orchestrator.governance.actions.requests import void_requests
from orchestrator.governance.principal import Principal
from orchestrator.nodes.registry import catalogue


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A saved draft and everything that is wrong with it."""

    draft: Draft
    problems: list[Problem]


def save_draft(principal: Principal, workflow: Workflow, data: Any, token: str) -> Saved:
    """Replace the draft's graph if `token` is still the current one.

    Raises `Invalid` when `data` is no graph at all, `Conflict` when somebody saved in between; the draft then stays
    as it was. Problems of a well-formed graph do not hinder saving: they are in the answer.
    """
    require(principal, "workflow:edit", workflow)
    return replace_draft(principal, workflow, read_graph(data), token, "draft.saved")


def restore_version_as_draft(principal: Principal, version: Version, token: str) -> Saved:
    """Make an old version the draft; what is live stays live until somebody publishes."""
    workflow = version.workflow
    require(principal, "workflow:edit", workflow)
    detail = {"version": version.number}
    return replace_draft(principal, workflow, parse_graph(version.graph), token, "version.restored", detail=detail)


def freeze_draft(workflow: Workflow, principal: Principal) -> Version:
    """The draft as an unnumbered version for a test run; the same content gives the same one.

    Raises `Invalid` for a draft that cannot run at all.
    """
    require(principal, "workflow:run_draft", workflow)
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


def replace_draft(
    principal: Principal,
    workflow: Workflow,
    graph: Graph,
    token: str,
    action: str,
    detail: dict[str, Any] | None = None,
) -> Saved:
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
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
            draft.person = principal.natural_person
            draft.save()
            locked.save(update_fields=["changed_at"])
            record(
                principal,
                action,
                locked,
                before={"content_hash": before.hex()},
                after={"content_hash": after.hex()},
                detail=detail,
            )
            keep_draft_uses(locked, graph)
            void_requests(principal, locked.workspace_id, ABOUT_CONTENT, locked.pk)
            announce("draft.saved", workflow=locked.pk)
    return Saved(draft=draft, problems=problems_of(graph, workflow.workspace_id, principal, workflow.pk))


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
