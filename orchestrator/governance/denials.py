"""How every failure of the API is answered, and how refusals reach the trail."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import transaction
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from orchestrator.api.errors import PROBLEM_JSON, Invalid, NotFound, ProblemError, TooMany, Unavailable
from orchestrator.api.routes import verb_of
from orchestrator.governance import audit
from orchestrator.governance.errors import CallerRefused, Denied
from orchestrator.governance.models import AuditResult
from orchestrator.governance.principal import Principal, principal_of

logger = logging.getLogger(__name__)

REFUSALS = {401, 403, 404}
WORDS = {
    400: ("unreadable", "What was sent cannot be read. Send it again in the documented form."),
    401: ("signed_out", "Sign in first."),
    403: ("denied", "You may not do this."),
    405: ("method_not_allowed", "This address does not offer that."),
    406: ("not_acceptable", "This address answers in JSON."),
    413: ("too_large", "This is too large. Send less at once."),
    415: ("unsupported_media_type", "Send JSON."),
}


def answer(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of REST framework. None lets an unexpected error through to the 500 page."""
    request = context["request"]._request
    error = _refusal(exc, principal_of(request)) if isinstance(exc, Denied) else _problem(exc)
    if error is None:
        return None
    if error.status in REFUSALS:
        _record(exc, error, context)
    known: Principal | None = getattr(request, "principal", None)  # nobody, where the database did not answer
    trace = known.trace if known else uuid4().hex
    logger.info("%s %s answered %s %s, trace %s", request.method, request.path, error.status, error.code, trace)
    headers = {"WWW-Authenticate": exc.auth_header} if getattr(exc, "auth_header", None) else {}
    if isinstance(error, TooMany | Unavailable):
        headers["Retry-After"] = str(error.retry_after_s)
    return Response(error.as_json(trace), status=error.status, headers=headers, content_type=PROBLEM_JSON)


def _refusal(exc: Denied, principal: Principal) -> ProblemError:
    stranger = exc.workspace_id is not None and exc.workspace_id not in principal.workspaces()
    return NotFound() if stranger else ProblemError(403, "denied", exc.message)


def _problem(exc: Exception) -> ProblemError | None:
    match exc:
        case ProblemError():
            return exc
        case OperationalError() | InterfaceError() | psycopg.OperationalError():
            return Unavailable()
        case Http404() | exceptions.NotFound():
            return NotFound()
        case exceptions.ValidationError():
            return Invalid(problems=_flat(exc.get_full_details()))
        case ValidationError():
            return Invalid(problems=[_entry("", "invalid", message) for message in exc.messages])
        case exceptions.Throttled():
            wait = round(exc.wait or 1)
            return TooMany("too_many", f"Too many tries. Wait {wait} seconds and try again.", retry_after_s=wait)
        case exceptions.APIException():
            return _worded(exc.status_code, str(exc.detail))
        case PermissionDenied():
            return _worded(403)
        case RequestDataTooBig() | UnreadablePostError():  # the latter: it said itself that it is too large
            return _worded(413)
        case SuspiciousOperation():
            return _worded(400)
    return None


def _worded(status: int, detail: str = "") -> ProblemError | None:
    if status not in WORDS:
        return None
    code, sentence = WORDS[status]
    if detail.startswith("CSRF Failed"):
        code, sentence = "csrf_failed", "This page is out of date. Reload it and try again."
    return ProblemError(status, code, sentence)


def _flat(detail: Any, field: str = "") -> list[dict[str, Any]]:
    """REST framework's nested details as one list; a field inside a field reads `outer.inner`."""
    if isinstance(detail, list):
        return [entry for item in detail for entry in _flat(item, field)]
    if set(detail) == {"message", "code"} and isinstance(detail["code"], str):
        return [_entry(field, detail["code"], str(detail["message"]))]
    return [
        entry
        for name, item in detail.items()
        for entry in _flat(item, field if name == "non_field_errors" else f"{field}.{name}".lstrip("."))
    ]


def _entry(field: str, code: str, message: str) -> dict[str, Any]:
    return {"code": code, "node": None, "field": field or None, "message": message, "hint": ""}


def _record(exc: Exception, error: ProblemError, context: dict[str, Any]) -> None:
    request = context["request"]._request
    told = exc.denied if isinstance(exc, CallerRefused) else exc
    denied = told if isinstance(told, Denied) and error.status in (401, 403) else None
    record_refusal(
        principal_of(request),
        told.verb if isinstance(told, Denied) else verb_of(request) or "unlisted",
        status=error.status,
        reason=error.detail,
        method=request.method,
        object_id=_last_id(context["kwargs"]),
        denied=denied,
    )


def record_refusal(
    principal: Principal, verb: str, *, status: int, reason: str, method: str, object_id: str, denied: Denied | None
) -> None:
    """Write a refusal, in a transaction of its own: the refused one is rolled back by now.

    `denied` is None for an attempt on something that cannot be seen. It stands in the actor's own workspaces, whether
    the thing exists or not, once a minute for all ids together: a made-up id and a foreign one must leave the same mark
    and take the same time.
    """
    if denied is not None:
        object_id = str(denied.object_id or "")
    if not audit.first_in_a_minute(principal.id or principal.ip, verb, status, object_id if denied else ""):
        return
    event = {
        "object_type": (denied and denied.object_type) or verb.partition(":")[0],
        "object_id": object_id,
        "result": AuditResult.DENIED,
        "reason": reason,
        "detail": {"verb": verb, "method": method, "status": int(status)},
    }
    with transaction.atomic():
        if denied is not None and denied.workspace_id is not None:
            audit.record(principal, "attempt.denied", workspace_id=denied.workspace_id, **event)
        else:
            audit.record_everywhere(principal, "attempt.denied", **event)


def _last_id(kwargs: dict[str, Any]) -> str:
    ids = [str(value) for value in kwargs.values() if isinstance(value, UUID)]
    return ids[-1] if ids else ""
