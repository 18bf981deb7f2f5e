"""What a run gives to whoever asked for it: what its last steps gave."""

from __future__ import annotations

from typing import Any

from orchestrator.engine.plan import ERROR_PORT, Plan
from orchestrator.runs.models import Run, Step
from orchestrator.runs.plans import plan_of
from orchestrator.runs.values import read_value


def run_output(run: Run) -> Any:
    """The output of the step that no line leads on from; of several such steps a map of those that were done, by key.

    None where the only such step was not done.
    """
    finals = _finals(plan_of(run.version_id))
    rows = Step.objects.filter(run_id=run.id, scope="", status="done", node__in=finals, value_id__isnull=False)
    values = {row.node: read_value(run.id, run.workspace_id, row.value_id) for row in rows.order_by("step")}
    return next(iter(values.values()), None) if len(finals) == 1 else values


def _finals(plan: Plan) -> list[str]:
    """Steps outside of containers that no line leads on from but for errors."""
    return [
        node.key
        for node in plan.nodes.values()
        if node.parent is None and all(edge.source_port == ERROR_PORT for edge in node.outgoing)
    ]
