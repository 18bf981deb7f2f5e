"""The doors to what people do with runs: hold them, answer for them, run them again, try a step."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import NotFound
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.runs import actions
from orchestrator.runs.models import Step
from orchestrator.runs.requests import visible_run
from orchestrator.runs.serializers import (
    BulkAnswerSerializer,
    BulkSerializer,
    CancelSerializer,
    LoadAnswerSerializer,
    LoadSerializer,
    RepeatSerializer,
    ReviewSerializer,
    StartedSerializer,
    TrySerializer,
    checked,
)

ACCEPTED = status.HTTP_202_ACCEPTED


class CancelView(APIView):
    @extend_schema(request=CancelSerializer, responses={202: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Stop a run."""
        run, sent = visible_run(request, id), checked(CancelSerializer, request.data)
        actions.cancel_run(principal_of(request), run, sent["reason"])
        return Response(status=ACCEPTED)


class PauseView(APIView):
    @extend_schema(request=CancelSerializer, responses={202: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Hold a run: what is in flight ends and is kept, nothing new begins. 409 if it is paused or has ended."""
        run, sent = visible_run(request, id), checked(CancelSerializer, request.data)
        actions.pause_run(principal_of(request), run, sent["reason"])
        return Response(status=ACCEPTED)


class ResumeView(APIView):
    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, id: UUID) -> Response:
        """Let a paused run go on. What fell due meanwhile happens now."""
        actions.resume_run(principal_of(request), visible_run(request, id))
        return Response(status=ACCEPTED)


class RepeatView(APIView):
    @extend_schema(request=RepeatSerializer, responses={202: StartedSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Run again with the same input, as a whole or from where it failed."""
        run, sent = visible_run(request, id), checked(RepeatSerializer, request.data)
        latest = sent["version"] == "latest"
        again = actions.repeat_run(principal_of(request), run, latest=latest, from_failed=sent["from_failed"])
        return Response({"id": again.id}, status=ACCEPTED)


class LoadView(APIView):
    @extend_schema(request=LoadSerializer, responses=LoadAnswerSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Take what its steps gave into the editor. 409 `samples_kept` if that would replace kept samples."""
        run, sent = visible_run(request, id, "run:payload"), checked(LoadSerializer, request.data)
        return Response(actions.load_run(principal_of(request), run, replace=sent["replace"]))


class ReviewView(APIView):
    @extend_schema(request=ReviewSerializer, responses={202: None})
    def post(self, request: Request, id: UUID, step: int) -> Response:
        """Say what became of a step whose outcome is unknown. 409 tells who was faster."""
        run, sent = visible_run(request, id), checked(ReviewSerializer, request.data)
        found = Step.objects.filter(run_id=run.id, step=step).first()
        if found is None:
            raise NotFound()
        actions.answer_review(principal_of(request), run, found, **sent)
        return Response(status=ACCEPTED)


class BulkView(APIView):
    @extend_schema(request=BulkSerializer, responses=BulkAnswerSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """Do one thing with up to 500 runs. Each by itself: those that refuse are listed, with the reason."""
        principal, sent = principal_of(request), checked(BulkSerializer, request.data)
        enter(principal, workspace, "run:read")
        done, refused = actions.operate(principal, workspace, sent["action"], sent["ids"], sent["reason"])
        return Response(BulkAnswerSerializer({"done": done, "refused": refused}).data)


class TryView(APIView):
    @extend_schema(request=TrySerializer, responses={202: StartedSerializer})
    def post(self, request: Request, id: UUID, node: str) -> Response:
        """Run one step of the draft by itself, with samples, the latest test outputs or given values as its input.

        It is the real step: what it does to the outside world (mail, requests, records) really happens.
        """
        principal, sent = principal_of(request), checked(TrySerializer, request.data)
        workflow = Workflow.objects.find(principal, id)
        run = actions.try_step(principal, workflow, node, kept=sent["kept"], given=sent["input"])
        return Response({"id": run.id}, status=ACCEPTED)
