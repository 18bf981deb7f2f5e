"""The doors of incoming links: those that builders look at, and the links themselves."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import NotFound, ProblemError
from orchestrator.api.pages import asked_text
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of
from orchestrator.runs.ends import ends
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.outputs import run_output
from orchestrator.triggers.actions import links as actions
from orchestrator.triggers.actions import listening as listening_actions
from orchestrator.triggers.calls import receive_call
from orchestrator.triggers.links import links_of, path_is_free
from orchestrator.triggers.models import Listening
from orchestrator.triggers.serializers import (
    IncomingLinkSerializer,
    LinkSecretSerializer,
    ListeningSerializer,
    PathSerializer,
)

LARGEST_BODY = 1024 * 1024
LONGEST_PATH = 80


class LinksView(APIView):
    @extend_schema(responses=IncomingLinkSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """The incoming links of the draft and of what is live."""
        workflow = _workflow(request, id)
        return Response(IncomingLinkSerializer(links_of(workflow, principal_of(request)), many=True).data)


class LinkSecretView(APIView):
    @extend_schema(request=None, responses={201: LinkSecretSerializer})
    def post(self, request: Request, id: UUID, node: str) -> Response:
        """A new secret, shown this once."""
        secret = actions.replace_secret(principal_of(request), _workflow(request, id), node)
        return Response({"secret": secret}, status=201)


class PathView(APIView):
    @extend_schema(parameters=[OpenApiParameter("path", str, required=True)], responses=PathSerializer)
    def get(self, request: Request, id: UUID, node: str) -> Response:
        """Whether a path can be had for this start."""
        workflow, path = _workflow(request, id), asked_text(request, "path", LONGEST_PATH)
        sharing.require(principal_of(request), "workflow:edit", workflow)
        return Response({"free": path_is_free(workflow, node, path)})


class ListeningView(APIView):
    """Waiting for a test call, which becomes the kept sample of the step."""

    @extend_schema(responses=ListeningSerializer)
    def get(self, request: Request, id: UUID, node: str) -> Response:
        """Whether somebody listens, and whether a call came."""
        workflow = _workflow(request, id)
        sharing.require(principal_of(request), "workflow:edit", workflow)
        listening = Listening.objects.filter(workflow=workflow, node=node).first()
        if listening is None:
            raise NotFound()
        return Response(ListeningSerializer(listening).data)

    @extend_schema(request=None, responses=ListeningSerializer)
    def post(self, request: Request, id: UUID, node: str) -> Response:
        """Listen."""
        listening = listening_actions.listen(principal_of(request), _workflow(request, id), node)
        return Response(ListeningSerializer(listening).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: UUID, node: str) -> Response:
        """Listen no longer."""
        listening_actions.stop_listening(principal_of(request), _workflow(request, id), node)
        return Response(status=204)


@extend_schema(exclude=True)
class HookView(APIView):
    """Takes calls of other systems. Neither sessions nor form parsers have a say here: only the raw body counts."""

    authentication_classes: ClassVar[list[Any]] = []
    metadata_class = None

    def post(self, request: Request, **place: Any) -> Response:
        return self._take(request, **place)

    def get(self, request: Request, **place: Any) -> Response:
        return self._take(request, **place)

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """A wrong method looks like a wrong address."""
        raise NotFound()

    def _take(self, request: Request, token: str) -> Response:
        return _accepted(actions.receive(token, _call(request)))


class PathHookView(HookView):
    """By the readable address."""

    def _take(self, request: Request, workspace: UUID, path: str) -> Response:
        return _accepted(actions.receive_at(workspace, path, _call(request)))


class TestHookView(HookView):
    def _take(self, request: Request, token: str) -> Response:
        accepted = actions.receive_test(token, _call(request))
        return Response({"caught": True}) if accepted is None else _accepted(accepted)


class CallView(HookView):
    """Takes the one call that a step waits for. Opening the address in a browser is no call."""

    def get(self, request: Request, **place: Any) -> Response:
        raise NotFound()

    def _take(self, request: Request, token: str) -> Response:
        receive_call(token, _call(request))
        return Response(status=202)


def _accepted(accepted: actions.Accepted) -> Response:
    address = f"{settings.PUBLIC_URL}/runs/{accepted.run.pk}"
    told = {"run": accepted.run.pk, "address": address}
    if accepted.wait_s and ends.wait(accepted.run.pk, accepted.wait_s):
        return Response({**told, **_result(Run.objects.get(pk=accepted.run.pk))})
    return Response(told, status=202, headers={"Location": address})


def _call(request: Request) -> actions.Call:
    return actions.Call(
        method=request.method,
        body=_raw_body(request),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.query_params.dict(),
    )


def _result(run: Run) -> dict[str, Any]:
    """What is told of a run that has ended."""
    error = run.error or {}
    return {
        "status": RunStatus(run.status).name.lower(),
        "output": run_output(run) if run.status == RunStatus.DONE else None,
        "error": {"code": error["code"], "message": error["message"]} if error else None,
    }


def _raw_body(request: Request) -> bytes:
    """Never more than one byte too many, whatever length the sender claims."""
    claimed = request.headers.get("Content-Length") or "0"
    too_large = int(claimed) > LARGEST_BODY
    body = b"" if too_large else request._request.read(LARGEST_BODY + 1)
    if too_large or len(body) > LARGEST_BODY:
        raise ProblemError(413, "body_too_large", "A link takes bodies of up to 1 MB. Send a smaller one.")
    return body


def _workflow(request: Request, id: UUID) -> Workflow:
    return Workflow.objects.select_related("live_version").find(principal_of(request), id)
