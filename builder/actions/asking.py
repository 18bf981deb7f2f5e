"""Publishing by two: one person asks, another agrees, and the content that both saw goes live."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from builder.actions.locking import locked_row, refuse_archived, require
from builder.actions.publishing import go_live, is_unchanged, make_version, open_request, refuse_problems
from builder.actions.running_as import authority_of
from builder.models import Workflow
from builder.scopes import uses_of
from orchestrator.api.errors import Conflict
from orchestrator.engine.graph import parse_graph
from orchestrator.governance import sharing
from orchestrator.governance.actions import requests
from orchestrator.governance.models import Request, User
from orchestrator.governance.principal import Principal, person
from orchestrator.governance.requests import RequestKind

KIND = "workflow.publishing"


def ask_publishing(principal: Principal, workflow: Workflow, *, note: str, run_as: UUID | None = None) -> Request:
    """Ask a publisher to make the draft live, exactly as it is now. Whoever asks agrees that it runs as them, unless
    somebody else has.

    Raises `Conflict` where nothing has changed or it was asked for already, `Invalid` for what cannot go live.
    """
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        draft, live = locked.draft, locked.live_version
        if live is not None and is_unchanged(live, draft, run_as):
            raise Conflict("up_to_date", "Live and up to date: nothing has changed since the last publication.")
        if open_request(locked) is not None:
            raise Conflict("request_open", "This was asked for already, and nobody has decided yet.")
        authority = authority_of(principal, draft, run_as)
        runs_as = authority.principal or principal
        refuse_problems(runs_as, locked, draft)
        uses = uses_of(parse_graph(draft.graph), locked.workspace_id, runs_as)
        return requests.ask(
            principal,
            locked.workspace_id,
            kind=KIND,
            subject=requests.Subject(type="workflow", id=locked.pk, name=locked.name),
            payload={
                "content_hash": bytes(draft.content_hash).hex(),
                "before": live.number if live else None,
                "before_id": str(live.pk) if live else None,
                "author": draft.changed_by.name if draft.changed_by else "",
                "run_as": authority.as_json(),
                "uses": [{"kind": str(use.kind), "name": use.name} for use in uses],
            },
            reason=note,
            authors=[draft.changed_by_id, draft.person],
        )


def publish_approved(request: UUID, principal: Principal) -> None:
    """Somebody agreed: the content that was asked for goes live. Subscribes to `request.approved`."""
    agreed = Request.objects.get(id=request)
    if agreed.kind != KIND:
        return
    workflow = locked_row(Workflow.objects.get(pk=agreed.object_id))
    refuse_archived(workflow)
    require(principal, "workflow:publish", workflow)
    draft = workflow.draft
    asker = User.objects.filter(pk=agreed.requester_id, is_active=True).first()
    if asker is None or bytes(draft.content_hash).hex() != agreed.payload["content_hash"]:
        raise Conflict("request_outdated", "Things have changed since this was asked for. Decline it, and ask again.")
    asked_by = person(asker)
    require(asked_by, "workflow:edit", workflow)
    wanted = agreed.payload["run_as"]
    authority = authority_of(asked_by, draft, UUID(wanted["id"]))
    if authority.scopes != wanted["scopes"]:
        raise Conflict("request_outdated", "Things have changed since this was asked for. Decline it, and ask again.")
    refuse_problems(authority.principal or asked_by, workflow, draft)
    version = make_version(
        workflow,
        draft,
        authority,
        note=agreed.reason,
        published_by_id=asker.pk,
        approved_by_id=principal.id,
        request=agreed.id,
    )
    requests.finish(agreed.id)
    go_live(principal, workflow, version, agreed.reason, {"request": str(agreed.id), "asked_by": asker.name})


def _seen(principal: Principal, workspace_id: UUID) -> Q:
    return Q(object_id__in=Workflow.objects.filter(workspace_id=workspace_id).visible_to(principal).values("id"))


def _decides(principal: Principal, request: Request) -> bool:
    workflow = Workflow.objects.visible_to(principal).filter(pk=request.object_id).first()
    return workflow is not None and sharing.may(principal, "workflow:publish", workflow)


PUBLISHING = RequestKind(verb="workflow:publish", seen=_seen, decides=_decides)
