"""Is it alive, is it ready, what did it do; and the answers of missing addresses and of requests that broke."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import PROBLEM_JSON, problem
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.principal import principal_of
from orchestrator.operations.figures import figures
from orchestrator.operations.health import broker_answers
from orchestrator.operations.serializers import FiguresSerializer


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The process can do work: database and broker answer. 503 while one does not."""
    found = {"database": _database_answers(), "broker": broker_answers()}
    everything = all(found.values())
    status = HTTPStatus.OK if everything else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": everything, **found}, status=status)


class FiguresView(APIView):
    @extend_schema(operation_id="figures", responses=FiguresSerializer)
    def get(self, request: Request, workspace: UUID) -> Response:
        """What live runs did in the last seven days, beside the seven days before."""
        principal = principal_of(request)
        enter(principal, workspace, "run:read")
        return Response(FiguresSerializer(figures(principal, workspace)).data)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(HTTPStatus.NOT_FOUND, "no_such_address", "There is nothing at this address.")


def broken(request: HttpRequest) -> HttpResponse:
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong on our side. Try again; if it happens again, tell the person who runs this installation.",
    )


def _problem(status: HTTPStatus, code: str, detail: str) -> HttpResponse:
    return JsonResponse(problem(status, code, detail), status=status, content_type=PROBLEM_JSON)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
