"""What comes to the doors of the sign-in library, read as strictly as what comes to ours."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from orchestrator.api import bodies
from orchestrator.api.errors import PROBLEM_JSON, ProblemError

DOORS = "/_allauth/"
CLOSED = ("/_allauth/browser/v1/account/email", "/_allauth/app/v1/account/email")
"""Nobody changes by themselves what others know them by, so there is nothing to manage or to confirm."""
PASSKEYS = "/webauthn"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading a passkey that no browser made ends in; the library answers some of it only."""

logger = logging.getLogger(__name__)


class LibraryDoors:
    """Middleware: one strict reader of JSON, and a refusal where the library would break over an odd passkey."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(CLOSED):
            return _refused(ProblemError(404, "no_such_address", "There is nothing at this address."))
        if request.path.startswith(DOORS) and request.content_type == "application/json":
            try:
                bodies.parse(request.body)
            except ProblemError as error:
                return _refused(error)
        return self._next(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        odd = request.path.startswith(DOORS) and PASSKEYS in request.path and isinstance(exception, UNREADABLE)
        if not odd:
            return None
        logger.info("%s %s: no browser made this passkey", request.method, request.path, exc_info=exception)
        return _refused(ProblemError(400, "passkey_unreadable", "This passkey cannot be read. Try again."))


def _refused(error: ProblemError) -> HttpResponse:
    return JsonResponse(error.as_json(), status=error.status, content_type=PROBLEM_JSON)
