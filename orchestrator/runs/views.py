"""The doors of runs, tasks and the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import Conflict, Invalid, NotFound, ProblemError
from orchestrator.api.pages import Cursor
from orchestrator.artifacts.models import Artifact
from orchestrator.governance import sharing
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.runs import actions
from orchestrator.runs.models import (
    HumanTask,
    HumanTaskQuerySet,
    Mode,
    OutgoingMail,
    Run,
    RunQuerySet,
    RunStatus,
    Step,
    TaskState,
)
from orchestrator.runs.recent import fresh_workflow, recent_workflow
from orchestrator.runs.requests import visible_run as _run
from orchestrator.runs.serializers import (
    DecisionSerializer,
    FiguresSerializer,
    MailItemSerializer,
    MailSerializer,
    NewRunSerializer,
    RunEventsSerializer,
    RunFilterSerializer,
    RunRowSerializer,
    RunSerializer,
    StartedSerializer,
    StepDetailSerializer,
    TaskFilterSerializer,
    TaskItemSerializer,
    TaskSerializer,
    checked,
)
from orchestrator.runs.snapshots import events_json, latest_values, run_rows, run_snapshot, step_detail

FIGURE_DAYS = 7
LONGEST_KEY = 200


def _filters(serializer: type[Any], request: Request) -> dict[str, Any]:
    """The filters asked for; any other name, or a value that does not exist, is a 400."""
    sent = serializer(data=request.query_params)
    unknown = sorted(set(request.query_params) - set(sent.fields) - {"cursor", "page_size"})
    if unknown or not sent.is_valid():
        names = ", ".join(unknown or sent.errors)
        raise ProblemError(400, "filter_unknown", f"The list cannot be filtered like this: {names}. Reset the filters.")
    return dict(sent.validated_data)


def _start_key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise Invalid("idempotency_key", f"Send an Idempotency-Key of 1 to {LONGEST_KEY} characters, or none.")
    return key


class RunsView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = RunRowSerializer
    queryset = Run.objects.none()

    @extend_schema(parameters=[RunFilterSerializer], responses=RunRowSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Runs of a workspace, newest first."""
        principal = principal_of(request)
        wanted = _filters(RunFilterSerializer, request)
        if not _reads_runs_of(principal, wanted.get("workflow")):
            enter(principal, workspace, "run:read")
        page = self.paginate_queryset(self._filtered(principal, workspace, wanted))
        return self.get_paginated_response(run_rows(page or []))

    def _filtered(self, principal: Principal, workspace: UUID, wanted: dict[str, Any]) -> QuerySet[Run]:
        runs = _shown(principal).filter(workspace_id=workspace, parent_chunk__isnull=True)
        if "workflow" in wanted:
            runs = runs.filter(workflow_id=wanted["workflow"])
        if "status" in wanted:
            runs = runs.filter(status=RunStatus[wanted["status"].upper()])
        if "mode" in wanted:
            runs = runs.filter(mode=wanted["mode"])
        if "since" in wanted:
            runs = runs.filter(created_at__gte=wanted["since"])
        if wanted["dead"]:
            runs = runs.to_look_after()
        return runs


def _reads_runs_of(principal: Principal, workflow: UUID | None) -> bool:
    """Somebody whom one workflow is shared with reads its runs, whatever their roles."""
    shared = workflow and Workflow.objects.visible_to(principal).filter(pk=workflow).first()
    return bool(shared) and sharing.may(principal, "run:read", shared)


def _shown(principal: Principal) -> RunQuerySet:
    """With what an item of a list shows."""
    return Run.objects.visible_to(principal).select_related("workflow", "version", "started_by")


class ChildrenView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = RunRowSerializer
    queryset = Run.objects.none()

    @extend_schema(responses=RunRowSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """The runs that work for steps of this run, newest first."""
        page = self.paginate_queryset(_shown(principal_of(request)).filter(parent_id=_run(request, id).id))
        return self.get_paginated_response(run_rows(page or []))


class StartView(APIView):
    @extend_schema(request=NewRunSerializer, responses={202: StartedSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Start a run of a workflow: 202 as soon as it is durable."""
        principal, wanted = principal_of(request), checked(NewRunSerializer, request.data)
        if wanted["draft"]:
            return self._start(request, fresh_workflow(principal, id), wanted)
        try:
            return self._start(request, recent_workflow(principal, id), wanted)
        except (Conflict, Invalid):
            return self._start(request, fresh_workflow(principal, id), wanted)

    def _start(self, request: Request, workflow: Workflow, wanted: dict[str, Any]) -> Response:
        principal = principal_of(request)
        if "until" in wanted and not wanted["draft"]:
            raise Invalid("until", "Only a run of the draft can end early: publish the workflow without the rest.")
        payload, how = wanted.get("input", {}), "manual"
        if "file" in wanted:
            file = (
                Artifact.objects.visible_to(principal)
                .filter(pk=wanted["file"], workspace_id=workflow.workspace_id)
                .first()
            )
            if file is None:
                raise Invalid("no_file", "The file is not there any more. Upload it again.")
            payload, how = {"file": file.as_ref()}, "file"
        run = actions.start_run(
            principal,
            workflow=workflow,
            start=wanted.get("start"),
            payload=payload,
            how=how,
            mode=Mode.TEST if wanted["draft"] else Mode.LIVE,
            start_key=_start_key(request),
            until=wanted.get("until"),
        )
        return Response({"id": run.id}, status=status.HTTP_202_ACCEPTED)


class RunView(APIView):
    @extend_schema(responses=RunSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """A run with its steps."""
        return Response(run_snapshot(principal_of(request), _run(request, id)))


class RunEventsView(APIView):
    @extend_schema(parameters=[OpenApiParameter("after", int)], responses=RunEventsSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """The log after a number."""
        run = _run(request, id)
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            raise Invalid("after", "`after` is the number of the last event you have.")
        events = events_json(run.id, int(after))
        return Response({"seq": events[-1]["seq"] if events else int(after), "events": events})


class StepView(APIView):
    @extend_schema(responses=StepDetailSerializer)
    def get(self, request: Request, id: UUID, step: int) -> Response:
        """What went into a step and what came out."""
        run = _run(request, id, "run:payload")
        found = Step.objects.filter(run_id=run.id, step=step).first()
        if found is None:
            raise NotFound()
        return Response(step_detail(run, found))


class ValuesView(APIView):
    @extend_schema(responses={(200, "application/json"): {"type": "object", "additionalProperties": True}})
    def get(self, request: Request, id: UUID) -> Response:
        """The output of each step by its key: what formulas can use."""
        return Response(latest_values(_run(request, id, "run:payload")))


class FiguresView(APIView):
    @extend_schema(responses=FiguresSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """The figures of home: live runs of the last days, open tasks, live workflows."""
        principal = principal_of(request)
        enter(principal, workspace, "run:read")
        since = timezone.now() - timedelta(days=FIGURE_DAYS)
        runs = Run.objects.visible_to(principal).filter(
            workspace_id=workspace, mode=Mode.LIVE, created_at__gte=since, parent_chunk__isnull=True
        )
        tasks = HumanTask.objects.visible_to(principal).filter(
            workspace_id=workspace, state__in=[TaskState.OPEN, TaskState.TAKEN]
        )
        live = Workflow.objects.visible_to(principal).filter(
            workspace_id=workspace, live_version__isnull=False, paused=False, archived_at__isnull=True
        )
        figures = {"days": FIGURE_DAYS, "runs": runs.count(), "failed": runs.filter(status=RunStatus.FAILED).count()}
        return Response({**figures, "waiting_tasks": tasks.count(), "live_workflows": live.count()})


# -- tasks ---------------------------------------------------------------------------------------------------------


class TasksView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = TaskItemSerializer
    queryset = HumanTask.objects.none()

    @extend_schema(parameters=[TaskFilterSerializer], responses=TaskItemSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """Tasks of a workspace, newest first."""
        principal = principal_of(request)
        enter(principal, workspace, "task:read")
        state = _filters(TaskFilterSerializer, request)["state"]
        tasks = _tasks(principal).filter(workspace_id=workspace)
        open_states = [TaskState.OPEN, TaskState.TAKEN]
        chosen = {
            "open": tasks.filter(state__in=open_states),
            "mine": tasks.filter(state=TaskState.TAKEN, assignee_id=principal.id),
            "unassigned": tasks.filter(state=TaskState.OPEN),
            "completed": tasks.exclude(state__in=open_states),
        }[state]
        page = self.paginate_queryset(chosen)
        return self.get_paginated_response(TaskItemSerializer(page, many=True).data)


def _tasks(principal: Principal) -> HumanTaskQuerySet:
    return HumanTask.objects.visible_to(principal).select_related("assignee", "decided_by", "run__workflow")


def _task(request: Request, id: UUID) -> HumanTask:
    principal = principal_of(request)
    task = _tasks(principal).filter(pk=id).first()
    if task is None:
        raise NotFound()
    principal.require("task:read", task.workspace_id, object_type="task", object_id=task.id)
    return task


def _task_answer(request: Request, task: HumanTask) -> Response:
    principal = principal_of(request)
    context = {"may_decide": lambda row: actions.may_decide(principal, row)}
    return Response(TaskSerializer(task, context=context).data)


class TaskView(APIView):
    @extend_schema(responses=TaskSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """A task with what the person sees."""
        return _task_answer(request, _task(request, id))


class TakeView(APIView):
    @extend_schema(request=None, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Take a task."""
        return _task_answer(request, actions.take_task(principal_of(request), _task(request, id)))


class ReleaseView(APIView):
    @extend_schema(request=None, responses=TaskSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Give a task back."""
        return _task_answer(request, actions.release_task(principal_of(request), _task(request, id)))


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
        return _task_answer(request, task)


# -- outbox --------------------------------------------------------------------------------------------------------


class MailsView(generics.GenericAPIView):
    pagination_class = Cursor
    serializer_class = MailItemSerializer
    queryset = OutgoingMail.objects.none()

    @extend_schema(responses=MailItemSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What workflows sent, newest first."""
        principal = principal_of(request)
        enter(principal, workspace, "mail:read")
        mails = OutgoingMail.objects.visible_to(principal).select_related("run").filter(workspace_id=workspace)
        page = self.paginate_queryset(mails)
        return self.get_paginated_response(MailItemSerializer(page, many=True).data)


class MailView(APIView):
    @extend_schema(responses=MailSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """One mail as it was sent."""
        principal = principal_of(request)
        mail = OutgoingMail.objects.select_related("run").visible_to(principal).filter(pk=id).first()
        if mail is None:
            raise NotFound()
        principal.require("mail:read", mail.workspace_id, object_type="mail", object_id=mail.id)
        return Response(MailSerializer(mail).data)
