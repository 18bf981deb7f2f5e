"""What an agent is given to work with, and what it tells while it works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from orchestrator.assets.tools.call import Outside
from orchestrator.nodes.base import Assets


class Ask(Protocol):
    async def __call__(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        schema: Mapping[str, Any] | None,
    ) -> Mapping[str, Any]:
        """The answer of a model of task chat: {text, json, calls: [{id, name, arguments}], tokens, finish}, and `cost`
        as decimal text where a price is known.

        messages: {role: system | user | assistant | tool, content, calls?, id?, failed?}; `id` is the call that a tool
        answers. tools: {name, description, input_schema}. Raises `StepFailed`.
        """


def ask_through(assets: Assets, reference: str) -> Ask:
    """Asks the model of this reference by the way that steps ask, with its pins, prices and records."""

    async def ask(
        messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        payload: dict[str, Any] = {"messages": list(messages)}
        if tools:
            payload["tools"] = list(tools)
        if schema is not None:
            payload["schema"] = schema
        answer = await assets.call(reference, "chat", payload)
        return {**answer.value, "cost": (answer.record or {}).get("cost")}

    return ask


@dataclass(frozen=True, kw_only=True)
class Child:
    """One call of a model or a tool, as the run shows it below the agent's step."""

    kind: Literal["model", "tool"]
    name: str
    arguments: Any
    """Of a tool: its exact arguments. Of a model: the messages that are new since it was asked last."""
    result: Any = None
    error: str = ""
    ms: float = 0.0
    tokens: dict[str, int] | None = None
    cost: str | None = None
    call: str = ""
    """Of a tool: the id of the call."""
    made: bool = True
    """Off: it was refused before it reached the tool."""


OnCall = Callable[[Child], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class World:
    ask: Ask
    outside: Outside
    on_call: OnCall
    holds: Callable[[str], bool] = lambda verb: True
    """Whether whoever started the run holds this right: an agent can do nothing that they could not."""
    key: str = ""
    """The idempotency key of the step."""
    depth: int = 1
    """1 for an agent that no other agent called."""
