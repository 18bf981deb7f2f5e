"""What the doors of runs read out of a request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request

from orchestrator.api.errors import NotFound, ProblemError
from orchestrator.governance.principal import principal_of
from orchestrator.runs import rights
from orchestrator.runs.models import Run


def visible_run(request: Request, id: UUID, verb: str = "run:read") -> Run:
    """The run, if the person may know of it."""
    principal = principal_of(request)
    run = (
        Run.objects.select_related("workflow__owner", "version", "started_by")
        .visible_to(principal)
        .filter(pk=id)
        .first()
    )
    if run is None:
        raise NotFound()
    rights.require(principal, verb, run)
    return run


def wanted_filters(serializer: type[Any], request: Request) -> dict[str, Any]:
    """The filters asked for; any other name, or a value that does not exist, is a 400."""
    sent = serializer(data=request.query_params)
    unknown = sorted(set(request.query_params) - set(sent.fields) - {"cursor", "page_size"})
    if unknown or not sent.is_valid():
        names = ", ".join(unknown or sent.errors)
        raise ProblemError(400, "filter_unknown", f"The list cannot be filtered like this: {names}. Reset the filters.")
    return dict(sent.validated_data)
