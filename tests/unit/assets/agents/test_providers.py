"""Agents over the protocols of real providers, spoken to a scripted server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from orchestrator.assets.agents.turn import ANSWER_TOOL, resume_agent, run_agent
from orchestrator.assets.agents.world import Ask, World
from orchestrator.assets.runtimes import anthropic, chat
from orchestrator.connectors.http import HttpClient
from orchestrator.nodes.base import AgentFinished, AgentParked, CallDecision
from tests.peers.scripted import anthropic_said, openai_said, text_block
from tests.unit.assets.agents.conversation import MemoryOutside, agent, http_tool
from tests.unit.connectors.servers import Served, serving

ANSWER = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}


def openai_call(call: str, name: str, arguments: str) -> bytes:
    return openai_said(None, "tool_calls", [{"id": call, "name": name, "arguments": arguments}])


def anthropic_call(call: str, name: str, arguments: str) -> bytes:
    block = {"type": "tool_use", "id": call, "name": name, "input": json.loads(arguments)}
    return anthropic_said(block, stop="tool_use")


CALLS = {"openai": openai_call, "anthropic": anthropic_call}
TEXTS = {"openai": openai_said, "anthropic": lambda text: anthropic_said(text_block(text))}
RUNTIMES: dict[str, Any] = {"openai": chat.answer, "anthropic": anthropic.answer}


def asking(provider: str, served: Served, http: HttpClient) -> Ask:
    config = {"base_url": served.url("/v1"), "model": "small"}

    async def ask(
        messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        payload = {"messages": messages, "tools": tools, **({"schema": schema} if schema else {})}
        said: Mapping[str, Any] = await RUNTIMES[provider](config, payload, http, {})
        return said

    return ask


async def ignore(child: Any) -> None:
    return None


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_an_agent_calls_tools_waits_and_answers(provider: str) -> None:
    call, text = CALLS[provider], TEXTS[provider]
    answers = [
        call("a", "order", '{"id": "seven"}'),  # does not fit: goes back
        call("a", "order", '{"id": 7}'),
        call("a", "refund", '{"id": 7}'),  # a person decides
        text("Refunded."),
    ]
    clerk, outside = agent(http_tool("order"), http_tool("refund", "POST")), MemoryOutside()
    async with serving(lambda request: answers.pop(0)) as served:
        http = HttpClient([served.host])
        world = World(ask=asking(provider, served, http), outside=outside, on_call=ignore)
        parked = await run_agent(clerk, "Refund order 7.", world)
        assert isinstance(parked, AgentParked)
        (pending,) = parked.pending
        decision = CallDecision(approved=True, sha256=pending.sha256)
        state = json.loads(json.dumps(parked.state))
        turn = await resume_agent(clerk, state, {pending.id: decision}, world)
        await http.close()
    assert isinstance(turn, AgentFinished)
    assert turn.output == "Refunded."
    assert [method for method, _ in outside.sent] == ["GET", "POST"]
    last = json.loads(served.requests[-1].body)
    assert len(last["tools"]) == 2
    assert "seven" in json.dumps(last["messages"])


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_an_agent_with_tools_answers_in_a_form(provider: str) -> None:
    answers = [CALLS[provider]("a", "order", '{"id": 7}'), CALLS[provider]("b", ANSWER_TOOL, '{"total": 9}')]
    clerk = agent(http_tool("order"), output_schema=ANSWER)
    async with serving(lambda request: answers.pop(0)) as served:
        http = HttpClient([served.host])
        world = World(ask=asking(provider, served, http), outside=MemoryOutside(), on_call=ignore)
        turn = await run_agent(clerk, "How much is order 7?", world)
        await http.close()
    assert isinstance(turn, AgentFinished)
    assert turn.output == {"total": 9}


async def test_a_model_that_writes_no_json_as_arguments_is_told_so() -> None:
    answers = [openai_call("a", "order", '{"id": '), openai_call("a", "order", '{"id": 7}'), openai_said("Done.")]
    async with serving(lambda request: answers.pop(0)) as served:
        http = HttpClient([served.host])
        world = World(ask=asking("openai", served, http), outside=MemoryOutside(), on_call=ignore)
        turn = await run_agent(agent(http_tool("order")), "?", world)
        await http.close()
    assert isinstance(turn, AgentFinished)
    assert turn.output == "Done."
