"""What an agent has used up, and where its budgets end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NoReturn

from orchestrator.assets.agents.agent import Budgets
from orchestrator.engine.errors import ErrorCategory, StepFailed

Budget = Literal["steps", "tokens", "cost", "seconds", "depth"]
_WORDS: Mapping[Budget, str] = {
    "steps": "asked its model {limit} times",
    "tokens": "used {limit} tokens",
    "cost": "spent {limit}",
    "seconds": "worked for {limit} seconds",
    "depth": "was called by {limit} agents one above the other",
}


@dataclass(kw_only=True)
class Used:
    """JSON-able by `as_json`; travels in the state of an agent that waits."""

    steps: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)
    seconds: float = 0.0
    tool_calls: int = 0
    calls_named: int = 0
    """How many calls were given a name of their own so far."""
    changed: bool = False
    """Whether something outside may have been changed."""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "cost": str(self.cost)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Used:
        return cls(**{**data, "cost": Decimal(data["cost"])})


@dataclass(kw_only=True)
class Meter:
    agent: str
    budgets: Budgets
    used: Used = field(default_factory=Used)
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._began = self.clock() - self.used.seconds

    def seconds_left(self) -> float:
        """Raises `StepFailed` (agent_budget) when there are none."""
        self.used.seconds = self.clock() - self._began
        left = self.budgets.seconds - self.used.seconds
        if left <= 0:
            self.reached("seconds")
        return left

    def before_question(self) -> None:
        """Raises `StepFailed` (agent_budget) when the model must not be asked once more."""
        if self.used.steps >= self.budgets.steps:
            self.reached("steps")
        self._check()
        self.used.steps += 1

    def after_answer(self, tokens: Mapping[str, Any], cost: Any) -> None:
        """Raises `StepFailed` (agent_budget) when this answer was one too many."""
        self.used.prompt_tokens += _count(tokens.get("prompt"))
        self.used.completion_tokens += _count(tokens.get("completion"))
        self.used.cost += _amount(cost)
        self._check()

    def next_call(self) -> str:
        """A name for a tool call: nine letters and digits, because some providers take no others."""
        self.used.calls_named += 1
        return f"call{self.used.calls_named:05d}"

    def reached(self, budget: Budget) -> NoReturn:
        limit = getattr(self.budgets, budget)
        raise StepFailed(
            ErrorCategory.REJECTED,
            "agent_budget",
            f"{self.agent} was stopped: it {_WORDS[budget].format(limit=f'{limit:g}')} without coming to an end.",
            hint="Look at what it did. Give it a clearer task, fewer tools, or a larger budget.",
            budget=budget,
            limit=str(limit),
            used=self.used.as_json(),
        )

    def _check(self) -> None:
        self.seconds_left()
        if self.used.tokens > self.budgets.tokens:
            self.reached("tokens")
        if self.budgets.cost is not None and self.used.cost > self.budgets.cost:
            self.reached("cost")


def _count(value: Any) -> int:
    return max(value, 0) if isinstance(value, int) else 0


def _amount(value: Any) -> Decimal:
    """Nothing where no price is known."""
    try:
        amount = Decimal(str(value)) if value is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() and amount > 0 else Decimal(0)
