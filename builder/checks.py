"""Everything that is wrong with a graph in a workspace, at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from builder.calls import call_problems
from builder.models import Callers, Workflow
from builder.placeholders import placeholder_problems
from builder.references import Kind, Reference, ids_of, references, unknown
from orchestrator.artifacts.models import Artifact
from orchestrator.assets.where_used import known_references
from orchestrator.engine.errors import Problem
from orchestrator.engine.graph import Graph
from orchestrator.engine.validation import check_graph
from orchestrator.governance.models import Credential
from orchestrator.governance.principal import Principal
from orchestrator.nodes.registry import catalogue, check_config


def problems_of(graph: Graph, workspace_id: UUID, principal: Principal, workflow: UUID | None = None) -> list[Problem]:
    """The engine's problems, addresses that lead nowhere, and references to what is gone or not for this principal.

    With the `workflow` that the graph belongs to, also connections that are meant for others.
    """
    types = catalogue()
    found = references(graph, types)
    missing = unknown(found, _known(found, workspace_id, principal))
    misused = _misused(graph, found, workspace_id, workflow)
    of_graph = [*check_graph(graph, types, check_config), *call_problems(graph), *placeholder_problems(graph)]
    return [*of_graph, *missing, *misused]


def _misused(graph: Graph, found: Iterable[Reference], workspace_id: UUID, workflow: UUID | None) -> Iterator[Problem]:
    """Connections in steps, or in a workflow, that they are not meant for. By way of models it shows when they run."""
    used = [reference for reference in found if reference.kind is Kind.CREDENTIAL]
    ids = ids_of(reference.name for reference in used)
    rows = {str(row.id): row for row in Credential.objects.filter(workspace_id=workspace_id, id__in=ids)} if ids else {}
    types = {node.key: node.type for node in graph.nodes}
    for each in used:
        row = rows.get(each.name)
        if row is None:
            continue
        if row.node_types and types[each.node] not in row.node_types:
            yield _limited(each, "credential_step", f"The connection {row.name!r} is not meant for steps of this kind.")
        elif row.workflows and workflow is not None and workflow not in row.workflows:
            yield _limited(each, "credential_workflow", f"The connection {row.name!r} is not meant for this workflow.")


def _limited(reference: Reference, code: str, message: str) -> Problem:
    hint = "Choose another one, or ask whoever looks after connections to allow it."
    return Problem(code=code, message=message, hint=hint, node=reference.node, field=reference.field)


def _known(found: Iterable[Reference], workspace_id: UUID, principal: Principal) -> dict[Kind, Collection[str]]:
    """Which of the referenced names exist here, with one query for each kind that occurs."""
    names: dict[Kind, set[str]] = defaultdict(set)
    for reference in found:
        names[reference.kind].add(reference.name)
    known: dict[Kind, Collection[str]] = dict.fromkeys(Kind, ())
    if assets := names[Kind.ASSET]:
        known[Kind.ASSET] = known_references(assets, workspace_id, principal)
    if (credentials := ids_of(names[Kind.CREDENTIAL])) and principal.may("credential:use", workspace_id):
        rows = Credential.objects.visible_to(principal).filter(workspace_id=workspace_id, id__in=credentials)
        known[Kind.CREDENTIAL] = {str(row) for row in rows.values_list("id", flat=True)}
    if files := ids_of(names[Kind.FILE]):
        rows = Artifact.objects.visible_to(principal).filter(workspace_id=workspace_id, id__in=files)
        known[Kind.FILE] = {str(row) for row in rows.values_list("id", flat=True)}
    if workflows := ids_of(names[Kind.WORKFLOW]):
        callable = Workflow.objects.filter(archived_at__isnull=True, callable_by=Callers.WORKSPACE)
        rows = callable.visible_to(principal).filter(workspace_id=workspace_id, id__in=workflows)
        known[Kind.WORKFLOW] = {str(row) for row in rows.values_list("id", flat=True)}
    return known
