"""What the doors of runs read out of a request."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from orchestrator.api.errors import NotFound
from orchestrator.governance.principal import principal_of
from orchestrator.runs import rights
from orchestrator.runs.models import Run


def visible_run(request: Request, id: UUID, verb: str = "run:read") -> Run:
    """The run, if the person may know of it."""
    principal = principal_of(request)
    run = Run.objects.select_related("workflow", "version", "started_by").visible_to(principal).filter(pk=id).first()
    if run is None:
        raise NotFound()
    rights.require(principal, verb, run)
    return run
