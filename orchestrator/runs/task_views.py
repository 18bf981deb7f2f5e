"""The doors of human tasks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.api.pages import Cursor
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.runs import actions
from orchestrator.runs.models import HumanTask, TaskState
from orchestrator.runs.requests import wanted_filters
from orchestrator.runs.serializers import checked
from orchestrator.runs.task_serializers import (
    AssignSerializer,
    DecisionSerializer,
    SentAnswersSerializer,
    TaskFilterSerializer,
    TaskItemSerializer,
    TaskSerializer,
)


class TasksView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = TaskItemSerializer
    queryset = HumanTask.objects.none()

    @extend_schema(parameters=[TaskFilterSerializer], responses=TaskItemSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Tasks of a workspace, newest first."""
        principal = principal_of(request)
        enter(principal, workspace, "task:read")
        wanted = wanted_filters(TaskFilterSerializer, request)
        tasks = HumanTask.objects.visible_to(principal).shown().filter(workspace_id=workspace)
        if words := wanted["search"].strip():
            tasks = tasks.filter(
                Q(title__icontains=words) | Q(run__title__icontains=words) | Q(run__workflow__name__icontains=words)
            )
        page = self.paginate_queryset(self._chosen(tasks, wanted["state"], principal.id))
        return self.get_paginated_response(TaskItemSerializer(page, many=True).data)

    def _chosen(self, tasks: QuerySet[HumanTask], state: str, person: UUID | None) -> QuerySet[HumanTask]:
        open_states = [TaskState.OPEN, TaskState.TAKEN]
        if state == "mine":
            return tasks.filter(state=TaskState.TAKEN, assignee_id=person)
        if state == "unassigned":
            return tasks.filter(state=TaskState.OPEN)
        return tasks.exclude(state__in=open_states) if state == "completed" else tasks.filter(state__in=open_states)


def _task(request: Request, id: UUID) -> HumanTask:
    principal = principal_of(request)
    task = HumanTask.objects.visible_to(principal).shown().filter(pk=id).first()
    if task is None:
        raise NotFound()
    principal.require("task:read", task.workspace_id, object_type="task", object_id=task.id)
    return task


def _answer(request: Request, task: HumanTask) -> Response:
    return Response(TaskSerializer(task, context={"principal": principal_of(request)}).data)


class TaskView(APIView):
    @extend_schema(responses=TaskSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """A task with what the person sees."""
        return _answer(request, _task(request, id))


class TakeView(APIView):
    @extend_schema(request=None, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Take a task."""
        return _answer(request, actions.take_task(principal_of(request), _task(request, id)))


class ReleaseView(APIView):
    @extend_schema(request=None, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Give a task back."""
        return _answer(request, actions.release_task(principal_of(request), _task(request, id)))


class AssignView(APIView):
    @extend_schema(request=AssignSerializer, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Hand a task to one of its candidates."""
        wanted = checked(AssignSerializer, request.data)
        return _answer(request, actions.assign_task(principal_of(request), _task(request, id), wanted["user"]))


class DecideView(APIView):
    @extend_schema(request=DecisionSerializer, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Approve or reject."""
        answer = checked(DecisionSerializer, request.data)
        task = actions.decide_task(
            principal_of(request),
            _task(request, id),
            approve=answer["decision"] == "approve",
            comment=answer["comment"],
        )
        return _answer(request, task)


class CompleteView(APIView):
    @extend_schema(request=SentAnswersSerializer, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Send the form of a task; 422 names each answer that is not right."""
        sent: dict[str, Any] = checked(SentAnswersSerializer, request.data)["answers"]
        return _answer(request, actions.complete_task(principal_of(request), _task(request, id), sent))
