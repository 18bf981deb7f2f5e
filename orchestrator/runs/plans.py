"""The compiled plans of frozen versions, kept in memory: a version never changes."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from builder.models import Version
from orchestrator.engine.graph import parse_graph
from orchestrator.engine.plan import Plan, compile_plan
from orchestrator.nodes.registry import catalogue


@lru_cache(maxsize=512)
def plan_of(version_id: UUID) -> Plan:
    graph = Version.objects.values_list("graph", flat=True).get(pk=version_id)
    return compile_plan(parse_graph(graph), catalogue())
