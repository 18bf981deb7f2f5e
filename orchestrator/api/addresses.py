"""Addresses that name nothing, whatever is asked there."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

from orchestrator.api.errors import PROBLEM_JSON, problem
from orchestrator.engine.reading import storable


def plain_addresses(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: parts of addresses are looked for in the database, and some characters can never be found there."""

    def looked_at(request: HttpRequest) -> HttpResponse:
        if storable(request.path_info):
            return answer(request)
        told = problem(HTTPStatus.NOT_FOUND, "no_such_address", "There is nothing at this address.")
        return JsonResponse(told, status=HTTPStatus.NOT_FOUND, content_type=PROBLEM_JSON)

    return looked_at
