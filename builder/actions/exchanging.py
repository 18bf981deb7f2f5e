"""Workflows that leave a workspace as a document, and come into one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from builder.actions.drafts import replace_draft
from builder.actions.folder_sharing import require_placing
from builder.actions.locking import locked_row, record, require
from builder.graphs import read_graph
from builder.models import Draft, Folder, Workflow
from builder.portable import Names, Needs, ids_in, needs_of, portable
from builder.references import Kind
from builder.uses import keep_draft_uses
from orchestrator.api.errors import Invalid
from orchestrator.assets.where_used import known_references
from orchestrator.engine.graph import Graph, content_hash, graph_json, parse_graph
from orchestrator.governance import sharing
from orchestrator.governance.models import Credential
from orchestrator.governance.principal import Principal

FORMAT = "tutti.workflow"
VERSION = 1
LONGEST_NAME, LONGEST_DESCRIPTION = 200, 5000


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A document that can be taken in, and what this workspace lacks for it."""

    name: str
    description: str
    graph: Graph
    needs: Needs
    missing_models: list[str]
    existing: Workflow | None
    """One of the same name that the person may change."""

    @property
    def steps(self) -> int:
        return len(self.graph.nodes)


def names_in(principal: Principal, graph: Graph, workspace_id: UUID) -> Names:
    """What people call the connections and workflows that the graph names by id. One that the person does not see has
    no name."""
    ids = ids_in(graph)
    connections = Credential.objects.filter(workspace_id=workspace_id, id__in=ids[Kind.CREDENTIAL])
    seen = Workflow.objects.visible_to(principal)
    workflows = seen.filter(workspace_id=workspace_id, id__in=ids[Kind.WORKFLOW])
    return {(Kind.CREDENTIAL, str(id)): name for id, name in connections.values_list("id", "name")} | {
        (Kind.WORKFLOW, str(id)): name for id, name in workflows.values_list("id", "name")
    }


def export_workflow(principal: Principal, workflow: Workflow) -> dict[str, Any]:
    """The draft as a document without accounts, files and secrets. Recorded: it leaves the house."""
    require(principal, "workflow:read", workflow)
    graph = parse_graph(Draft.objects.values_list("graph", flat=True).get(workflow=workflow))
    clean = portable(graph, names_in(principal, graph, workflow.workspace_id))
    needs = needs_of(clean)
    with transaction.atomic():
        record(principal, "workflow.exported", workflow, detail={"content_hash": content_hash(graph).hex()})
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": workflow.name,
        "description": workflow.description,
        "needs": {"connections": needs.connections, "models": needs.models, "workflows": needs.workflows},
        "graph": graph_json(clean),
    }


def read_document(principal: Principal, workspace_id: UUID, document: Any) -> Incoming:
    """Raises `Invalid` with a sentence for a person when it cannot be taken in; nothing is changed either way.

    What the document names by id is never believed: accounts and workflows are asked for anew, files are gone.
    """
    principal.require("workflow:edit", workspace_id, object_type="workflow")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Invalid("not_a_workflow", "This file holds no workflow of Tutti. Choose a file that was exported here.")
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        raise Invalid(
            "newer_document",
            "This workflow was exported by another version of Tutti that writes it differently. Bring this one up to "
            "date, or export it again.",
        )
    name, description = _text(document, "name", LONGEST_NAME), _text(document, "description", LONGEST_DESCRIPTION)
    graph = portable(read_graph(document.get("graph")), {})
    needs = needs_of(graph)
    have = known_references(needs.models, workspace_id, principal)
    return Incoming(
        name=name or "Imported workflow",
        description=description,
        graph=graph,
        needs=needs,
        missing_models=[model for model in needs.models if model not in have],
        existing=_existing(principal, workspace_id, name),
    )


def import_workflow(
    principal: Principal,
    workspace_id: UUID,
    document: Any,
    *,
    replace: UUID | None = None,
    folder: Folder | None = None,
) -> Workflow:
    """A new workflow from the document, or its graph as the draft of one that exists; what is live stays live."""
    found = read_document(principal, workspace_id, document)
    if replace is not None:
        return _replaced(principal, workspace_id, replace, found)
    require_placing(principal, workspace_id, folder.pk if folder else None)
    with transaction.atomic():
        workflow = Workflow.objects.create(
            workspace_id=workspace_id,
            name=_free_name(workspace_id, found.name),
            description=found.description,
            folder=folder,
            owner_id=principal.id,
        )
        Draft.objects.create(
            workflow=workflow,
            graph=graph_json(found.graph),
            content_hash=content_hash(found.graph),
            changed_by_id=principal.id,
            person=principal.natural_person,
        )
        keep_draft_uses(workflow, found.graph)
        record(principal, "workflow.imported", workflow, after={"name": workflow.name})
    return workflow


def _replaced(principal: Principal, workspace_id: UUID, id: UUID, found: Incoming) -> Workflow:
    workflow: Workflow = Workflow.objects.filter(workspace_id=workspace_id).find(principal, id)
    require(principal, "workflow:edit", workflow)
    with transaction.atomic():
        # Whoever decided to replace it means what is there now.
        token = str(locked_row(workflow).draft.token)
        replace_draft(principal, workflow, found.graph, token, "workflow.replaced")
    return workflow


def _existing(principal: Principal, workspace_id: UUID, name: str) -> Workflow | None:
    rows = Workflow.objects.kept().visible_to(principal).filter(workspace_id=workspace_id, archived_at=None, name=name)
    editable = (row for row in rows.order_by("-changed_at")[:20] if sharing.may(principal, "workflow:edit", row))
    return next(editable, None)


def _free_name(workspace_id: UUID, name: str) -> str:
    """The name, with a number behind it where somebody has it already."""
    taken = set(Workflow.objects.filter(workspace_id=workspace_id, archived_at=None).values_list("name", flat=True))
    candidates = (name, *(f"{name[: LONGEST_NAME - 5]} ({number})" for number in range(2, len(taken) + 3)))
    return next(each for each in candidates if each not in taken)


def _text(document: dict[str, Any], key: str, longest: int) -> str:
    """One of the words beside the graph; what is no text, or holds what no text may, is left out."""
    value = document.get(key)
    plain = value.replace("\0", "").strip() if isinstance(value, str) else ""
    return plain[:longest]
