"""What people did with a run, in place."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orchestrator.governance.principal import principal_of
from orchestrator.governance.serializers import HistoryEventSerializer
from orchestrator.governance.views.trail import HistoryView
from orchestrator.runs.models import HumanTask
from orchestrator.runs.requests import visible_run


class RunHistoryView(HistoryView):
    @extend_schema(operation_id="run_history", responses=HistoryEventSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What people did with a run and its tasks, newest first."""
        run = visible_run(request, id)
        tasks = list(HumanTask.objects.filter(run=run).values_list("id", flat=True))
        return self.history(principal_of(request), run.workspace_id, {"run": [run.id], "task": tasks})
