"""An agent at work, until it has an answer or has to wait.

It waits as data: for a person who looks at the exact arguments of a call, or for a workflow that it called. `state` is
JSON and holds everything that is needed to go on in another process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Literal, cast

from pydantic import ValidationError
from pydantic_ai import Agent as Engine
from pydantic_ai import DeferredToolRequests, DeferredToolResults, ModelRetry, NativeOutput, StructuredDict, ToolDenied
from pydantic_ai.exceptions import AgentRunError, ToolFailed
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.output import ToolOutput
from pydantic_ai.run import AgentRunResult
from pydantic_ai.usage import UsageLimits

from orchestrator.assets.agents.agent import Agent
from orchestrator.assets.agents.asking import AskingModel
from orchestrator.assets.agents.meter import Meter, Used
from orchestrator.assets.agents.toolbox import MOST_RETRIES, Toolbox
from orchestrator.assets.agents.world import Child, World
from orchestrator.assets.tools.call import ToolResult, digest_of, untouched
from orchestrator.assets.tools.schemas import value_problems
from orchestrator.assets.tools.tool import WorkflowTool
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed
from orchestrator.nodes.base import AgentFinished, AgentParked, AgentTurn, CallDecision, CallEnded, PendingCall

STATE_VERSION = 1
ANSWER_TOOL = "_final_answer"
"""No tool can have this name: theirs begin with a letter."""
MOST_BAD_ANSWERS = 2
"""So often an answer that does not fit its schema is asked for again."""


async def run_agent(
    agent: Agent, question: str, world: World, *, memory: Sequence[Mapping[str, str]] = ()
) -> AgentTurn:
    """Raises `StepFailed`: agent_budget, agent_answer_invalid, and what models and tools raise; `NotSent` as long as no
    call can have changed anything."""
    meter = Meter(agent=agent.name, budgets=agent.config.budgets)
    if world.depth > agent.config.budgets.depth:
        meter.reached("depth")
    kept = list(memory)[-agent.config.memory.messages :] if agent.config.memory.messages else []
    working = _Working(agent, world, meter)
    return await working.go_on([*_remembered(kept)], question=question)


async def resume_agent(
    agent: Agent, state: Mapping[str, Any], answers: Mapping[str, CallDecision | CallEnded], world: World
) -> AgentTurn:
    """`answers` by the id of the pending call, one for each. Raises `StepFailed` like `run_agent`, and internal
    (agent_state), rejected (approval_void)."""
    history, used, told = _read_state(state)
    meter = Meter(agent=agent.name, budgets=agent.config.budgets, used=used)
    working = _Working(agent, world, meter, told)
    results = await working.results([_pending_from(one) for one in state["pending"]], answers)
    return await working.go_on(history, results=results)


class _Working:
    def __init__(self, agent: Agent, world: World, meter: Meter, told: int = 0) -> None:
        self._agent = agent
        self._world = world
        self._meter = meter
        self._tools = {tool.name: tool for tool in agent.tools}
        if len(self._tools) < len(agent.tools):
            raise _names_clash(agent)
        self._toolbox = Toolbox(agent.tools, world, meter)
        self._model = AskingModel(agent.config.model, world, meter, told)
        self._engine = self._built()

    def _built(self) -> Engine[None, Any]:
        schema = self._agent.config.output_schema
        output: Any = str
        if schema is not None:
            shape = StructuredDict(deepcopy(schema), name="answer")
            # Beside tools the answer is a tool as well: few models take tools and a schema at once.
            output = ToolOutput(shape, name=ANSWER_TOOL) if self._agent.tools else NativeOutput(shape)
        engine: Engine[None, Any] = Engine(
            self._model,
            name=self._agent.name,
            deps_type=type(None),
            output_type=[output, DeferredToolRequests],
            instructions=self._agent.instructions or None,
            toolsets=[self._toolbox],
            retries={"tools": MOST_RETRIES, "output": MOST_BAD_ANSWERS},
        )
        if schema is not None:
            engine.output_validator(self._checked)
        return engine

    def _checked(self, output: Any) -> Any:
        schema = self._agent.config.output_schema
        if schema is not None and isinstance(output, dict) and (wrong := value_problems(schema, output)):
            raise ModelRetry(f"The answer does not fit. {' '.join(f'{one}.' for one in wrong)}")
        return output

    async def go_on(
        self, history: list[ModelMessage], *, question: str | None = None, results: DeferredToolResults | None = None
    ) -> AgentTurn:
        try:
            ended = await self._engine.run(
                question,
                message_history=history or None,
                deferred_tool_results=results,
                usage_limits=UsageLimits(request_limit=None),
                deps=None,
            )
        except StepFailed as error:
            raise self._final(error) from error
        except AgentRunError as error:
            raise self._final(_no_answer(self._agent, error)) from error
        if isinstance(ended.output, DeferredToolRequests):
            return self._parked(ended)
        return AgentFinished(
            output=ended.output, used=self._measured().as_json(), memory=self._memory(ended.all_messages())
        )

    def _parked(self, ended: AgentRunResult[Any]) -> AgentParked:
        waiting = [
            *(("approval", call) for call in ended.output.approvals),
            *(("workflow", call) for call in ended.output.calls),
        ]
        pending = [self._pending(cast("Literal['approval', 'workflow']", kind), call) for kind, call in waiting]
        used = self._measured().as_json()
        state = {
            "version": STATE_VERSION,
            "messages": ModelMessagesTypeAdapter.dump_python(ended.all_messages(), mode="json"),
            "pending": [vars(one) for one in pending],
            "used": used,
            "told": self._model.told,
        }
        return AgentParked(state=state, pending=pending, used=used)

    def _pending(self, kind: Literal["approval", "workflow"], call: ToolCallPart) -> PendingCall:
        tool, arguments = self._tools[call.tool_name], call.args_as_dict()
        return PendingCall(
            id=call.tool_call_id,
            kind=kind,
            tool=tool.name,
            arguments=arguments,
            sha256=digest_of(tool, arguments),
            workflow=tool.workflow if isinstance(tool, WorkflowTool) and kind == "workflow" else "",
        )

    async def results(
        self, pending: Sequence[PendingCall], answers: Mapping[str, CallDecision | CallEnded]
    ) -> DeferredToolResults:
        results = DeferredToolResults()
        for one in pending:
            answer = answers.get(one.id)
            if one.kind == "approval" and isinstance(answer, CallDecision):
                results.approvals[one.id] = await self._decided(one, answer)
            elif one.kind == "workflow" and isinstance(answer, CallEnded):
                results.calls[one.id] = await self._run_ended(one, answer)
            else:
                raise _state_broken(self._agent, f"No answer for the call of {one.tool}.")
        return results

    async def _decided(self, pending: PendingCall, decision: CallDecision) -> bool | ToolDenied:
        tool = self._tools.get(pending.tool)
        if tool is None or decision.sha256 != digest_of(tool, pending.arguments):
            raise StepFailed(
                ErrorCategory.REJECTED,
                "approval_void",
                f"The decision was not about this call of {pending.tool}.",
                hint="Run the step again, and decide on what it asks then.",
                tool=pending.tool,
            )
        if decision.approved:
            self._toolbox.approved[pending.id] = decision.sha256
            return True
        message = f"A person refused this call. {decision.comment}".strip()
        name, id = pending.tool, pending.id
        child = Child(kind="tool", name=name, arguments=pending.arguments, error=message, call=id, made=False)
        await self._world.on_call(child)
        return ToolDenied(message)

    async def _run_ended(self, pending: PendingCall, ended: CallEnded) -> str | ToolFailed:
        self._meter.used.tool_calls += 1
        tool = self._tools.get(pending.tool)
        self._meter.used.changed = self._meter.used.changed or tool is None or tool.changes
        child = Child(
            kind="tool",
            name=pending.tool,
            arguments=pending.arguments,
            result=ended.value,
            error=ended.error,
            call=pending.id,
        )
        await self._world.on_call(child)
        if ended.error:
            return ToolFailed(f"The workflow failed: {ended.error}")
        return ToolResult(ok=True, value=ended.value).text()

    def _measured(self) -> Used:
        self._meter.used.seconds = max(self._meter.budgets.seconds - self._meter.seconds_left(), 0.0)
        return self._meter.used

    def _memory(self, messages: Sequence[ModelMessage]) -> list[dict[str, str]]:
        most = self._agent.config.memory.messages
        return list(_spoken(messages))[-most:] if most else []

    def _final(self, error: StepFailed) -> StepFailed:
        """As it leaves the agent: tried again by itself only while nothing can have been changed."""
        if not self._meter.used.changed:
            return untouched(error)
        failed = error.error
        return StepFailed(
            failed.category, failed.code, failed.message, hint=failed.hint, retryable=False, **failed.details
        )


def _remembered(memory: Sequence[Mapping[str, str]]) -> list[ModelMessage]:
    return [
        ModelResponse([TextPart(one["content"])])
        if one.get("role") == "assistant"
        else ModelRequest([UserPromptPart(one["content"])])
        for one in memory
    ]


def _spoken(messages: Sequence[ModelMessage]) -> Sequence[dict[str, str]]:
    """What was said in words, without tools and their answers."""
    found = []
    for message in messages:
        if isinstance(message, ModelRequest):
            texts = [part.content for part in message.parts if isinstance(part, UserPromptPart)]
            found += [{"role": "user", "content": text} for text in texts if isinstance(text, str)]
        elif text := "".join(part.content for part in message.parts if isinstance(part, TextPart)):
            found.append({"role": "assistant", "content": text})
    return found


def _read_state(state: Mapping[str, Any]) -> tuple[list[ModelMessage], Used, int]:
    try:
        if state["version"] != STATE_VERSION:
            raise KeyError("version")
        messages = ModelMessagesTypeAdapter.validate_python(state["messages"])
        return messages, Used.from_json(state["used"]), int(state["told"])
    except (KeyError, TypeError, ValidationError) as error:
        raise _state_broken(None, "It was written by another version of the product.") from error


def _pending_from(data: Mapping[str, Any]) -> PendingCall:
    try:
        return PendingCall(**data)
    except TypeError as error:
        raise _state_broken(None, "It was written by another version of the product.") from error


def _state_broken(agent: Agent | None, why: str) -> StepFailed:
    return StepFailed(
        ErrorCategory.INTERNAL,
        "agent_state",
        f"{agent.name if agent else 'The agent'} cannot go on where it stopped. {why}",
        hint="Look at what it did so far, then run the step again.",
    )


def _names_clash(agent: Agent) -> StepFailed:
    names = [tool.name for tool in agent.tools]
    twice = next(name for name in names if names.count(name) > 1)
    return NotSent(
        ErrorCategory.CONFIG,
        "tool_names_clash",
        f"{agent.name} has two tools that are called {twice!r}.",
        hint="Rename one of them: nobody could tell which one is meant.",
    )


def _no_answer(agent: Agent, error: AgentRunError) -> StepFailed:
    return StepFailed(
        ErrorCategory.REJECTED,
        "agent_answer_invalid",
        f"{agent.name} did not come to an answer in the form that was asked for.",
        hint="Ask for less, or choose a larger model.",
        reason=str(error)[:500],
    )
