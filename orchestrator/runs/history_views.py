"""What people did with a run or a task, in place."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orchestrator.api.errors import NotFound
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


class TaskHistoryView(HistoryView):
    @extend_schema(operation_id="task_history", responses=HistoryEventSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """What people did with a task, newest first."""
        principal = principal_of(request)
        task = HumanTask.objects.visible_to(principal).filter(pk=id).first()
        if task is None:
            raise NotFound()
        principal.require("task:read", task.workspace_id, object_type="task", object_id=task.id)
        return self.history(principal, task.workspace_id, {"task": [task.id]})
