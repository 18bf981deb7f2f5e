"""The compiled plans of frozen versions, kept in memory: a version never changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from builder.models import Version
from orchestrator.engine.chunks import inside_plan
from orchestrator.engine.graph import parse_graph
from orchestrator.engine.plan import Plan, compile_plan
from orchestrator.nodes.registry import catalogue


def plan_of_run(version_id: UUID, started: Mapping[str, Any]) -> Plan:
    """Of a run whose first event has this body: a chunk of a for each follows only the inside of it."""
    return inside_plan_of(version_id, started["start"]) if "items" in started else plan_of(version_id)


@lru_cache(maxsize=512)
def inside_plan_of(version_id: UUID, container: str) -> Plan:
    return inside_plan(plan_of(version_id), container)


@lru_cache(maxsize=512)
def plan_of(version_id: UUID) -> Plan:
    graph = Version.objects.values_list("graph", flat=True).get(pk=version_id)
    return compile_plan(parse_graph(graph), catalogue())
