"""The error tree of the engine and of what runs in it.

EngineError
├── GraphInvalid        a graph that cannot be compiled; carries every problem at once
├── ExpressionError     a formula that cannot be compiled or evaluated
├── HistoryInvalid      a log of events that cannot have come from this plan
├── TransitionRefused   a result that comes too late or to a step that does not expect it
└── StepFailed          a step's attempt failed; carries a StepError, which is data
    ├── NotSent         the outside world was certainly not touched: safe to try again
    │   └── Postponed   it is not the step's turn yet: it waits, and that counts as no try
    └── Rejected        the outside world answered "no": a definite result
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar


class ErrorCategory(StrEnum):
    """Why a step failed, in the words that retry policies and people branch on."""

    CONFIG = "config"
    INPUT = "input"
    AUTH = "auth"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    REJECTED = "rejected"
    INTERNAL = "internal"
    CANCELLED = "cancelled"


RETRYABLE = frozenset({ErrorCategory.RATE_LIMITED, ErrorCategory.TIMEOUT, ErrorCategory.UNAVAILABLE})


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a graph: which step, which setting, and what to do about it."""

    code: str
    message: str
    hint: str = ""
    node: str | None = None
    field: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class StepError:
    """What went wrong in a step. `message` tells a person what to do."""

    category: ErrorCategory
    code: str
    message: str
    hint: str = ""
    retryable: bool = False
    retry_after_s: float | None = None
    not_sent: bool = False
    """The outside world was certainly not touched, so that even an `at_most_once` step may be tried again."""
    postponed: bool = False
    """It was not the step's turn: it is tried again after `retry_after_s`, and the attempt counts as no try."""
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "category": self.category.value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StepError:
        return cls(**{**data, "category": ErrorCategory(data["category"])})


class EngineError(Exception):
    """Base of every error of the engine."""


class GraphInvalid(EngineError):
    """The graph has problems; mend each of them and try again."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class ExpressionError(EngineError):
    """The formula cannot be used; the message says where and why, `code` and `facts` the same for other languages."""

    def __init__(self, message: str, code: str = "formula", **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.facts = facts
        self.path: list[str] = []
        """Where the formula stands in the settings: keys and list positions from the outside in."""

    @property
    def field(self) -> str:
        return ".".join(self.path)


class HistoryInvalid(EngineError):
    """These events do not belong to this plan; load the plan that the run pins."""


class TransitionRefused(EngineError):
    """The step does not wait for this; record it as ignored mail instead."""


class StepFailed(EngineError):
    """Raised by a node to fail its attempt with a reason."""

    not_sent: ClassVar[bool] = False
    postponed: ClassVar[bool] = False

    def __init__(
        self,
        category: ErrorCategory,
        code: str,
        message: str,
        *,
        hint: str = "",
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.error = StepError(
            category=category,
            code=code,
            message=message,
            hint=hint,
            retryable=category in RETRYABLE if retryable is None else retryable,
            retry_after_s=retry_after_s,
            not_sent=self.not_sent,
            postponed=self.postponed,
            details=details,
        )


class NotSent(StepFailed):
    """The request never left: repeating it cannot double an effect."""

    not_sent = True


class Postponed(NotSent):
    """It is not the step's turn: raise it with `retry_after_s`."""

    postponed = True


class Rejected(StepFailed):
    """The other side answered and refused: the outcome is known."""
