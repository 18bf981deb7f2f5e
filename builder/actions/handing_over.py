"""Whose a workflow is: given to somebody else, and what becomes of it when its owner leaves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from builder.actions.locking import locked_row, record, require
from builder.actions.workflows import put_away
from builder.checks import problems_of
from builder.folder_grants import FolderGrant
from builder.models import AccessRequest, Draft, Workflow, WorkflowGrant
from builder.references import Kind, references
from orchestrator.api.errors import Conflict, NotFound
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.actions.leaving import Belonging, Fate
from orchestrator.governance.models import Credential, Membership
from orchestrator.governance.principal import Principal, person
from orchestrator.governance.sharing import Level, may
from orchestrator.nodes.registry import catalogue

NEEDED = {
    "workflow:edit": "edit",
    "workflow:publish": "publish",
}
"""What an owner wants to do with a workflow, and how the lack of it is called."""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What the new owner could not do or use."""

    code: str
    """edit | publish | connections | workflows"""
    names: list[str]


def transfer(principal: Principal, workflow: Workflow, to: UUID) -> Workflow:
    """Make somebody else the owner. Whoever could edit it before still can."""
    with transaction.atomic():
        require(principal, "workflow:share", workflow)
        locked, heir = locked_row(workflow), _member(workflow, to)
        if heir.user_id == locked.owner_id:
            raise Conflict("owns_it", f"{heir.user.name} owns this workflow already.")
        before = locked.owner
        _give(locked, heir)
        former = Membership.objects.filter(workspace_id=locked.workspace_id, user=before).first() if before else None
        if former is not None:
            defaults = {"level": Level.EDIT, "granted_by_id": principal.id, "expires_at": None}
            WorkflowGrant.objects.get_or_create(workflow=locked, member=former, defaults=defaults)
        record(
            principal,
            "workflow.transferred",
            locked,
            before={"owner": before.name if before else None},
            after={"owner": heir.user.name},
        )
    return locked


def lacks_of(workflow: Workflow, to: UUID) -> list[Lack]:
    """What somebody would lack if the workflow were theirs."""
    heir = person(_member(workflow, to).user)
    workflow.owner_id = heir.id  # as it would be; this row is not saved
    lacks = [Lack(code=code, names=[]) for verb, code in NEEDED.items() if not may(heir, verb, workflow)]
    graph = parse_graph(Draft.objects.values_list("graph", flat=True).get(workflow=workflow))
    found = references(graph, catalogue())
    connections = {reference.name for reference in found if reference.kind is Kind.CREDENTIAL}
    if connections and not heir.may("credential:use", workflow.workspace_id):
        rows = Credential.objects.filter(workspace_id=workflow.workspace_id, id__in=connections).order_by("name")
        lacks.append(Lack(code="connections", names=list(rows.values_list("name", flat=True))))
    unseen = {problem.field for problem in problems_of(graph, workflow.workspace_id, heir)}
    called = {one.name for one in found if one.kind is Kind.WORKFLOW and one.field in unseen}
    if called:
        names = Workflow.objects.filter(workspace_id=workflow.workspace_id, id__in=called).order_by("name")
        lacks.append(Lack(code="workflows", names=list(names.values_list("name", flat=True))))
    return lacks


def owned_in(workspace_id: UUID, user_id: UUID) -> list[Workflow]:
    """What somebody owns in a workspace and has not put away."""
    rows = Workflow.objects.select_related("owner").filter(
        workspace_id=workspace_id, owner_id=user_id, archived_at=None
    )
    return list(rows.order_by("name", "id"))


def tell_owned(*, member: Membership, found: list[Belonging]) -> None:
    """What belongs to a member here: workflows of theirs, those that are shared with them by name, folders that are,
    and live ones that run as them: those stop until somebody publishes them again."""
    for workflow in owned_in(member.workspace_id, member.user_id):
        found.append(Belonging(kind="workflow", id=workflow.id, name=workflow.name, fate=Fate.HANDED_OVER))
    for grant in WorkflowGrant.objects.filter(member=member).select_related("workflow").order_by("workflow__name"):
        found.append(Belonging(kind="sharing", id=grant.id, name=grant.workflow.name, fate=Fate.ENDS))
    for share in FolderGrant.objects.filter(member=member).select_related("folder").order_by("folder__name"):
        found.append(Belonging(kind="sharing", id=share.id, name=share.folder.name, fate=Fate.ENDS))
    lent = Workflow.objects.kept().filter(workspace_id=member.workspace_id, live_version__run_as=member.user_id)
    for workflow in lent.order_by("name"):
        found.append(Belonging(kind="run_as", id=workflow.id, name=workflow.name, fate=Fate.ENDS))


def hand_over(*, principal: Principal, workspace_id: UUID, user_id: UUID, heir_id: UUID | None) -> None:
    """A member leaves: what they own goes to the heir, or into the archive."""
    owned = owned_in(workspace_id, user_id)
    for workflow in owned:
        locked = locked_row(workflow)
        if heir_id is None:
            put_away(principal, locked)
            continue
        heir = _member(locked, heir_id)
        before = locked.owner
        _give(locked, heir)
        owners = {"owner": before.name if before else None}, {"owner": heir.user.name}
        record(principal, "workflow.transferred", locked, before=owners[0], after=owners[1])


def _give(workflow: Workflow, heir: Membership) -> None:
    workflow.owner = heir.user
    workflow.save(update_fields=["owner"])
    WorkflowGrant.objects.filter(workflow=workflow, member=heir).delete()
    AccessRequest.objects.filter(workflow=workflow, member=heir).delete()


def _member(workflow: Workflow, user: UUID) -> Membership:
    people = Membership.objects.people().select_related("user")
    members = people.filter(workspace_id=workflow.workspace_id, user_id=user)
    member = members.filter(user__is_active=True).first()
    if member is None:
        raise NotFound("nobody", "They are not in this workspace any more. Choose somebody else.")
    return member
