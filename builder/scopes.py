"""What a graph needs of whoever it runs as, and which things outside itself it uses."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from builder.models import Workflow
from builder.references import Kind, Reference, ids_of, references
from orchestrator.assets.models import Asset, AssetAlias
from orchestrator.assets.where_used import asset_names, reached
from orchestrator.engine.graph import Graph
from orchestrator.governance.models import Credential
from orchestrator.governance.principal import Principal
from orchestrator.nodes.registry import catalogue

VERBS = {Kind.ASSET: "asset:consume", Kind.CREDENTIAL: "credential:use", Kind.WORKFLOW: "workflow:run"}
"""What using a thing of this kind takes. Files are of the workspace: every run reads them."""
LEARNING = frozenset({"build_data_set", "check_drift", "evaluate_asset", "request_replacement", "train_model"})
"""Steps that make or measure versions."""


@dataclass(frozen=True, kw_only=True)
class Use:
    kind: Kind
    name: str
    """As people call it."""


def scopes_of(graph: Graph, workspace_id: UUID) -> list[str]:
    """The verbs that its steps, and the tools that they or their agents call, need now. Sorted."""
    found = _found(graph)
    scopes = {VERBS[one.kind] for one in found if one.kind in VERBS}
    if any(node.type in LEARNING and not node.off for node in graph.nodes):
        scopes |= {"asset:consume", "asset:modify"}
    if names := asset_names(one.name for one in found if one.kind is Kind.ASSET):
        meant = AssetAlias.objects.filter(
            asset__workspace_id=workspace_id, asset__name__in=reached(names, workspace_id), asset__kind="tool"
        )
        for rights in meant.values_list("version__config__rights", flat=True):
            scopes |= set(rights or ())
    return sorted(scopes)


def uses_of(graph: Graph, workspace_id: UUID, principal: Principal) -> list[Use]:
    """What it uses, by the names that people know; what does not exist, or not for the principal, is left out."""
    found = _found(graph)
    named: dict[Kind, set[str]] = {kind: {one.name for one in found if one.kind is kind} for kind in VERBS}
    assets = Asset.objects.visible_to(principal).filter(
        workspace_id=workspace_id, name__in=asset_names(named[Kind.ASSET])
    )
    credentials = Credential.objects.visible_to(principal).filter(
        workspace_id=workspace_id, id__in=ids_of(named[Kind.CREDENTIAL])
    )
    workflows = Workflow.objects.visible_to(principal).filter(
        workspace_id=workspace_id, id__in=ids_of(named[Kind.WORKFLOW])
    )
    rows = [
        *((Kind.CREDENTIAL, name) for name in credentials.order_by("name").values_list("name", flat=True)),
        *((Kind.ASSET, name) for name in assets.order_by("title").values_list("title", flat=True)),
        *((Kind.WORKFLOW, name) for name in workflows.order_by("name").values_list("name", flat=True)),
    ]
    return [Use(kind=kind, name=name) for kind, name in rows]


def _found(graph: Graph) -> list[Reference]:
    return references(graph, catalogue())
