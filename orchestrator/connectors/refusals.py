"""What it means when a model's server does not answer with 200."""

from __future__ import annotations

import time
from collections.abc import Mapping

from orchestrator.connectors.limits import told_to_wait
from orchestrator.engine.errors import ErrorCategory, Rejected, StepFailed

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What goes wrong in reading an answer that is not what the protocol says."""
LONGEST_SHOWN = 500
_USED_UP = b"insufficient_quota"


def refusal(name: str, status: int, headers: Mapping[str, str], body: bytes) -> StepFailed:
    """`name` is the model's."""
    used_up = status == 429 and _USED_UP in body
    kind, category, message, hint = _meaning(status) if not used_up else _EMPTY
    return kind(
        category,
        "quota_used_up" if used_up else f"status_{status}",
        message.format(name=name, status=status),
        hint=hint,
        retryable=False if used_up else None,
        retry_after_s=told_to_wait(headers, time.time()),
        status=status,
        answer=body[:LONGEST_SHOWN].decode("utf-8", errors="replace"),
    )


def failed_in_between(name: str, kind: str, told: str) -> StepFailed:
    """The server began to answer and then said that it cannot go on; `kind` is its own word for why."""
    busy = "rate_limit" in kind
    category = ErrorCategory.RATE_LIMITED if busy else ErrorCategory.UNAVAILABLE
    message = f"The server of {name} stopped in the middle of its answer."
    hint = "Try again later."
    return StepFailed(category, "stream_error", message, hint=hint, kind=kind[:100], answer=told[:LONGEST_SHOWN])


def hung_up(name: str) -> StepFailed:
    message = f"The server of {name} hung up before its answer was complete."
    return StepFailed(ErrorCategory.UNAVAILABLE, "cut_off", message, hint="Try again later.")


def no_model(name: str, what: str) -> Rejected:
    """`what` should be spoken there, e.g. "the chat-completions protocol"."""
    message = f"What answered for {name} does not speak {what}."
    hint = "Check the base address of the model; it usually ends with /v1."
    return Rejected(ErrorCategory.CONFIG, "not_a_model", message, hint=hint)


_Meaning = tuple[type[StepFailed], ErrorCategory, str, str]
_EMPTY: _Meaning = (
    Rejected,
    ErrorCategory.RATE_LIMITED,
    "The account of {name} is used up.",
    "Raise its limit or its budget at the provider.",
)


def _meaning(status: int) -> _Meaning:
    if status in (401, 403):
        hint = "Check the connection of this model."
        return Rejected, ErrorCategory.AUTH, "The server of {name} did not accept the key.", hint
    if status == 429:
        return Rejected, ErrorCategory.RATE_LIMITED, "{name} gets too many requests.", "Try again later."
    if status in (408, 504):
        return StepFailed, ErrorCategory.TIMEOUT, "{name} took too long to answer.", "Try again later."
    if status >= 500:
        message = "The server of {name} has a problem (status {status})."
        return StepFailed, ErrorCategory.UNAVAILABLE, message, "Try again later."
    message = "The server of {name} refused the question (status {status})."
    return Rejected, ErrorCategory.REJECTED, message, "Check the model's name and base address."
