"""What a version needs of whoever it runs as, and who that is: both never change, so they are kept in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from builder.models import Version, Workflow
from builder.references import Kind, ids_of, references
from orchestrator.assets.where_used import asset_names
from orchestrator.engine.graph import parse_graph
from orchestrator.governance.principal import Principal
from orchestrator.nodes.registry import catalogue


@dataclass(frozen=True, kw_only=True)
class Authority:
    """As whom the live runs of a version act."""

    user: UUID | None
    name: str
    scopes: frozenset[str] | None
    """What they agreed to; None: everything they may."""

    @property
    def is_gone(self) -> bool:
        """Whether their account was deleted."""
        return self.user is None and self.name != ""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The names in a graph that stand for things outside itself, by kind; ids of credentials and workflows as text."""

    assets: frozenset[str]
    credentials: frozenset[str]
    workflows: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.assets or self.credentials or self.workflows)


@lru_cache(maxsize=512)
def authority_of(version_id: UUID) -> Authority:
    user, name, scopes = Version.objects.values_list("run_as_id", "run_as_name", "scopes").get(pk=version_id)
    return Authority(user=user, name=name, scopes=None if scopes is None else frozenset(scopes))


@lru_cache(maxsize=512)
def needs_of(version_id: UUID) -> Needs:
    graph = parse_graph(Version.objects.values_list("graph", flat=True).get(pk=version_id))
    found = references(graph, catalogue())
    return Needs(
        assets=asset_names(one.name for one in found if one.kind is Kind.ASSET),
        credentials=frozenset(one.name for one in found if one.kind is Kind.CREDENTIAL),
        workflows=frozenset(one.name for one in found if one.kind is Kind.WORKFLOW),
    )


def not_callable(workflows: Collection[str], workspace_id: UUID, acts_for: Principal) -> Workflow | None:
    """The first of these workflows that is there and that whoever the run acts for does not see."""
    if not workflows:
        return None
    named = Workflow.objects.filter(workspace_id=workspace_id, pk__in=ids_of(workflows))
    return named.exclude(pk__in=named.visible_to(acts_for).values("pk")).order_by("name").first()
