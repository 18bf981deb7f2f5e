"""What a report is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from builder.models import Version
from orchestrator.governance.principal import Principal
from orchestrator.runs.models import Run
from orchestrator.runs.step_names import step_names

Row = dict[str, Any]
"""By column: a text, a number, a time, nothing, or `link`s."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What of a report is wanted; `until` itself is out. `credential` and `run` narrow what left the house."""

    since: datetime | None = None
    until: datetime | None = None
    credential: UUID | None = None
    run: UUID | None = None

    @property
    def told(self) -> dict[str, str]:
        """For the trail."""
        return {name: str(value) for name, value in vars(self).items() if value is not None}

    def within(self, rows: QuerySet[Any], column: str) -> QuerySet[Any]:
        if self.since:
            rows = rows.filter(**{f"{column}__gte": self.since})
        return rows.filter(**{f"{column}__lt": self.until}) if self.until else rows


@dataclass(frozen=True, kw_only=True)
class Report:
    columns: tuple[str, ...]
    """In their order; each row has them all."""
    ordering: tuple[str, ...]
    find: Callable[[Principal, UUID, Asked], QuerySet[Any]]
    """What the principal sees of it. The rights to the report itself were asked before."""
    tell: Callable[[UUID, Sequence[Any]], list[Row]]
    """Rows of one page, in the same order, each with an `id` beside its columns."""


def link(type: str, id: Any, name: str) -> dict[str, str] | None:
    """Something with a page of its own."""
    return {"type": type, "id": str(id), "name": name} if id else None


class Runs:
    """The runs of one page of a report, with the names of their workflows and steps; a run may be gone."""

    def __init__(self, workspace_id: UUID, ids: Sequence[UUID]) -> None:
        found = Run.objects.filter(workspace_id=workspace_id, id__in=ids).select_related("workflow", "started_by")
        self.found: dict[UUID, Run] = {run.pk: run for run in found}
        versions = Version.objects.filter(id__in={run.version_id for run in self.found.values()})
        self._names = {id: step_names(graph) for id, graph in versions.values_list("id", "graph")}

    def run(self, id: UUID) -> dict[str, str] | None:
        run = self.found.get(id)
        return link("run", id, run.title or run.workflow.name) if run else None

    def workflow(self, id: UUID) -> dict[str, str] | None:
        run = self.found.get(id)
        return link("workflow", run.workflow_id, run.workflow.name) if run else None

    def step(self, id: UUID, node: str) -> str:
        run = self.found.get(id)
        return self._names.get(run.version_id, {}).get(node, node) if run else node
