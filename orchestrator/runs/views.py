"""The doors of runs and the outbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import Conflict, Invalid, NotFound
from orchestrator.api.pages import Cursor
from orchestrator.artifacts.models import Artifact
from orchestrator.governance import sharing
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import Principal, principal_of
from orchestrator.runs import actions
from orchestrator.runs.actions.reading import note_data_read
from orchestrator.runs.models import OutgoingMail, Run, RunQuerySet, Step
from orchestrator.runs.recent import fresh_workflow, recent_workflow
from orchestrator.runs.requests import visible_run as _run
from orchestrator.runs.requests import wanted_filters
from orchestrator.runs.serializers import (
    LatestSerializer,
    MailItemSerializer,
    MailSerializer,
    NewRunSerializer,
    RunCallDetailSerializer,
    RunEventsSerializer,
    RunFilterSerializer,
    RunRowSerializer,
    RunSerializer,
    StartedSerializer,
    StepDetailSerializer,
    checked,
)
from orchestrator.runs.snapshots import call_detail, events_json, latest_values, run_rows, run_snapshot, step_detail

LONGEST_KEY = 200
LONGEST_NUMBER = 9


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
        wanted = wanted_filters(RunFilterSerializer, request)
        if not _reads_runs_of(principal, wanted.get("workflow")):
            enter(principal, workspace, "run:read")
        page = self.paginate_queryset(self._filtered(principal, workspace, wanted))
        return self.get_paginated_response(run_rows(page or []))

    def _filtered(self, principal: Principal, workspace: UUID, wanted: dict[str, Any]) -> QuerySet[Run]:
        runs = _shown(principal).filter(workspace_id=workspace).listed()
        if "workflow" in wanted:
            runs = runs.filter(workflow_id=wanted["workflow"])
        if "status" in wanted:
            runs = runs.filter(status__in=wanted["status"])
        if "mode" in wanted:
            runs = runs.filter(mode=wanted["mode"])
        if "since" in wanted:
            runs = runs.filter(created_at__gte=wanted["since"])
        if "until" in wanted:
            runs = runs.filter(created_at__lt=wanted["until"])
        if "how" in wanted:
            runs = runs.filter(how=wanted["how"])
        if "search" in wanted:
            runs = runs.called(wanted["search"])
        if wanted["dead"]:
            runs = runs.to_look_after()
        if wanted["open"]:
            runs = runs.open()
        if "problem" in wanted:
            runs = runs.failed_with(wanted["problem"])
        if wanted["saving"]:
            runs = runs.saving()
        return runs


class LatestView(APIView):
    @extend_schema(parameters=[LatestSerializer], responses=RunRowSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """The newest run of each of these workflows that has one."""
        principal = principal_of(request)
        enter(principal, workspace, "run:read")
        ids = wanted_filters(LatestSerializer, request)["workflows"]
        return Response(run_rows(list(_shown(principal).filter(workspace_id=workspace).latest_of(ids))))


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
        payload, how = wanted.get("input"), "manual"
        if "file" in wanted:
            file = (
                Artifact.objects.visible_to(principal)
                .filter(pk=wanted["file"], workspace_id=workflow.workspace_id)
                .first()
            )
            if file is None:
                raise Invalid("no_file", "The file is not there any more. Upload it again.")
            payload, how = {"file": file.as_ref()}, "file"
        common = {"workflow": workflow, "start": wanted.get("start"), "how": how, "start_key": _start_key(request)}
        if wanted["draft"]:
            reuse = _run(request, wanted["reuse"], "run:payload") if "reuse" in wanted else None
            run = actions.run_draft(principal, **common, payload=payload, until=wanted.get("until"), reuse=reuse)
        else:
            run = actions.start_run(principal, **common, payload=payload or {})
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
        if not after.isdecimal() or len(after) > LONGEST_NUMBER:
            raise Invalid("after", "`after` is the number of the last event you have.")
        events = events_json(run.id, int(after))
        return Response({"seq": events[-1]["seq"] if events else int(after), "events": events})


def _data_of(request: Request, id: UUID) -> Run:
    run = _run(request, id, "run:payload")
    note_data_read(principal_of(request), run)
    return run


class StepView(APIView):
    @extend_schema(responses=StepDetailSerializer)
    def get(self, request: Request, id: UUID, step: int) -> Response:
        """What went into a step and what came out."""
        run = _data_of(request, id)
        found = Step.objects.filter(run_id=run.id, step=step).first()
        if found is None:
            raise NotFound()
        return Response(step_detail(run, found))


class RunCallView(APIView):
    @extend_schema(responses=RunCallDetailSerializer)
    def get(self, request: Request, id: UUID, seq: int) -> Response:
        """What an agent said to its model or gave to a tool, and what came back."""
        found = call_detail(_data_of(request, id), seq)
        if found is None:
            raise NotFound()
        return Response(found)


class ValuesView(APIView):
    @extend_schema(responses={(200, "application/json"): {"type": "object", "additionalProperties": True}})
    def get(self, request: Request, id: UUID) -> Response:
        """The output of each step by its key: what formulas can use."""
        return Response(latest_values(_data_of(request, id)))


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
