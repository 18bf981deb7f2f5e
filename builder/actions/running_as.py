"""As whom a workflow runs: offered to somebody, and accepted by them for one content and one set of rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from builder.acceptance import Acceptance
from builder.actions.locking import locked_row, record, refuse_archived, require
from builder.checks import problems_of
from builder.models import Draft, Workflow
from builder.scopes import scopes_of, uses_of
from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.engine.graph import Graph, parse_graph
from orchestrator.governance.actions import requests
from orchestrator.governance.models import Membership, Request, User
from orchestrator.governance.principal import Principal, person
from orchestrator.governance.requests import RequestKind

KIND = "workflow.run_as"


@dataclass(frozen=True, kw_only=True)
class Authority:
    """As whom a version runs, and what it may do in their name."""

    user: User | None
    """None: the product itself, which published it."""
    scopes: list[str]

    @property
    def principal(self) -> Principal | None:
        return person(self.user) if self.user else None

    @property
    def name(self) -> str:
        return self.user.name if self.user else ""

    def as_json(self) -> dict[str, Any]:
        return {"id": str(self.user.id) if self.user else None, "name": self.name, "scopes": self.scopes}


def offer_run_as(principal: Principal, workflow: Workflow, user: UUID, reason: str) -> Request:
    """Ask somebody whether the draft, as it is now, may run as them. They decide, nobody else; for a program it is who
    answers for it."""
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        locked = locked_row(workflow)
        refuse_archived(locked)
        draft = locked.draft
        asked = _member(locked, user)
        acting = person(asked)
        answers = acting.natural_person
        if answers == principal.natural_person:
            raise Invalid("own_run_as", "You need not ask yourself: publish it to run as you.")
        if _accepted(draft, asked.id) is not None:
            raise Conflict("accepted_already", f"{asked.name} has agreed to this content already. Publish it.")
        graph = parse_graph(draft.graph)
        _refuse_lacking(graph, locked, asked)
        _refuse_asked_twice(locked, user)
        uses = uses_of(graph, locked.workspace_id, acting)
        return requests.ask(
            principal,
            locked.workspace_id,
            kind=KIND,
            subject=requests.Subject(type="workflow", id=locked.pk, name=locked.name),
            payload={
                "content_hash": bytes(draft.content_hash).hex(),
                "person": {"id": str(asked.id), "name": asked.name, "answers": str(answers)},
                "scopes": scopes_of(graph, locked.workspace_id),
                "uses": [{"kind": str(use.kind), "name": use.name} for use in uses],
            },
            reason=reason,
        )


def accept(request: UUID, principal: Principal) -> None:
    """The person agreed. Subscribes to `request.approved`."""
    agreed = Request.objects.get(id=request)
    if agreed.kind != KIND:
        return
    workflow = locked_row(Workflow.objects.get(pk=agreed.object_id))
    refuse_archived(workflow)
    content = bytes.fromhex(agreed.payload["content_hash"])
    if bytes(workflow.draft.content_hash) != content:
        raise Conflict("request_outdated", "Things have changed since this was asked for. Decline it, and ask again.")
    Acceptance.objects.update_or_create(
        workflow=workflow,
        user_id=agreed.payload["person"]["id"],
        content_hash=content,
        defaults={"scopes": agreed.payload["scopes"], "request": agreed.id},
    )
    requests.finish(agreed.id)
    record(
        principal,
        "workflow.run_as_accepted",
        workflow,
        after={"content_hash": content.hex(), "scopes": agreed.payload["scopes"]},
        reason=agreed.decision_reason,
        detail={"request": str(agreed.id)},
    )


def authority_of(principal: Principal, draft: Draft, run_as: UUID | None) -> Authority:
    """Of a publication by the principal: they themselves, or somebody who has agreed to exactly this content.

    Raises `Conflict` for somebody who has not.
    """
    workflow, graph = draft.workflow, parse_graph(draft.graph)
    scopes = scopes_of(graph, workflow.workspace_id)
    if principal.is_system:
        return Authority(user=None, scopes=scopes)
    if run_as is None or run_as == principal.id:
        return Authority(user=User.objects.get(pk=principal.id), scopes=scopes)
    user = _member(workflow, run_as)
    accepted = _accepted(draft, run_as)
    own = person(user).natural_person == principal.natural_person
    if not own and (accepted is None or accepted.scopes != scopes):
        raise Conflict("not_accepted", "They have not agreed that this content runs as them. Ask them first.")
    _refuse_lacking(graph, workflow, user)
    return Authority(user=user, scopes=scopes)


def _accepted(draft: Draft, user: UUID) -> Acceptance | None:
    return Acceptance.objects.of_draft(draft).filter(user_id=user).first()


def _refuse_lacking(graph: Graph, workflow: Workflow, user: User) -> None:
    problems = problems_of(graph, workflow.workspace_id, person(user))
    if problems:
        raise Invalid(
            "run_as_lacks",
            f"It cannot run as {user.name}: something is missing, or they may not use it.",
            [problem.as_json() for problem in problems],
        )


def _refuse_asked_twice(workflow: Workflow, user: UUID) -> None:
    open_ones = Request.objects.open().filter(workspace_id=workflow.workspace_id, kind=KIND, object_id=workflow.pk)
    if open_ones.filter(payload__person__id=str(user)).exists():
        raise Conflict("request_open", "This was asked for already, and nobody has decided yet.")


def _member(workflow: Workflow, user: UUID) -> User:
    members = Membership.objects.select_related("user").filter(workspace_id=workflow.workspace_id, user_id=user)
    found = members.filter(user__is_active=True).first()
    if found is None:
        raise NotFound("nobody", "They are not in this workspace any more. Choose somebody else.")
    return found.user


def _seen(principal: Principal, workspace_id: UUID) -> Q:
    return Q(object_id__in=Workflow.objects.filter(workspace_id=workspace_id).visible_to(principal).values("id"))


def _decides(principal: Principal, request: Request) -> bool:
    return request.payload["person"]["answers"] == str(principal.natural_person)


RUN_AS = RequestKind(verb="request:decide", seen=_seen, decides=_decides)
