"""Gives an agent something to do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from orchestrator.engine.errors import ErrorCategory, NotSent
from orchestrator.engine.node_spec import LATE, OUT, Effect
from orchestrator.nodes.approval import Role
from orchestrator.nodes.base import (
    AgentFinished,
    AgentTurn,
    CallDecision,
    CallEnded,
    NodeContext,
    NodeType,
    PendingCall,
    PersonNeeded,
    Result,
    Settings,
    WorkflowCalled,
    setting,
)
from orchestrator.nodes.pending_calls import answer_of, due_setting, roles_setting, wait_for
from orchestrator.nodes.prompts import Told, told_setting, with_data


class Remark(BaseModel):
    role: Literal["user", "assistant"]
    content: str


_REMARKS = TypeAdapter(list[Remark])


class RunAgent(NodeType):
    key = "run_agent"
    title = "Run an agent"
    description = "An agent works on what you ask, with its model and its tools, until it has an answer."
    category = "AI"
    icon = "route"
    ports = (OUT, LATE)
    effect = Effect.AT_MOST_ONCE
    """What its tools do cannot be known beforehand. An agent that has changed nothing says so when it fails."""

    class Config(Settings):
        agent: str = setting(
            title="Agent",
            description="Who works on it.",
            widget="asset",
            literal=True,
            min_length=1,
            examples=["order-clerk"],
            hints={"x-asset-kind": "agent"},
        )
        question: str = setting(
            title="Task",
            description="What the agent should do.",
            widget="area",
            min_length=1,
            max_length=100_000,
            examples=["Find out where the order is and write an answer to the customer."],
        )
        data: list[Told] = told_setting()
        memory: list[Any] = setting(
            [],
            title="Earlier conversation",
            description="What the agent gave as its memory the last time.",
            widget="list",
            max_length=200,
            examples=[{"$expr": "run_agent.memory"}],
        )
        roles: list[Role] = roles_setting()
        due_hours: float | None = due_setting()

    class Output(BaseModel):
        text: str
        """Empty where the agent answers with data."""
        data: dict[str, Any] | None = None
        memory: list[dict[str, str]] = []
        steps: int
        """Times that the model was asked."""
        tokens: int
        cost: str

    async def run(self, ctx: NodeContext, config: Config) -> Result | PersonNeeded | WorkflowCalled:
        question = with_data(config.question, config.data)
        memory = [remark.model_dump() for remark in _remarks(config.memory)]
        return self._after(ctx, config, await ctx.agents.run(config.agent, question, memory=memory))

    async def resume(
        self, ctx: NodeContext, config: Config, state: dict[str, Any], answer: dict[str, Any]
    ) -> Result | PersonNeeded | WorkflowCalled:
        pending = [PendingCall(**call) for call in state["pending"]]
        answers = {**state["answers"], pending[len(state["answers"])].id: answer}
        if len(answers) < len(pending):
            return self._wait(ctx, config, pending, state["agent"], answers)
        given: dict[str, CallDecision | CallEnded] = {call.id: answer_of(call, answers[call.id]) for call in pending}
        return self._after(ctx, config, await ctx.agents.resume(config.agent, state["agent"], given))

    def _after(self, ctx: NodeContext, config: Config, turn: AgentTurn) -> Result | PersonNeeded | WorkflowCalled:
        if not isinstance(turn, AgentFinished):
            return self._wait(ctx, config, turn.pending, turn.state, {})
        used = turn.used
        output = self.Output(
            text=turn.output if isinstance(turn.output, str) else "",
            data=turn.output if isinstance(turn.output, dict) else None,
            memory=turn.memory,
            steps=used["steps"],
            tokens=used["prompt_tokens"] + used["completion_tokens"],
            cost=used["cost"],
        )
        return Result(output=output.model_dump(), facts={"kind": "agent", "asset": config.agent, **used})

    def _wait(
        self,
        ctx: NodeContext,
        config: Config,
        pending: list[PendingCall],
        agent: dict[str, Any],
        answers: dict[str, dict[str, Any]],
    ) -> PersonNeeded | WorkflowCalled:
        """For one call after the other, in their order."""
        state = {"agent": agent, "pending": [asdict(call) for call in pending], "answers": answers}
        return wait_for(ctx, config.agent, pending[len(answers)], config, state)


def _remarks(memory: list[Any]) -> list[Remark]:
    try:
        return _REMARKS.validate_python(memory)
    except ValidationError as error:
        raise NotSent(
            ErrorCategory.INPUT,
            "memory_invalid",
            "The earlier conversation is not what an agent gives as its memory.",
            hint="Use the memory of a step that ran an agent.",
        ) from error
