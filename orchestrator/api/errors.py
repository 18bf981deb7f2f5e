"""The error tree of the JSON doors: one body for every failure, `application/problem+json`.

ProblemError            a status, a code to branch on, and a sentence that tells the person what to do
├── Invalid       422   what was sent cannot be used; `problems` says where
├── NotFound      404   it does not exist, or this person may not know that it does
├── Conflict      409   somebody else was faster, or the state does not allow it
├── TooMany       429   slow down; `retry_after_s` says for how long
└── Unavailable   503   our own database is away; the same, later, will do
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

PROBLEM_JSON = "application/problem+json"


class ProblemError(Exception):
    """Raise it anywhere below a view; the exception handler answers with `as_json`.

    `members` become further members of the body, e.g. `current={...}` of a conflict.
    """

    def __init__(
        self, status: int, code: str, detail: str, problems: Sequence[dict[str, Any]] = (), **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.problems = list(problems)
        self.members = members

    def as_json(self, trace: str = "") -> dict[str, Any]:
        return problem(self.status, self.code, self.detail, self.problems, trace=trace, **self.members)


class Invalid(ProblemError):
    def __init__(
        self,
        code: str = "invalid",
        detail: str = "Some of what was sent cannot be used.",
        problems: Sequence[dict[str, Any]] = (),
        **members: Any,
    ) -> None:
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, problems, **members)


class NotFound(ProblemError):
    def __init__(
        self, code: str = "not_found", detail: str = "There is nothing here that you can see.", **members: Any
    ) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, code, detail, **members)


class Conflict(ProblemError):
    def __init__(self, code: str, detail: str, problems: Sequence[dict[str, Any]] = (), **members: Any) -> None:
        super().__init__(HTTPStatus.CONFLICT, code, detail, problems, **members)


class TooMany(ProblemError):
    def __init__(self, code: str, detail: str, *, retry_after_s: int, **members: Any) -> None:
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, code, detail, retry_after_s=retry_after_s, **members)
        self.retry_after_s = retry_after_s


class Unavailable(ProblemError):
    def __init__(self, *, retry_after_s: int = 5) -> None:
        detail = "The product cannot reach its database at the moment. Nothing was changed; try again."
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


def problem(
    status: int,
    code: str,
    detail: str,
    problems: Sequence[dict[str, Any]] = (),
    *,
    trace: str = "",
    **members: Any,
) -> dict[str, Any]:
    """The body of a failed request (RFC 9457).

    Each of `problems` is `{"code", "node", "field", "message", "hint"}`; `trace` finds the failure in the logs.
    """
    return {
        "status": int(status),
        "code": code,
        "title": HTTPStatus(status).phrase,
        "detail": detail,
        "problems": list(problems),
        "trace": trace,
        **members,
    }
