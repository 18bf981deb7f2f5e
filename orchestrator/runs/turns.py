"""The turns of one attempt: what is told of it while it is under way, and how it goes on after a wait of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.assets.agents.world import Child
from orchestrator.engine.commands import Resume, StartStep
from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.base import NodeContext
from orchestrator.nodes.registry import node_type
from orchestrator.runs.children import Children
from orchestrator.runs.steps import Outcome, Resumed, perform
from orchestrator.runs.store import KeptValue
from orchestrator.runs.values import Values

Happening = tuple[str, int, Any]
"""What became of work on a step: its kind, the step, and what belongs to that kind."""


@dataclass(frozen=True)
class Hearing:
    """The listener of one attempt."""

    step: int
    attempt: int
    _say: Callable[[int, int, str], None]
    _called: Callable[[int, Child], Awaitable[None]]

    def say(self, text: str) -> None:
        self._say(self.step, self.attempt, text)

    async def called(self, child: Child) -> None:
        await self._called(self.step, child)


async def make_attempt(
    command: StartStep, config: Any, context: NodeContext, children: Children, values: Values, seconds: float
) -> Happening:
    """One attempt, or what is left of it after a wait. Raises StepFailed where a workflow cannot be called."""
    node = node_type(command.node.type, command.node.version)
    outcome = await perform(node, config, context, seconds, await _resumed(command.resume, values))
    while outcome.call is not None:
        try:
            call = await children.call(command, outcome.call)
            return ("call", command.step, (call, await _keep_state(outcome, values)))
        except StepFailed as failed:
            if outcome.state is None:
                raise
            answer = {"error": f"{failed.error.message} {failed.error.hint}".strip()}
            outcome = await perform(node, config, context, seconds, (outcome.state, answer))
    try:
        if outcome.result is None:
            return ("outcome", command.step, (outcome, await _keep_state(outcome, values)))
        return ("outcome", command.step, (outcome, await values.keep(outcome.result.output)))
    except StepFailed as failed:
        return ("unkept", command.step, failed.error)


async def _resumed(resume: Resume | None, values: Values) -> Resumed | None:
    if resume is None:
        return None
    return await values.read(resume.state), await values.read(resume.answer)


async def _keep_state(outcome: Outcome, values: Values) -> KeptValue | None:
    """What the step goes on from, kept like every value: a large one as a file. None where it has no such state."""
    return None if outcome.state is None else await values.keep(outcome.state)


async def keep_call(child: Child, values: Values) -> tuple[dict[str, Any], KeptValue]:
    """What an agent did: the facts for the log, and the words of it, which can be erased."""
    told = {
        "kind": child.kind,
        "name": child.name,
        "ms": child.ms,
        "tokens": child.tokens,
        "cost": child.cost,
        "failed": bool(child.error),
        "call": child.call,
    }
    words = {"arguments": child.arguments, "result": child.result, "error": child.error}
    try:
        return told, await values.keep_aside(words)
    except StepFailed as failed:
        return told, await values.keep_aside({"arguments": None, "result": None, "error": failed.error.message})
