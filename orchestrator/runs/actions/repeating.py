"""Running again what has run."""

from __future__ import annotations

from builder.models import Version, Workflow
from orchestrator.api.errors import Conflict
from orchestrator.governance.principal import Principal
from orchestrator.runs import store
from orchestrator.runs.actions.posting import raw
from orchestrator.runs.actions.starting import start_run
from orchestrator.runs.models import Mode, Run
from orchestrator.runs.values import read_value


def repeat_run(principal: Principal, run: Run, *, latest: bool) -> Run:
    """Run again with the same input, as it was or as the workflow is now."""
    principal.require("workflow:run", run.workspace_id, object_type="run", object_id=run.id)
    if run.parent_chunk is not None:
        raise Conflict("part_of_a_run", "This run works on some items of another run. Repeat that one.")
    started = store.histories(raw(), [run.id])[run.id][0]
    payload = read_value(run.id, run.workspace_id, 0)
    version = None if latest else Version.objects.get(pk=run.version_id)
    workflow = Workflow.objects.get(pk=run.workflow_id)
    return start_run(
        principal,
        workflow=workflow,
        version=version,
        start=started.body["start"],
        payload=payload,
        how="repeat",
        title=run.title,
        mode=Mode(run.mode),
        repeats=run.id,
    )
