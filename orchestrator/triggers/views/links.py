"""The doors of incoming links: those that builders look at, and the links themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api.errors import NotFound, ProblemError
from orchestrator.governance.principal import principal_of
from orchestrator.runs.ends import ends
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.outputs import run_output
from orchestrator.triggers.actions import links as actions
from orchestrator.triggers.calls import receive_call
from orchestrator.triggers.links import links_of
from orchestrator.triggers.serializers import IncomingLinkSerializer, LinkSecretSerializer

LARGEST_BODY = 1024 * 1024


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


@extend_schema(exclude=True)
class HookView(APIView):
    """Takes calls of other systems. Neither sessions nor form parsers have a say here: only the raw body counts."""

    authentication_classes: ClassVar[list[Any]] = []
    metadata_class = None
    receive: ClassVar[Callable[[str, actions.Call], actions.Accepted]] = staticmethod(actions.receive)

    def post(self, request: Request, token: str) -> Response:
        return self._take(request, token)

    def get(self, request: Request, token: str) -> Response:
        return self._take(request, token)

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """A wrong method looks like a wrong address."""
        raise NotFound()

    def _take(self, request: Request, token: str) -> Response:
        accepted = self.receive(token, _call(request))
        address = f"{settings.PUBLIC_URL}/runs/{accepted.run.pk}"
        told = {"run": accepted.run.pk, "address": address}
        if accepted.wait_s and ends.wait(accepted.run.pk, accepted.wait_s):
            return Response({**told, **_result(Run.objects.get(pk=accepted.run.pk))})
        return Response(told, status=202, headers={"Location": address})


class TestHookView(HookView):
    receive = staticmethod(actions.receive_test)


class CallView(HookView):
    """Takes the one call that a step waits for. Opening the address in a browser is no call."""

    def get(self, request: Request, token: str) -> Response:
        raise NotFound()

    def _take(self, request: Request, token: str) -> Response:
        receive_call(token, _call(request))
        return Response(status=202)


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
