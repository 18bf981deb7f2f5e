"""Is it alive, is it ready; and the answers of addresses that do not exist and of requests that broke."""

from __future__ import annotations

from http import HTTPStatus

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from orchestrator.api.errors import PROBLEM_JSON, problem

BROKER_ANSWERS_WITHIN_S = 2


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The process can do work: database and broker answer. 503 while one does not."""
    found = {"database": _database_answers(), "broker": _broker_answers()}
    everything = all(found.values())
    status = HTTPStatus.OK if everything else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": everything, **found}, status=status)


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


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=BROKER_ANSWERS_WITHIN_S,
            socket_connect_timeout=BROKER_ANSWERS_WITHIN_S,
            retry=Retry(NoBackoff(), 0),
        ) as broker:
            return bool(broker.ping())
    except redis.RedisError:
        return False
