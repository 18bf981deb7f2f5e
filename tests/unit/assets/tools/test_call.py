from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestrator.assets.tools.call import McpAnswer, ToolResult, call_tool, digest_of, start_call
from orchestrator.assets.tools.tool import HttpTool, McpTool, Tool, read_tool
from orchestrator.engine.errors import ErrorCategory, NotSent, Rejected, StepFailed
from orchestrator.nodes.base import CallDecision, HttpReply, PendingCall

SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "integer"}},
    "required": ["id"],
    "additionalProperties": False,
}


def http_tool(method: str = "GET", effect: str = "read", **more: Any) -> HttpTool:
    operation = {
        "method": method,
        "base_url": "https://api.example.com",
        "path": "/orders/{id}",
        "parameters": [{"name": "id", "argument": "id", "place": "path"}],
    }
    config = {
        "type": "http",
        "name": "order",
        "description": "An order.",
        "input_schema": SCHEMA,
        "effect": effect,
        "operation": operation,
        "credential": "c1",
    }
    tool = read_tool(config | more)
    assert isinstance(tool, HttpTool)
    return tool


@dataclass
class MemoryOutside:
    reply: HttpReply | StepFailed | None = None
    mcp: McpAnswer | StepFailed | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, method: str, url: str, **how: Any) -> HttpReply:
        self.sent.append({"method": method, "url": url, **how})
        if isinstance(self.reply, StepFailed):
            raise self.reply
        assert self.reply is not None
        return self.reply

    async def call_mcp(self, tool: McpTool, arguments: Mapping[str, Any]) -> McpAnswer:
        if isinstance(self.mcp, StepFailed):
            raise self.mcp
        assert self.mcp is not None
        return self.mcp


def answering(status: int, body: bytes, media_type: str = "application/json") -> MemoryOutside:
    reply = HttpReply(status=status, headers={"content-type": media_type}, body=body, url="https://api.example.com")
    return MemoryOutside(reply=reply)


async def test_a_call_gives_the_data_of_the_answer() -> None:
    world = answering(200, b'{"total": 7}')
    result = await call_tool(http_tool(), {"id": 7}, world)
    assert (result.ok, result.value, result.text()) == (True, {"total": 7}, '{"total": 7}')
    assert world.sent[0]["url"] == "https://api.example.com/orders/7"
    assert world.sent[0]["credential"] == "c1"


@pytest.mark.parametrize("arguments", [{}, {"id": "seven"}, {"id": 1, "host": "evil"}, {"id": [1]}])
async def test_arguments_that_do_not_fit_are_refused_in_words_and_nothing_is_sent(arguments: dict[str, Any]) -> None:
    world = answering(200, b"{}")
    result = await call_tool(http_tool(), arguments, world)
    assert (result.ok, result.code) == (False, "arguments_invalid")
    assert "do not fit" in result.text()
    assert world.sent == []


async def test_a_refusal_of_the_other_side_is_told() -> None:
    result = await call_tool(http_tool(), {"id": 7}, answering(404, b"no such order"))
    assert (result.ok, result.code) == (False, "refused")
    assert "no such order" in result.text()


async def test_a_look_that_failed_is_told() -> None:
    result = await call_tool(http_tool(), {"id": 7}, answering(503, b""))
    assert (result.ok, result.code) == (False, "not_reached")


@pytest.mark.parametrize(
    "world",
    [
        answering(500, b""),
        MemoryOutside(reply=StepFailed(ErrorCategory.TIMEOUT, "time_limit", "It did not answer within 30 seconds.")),
    ],
)
async def test_when_nobody_knows_what_a_change_did_the_call_does_not_end_as_a_refusal(world: MemoryOutside) -> None:
    with pytest.raises(StepFailed) as failed:
        await call_tool(http_tool("POST", "write"), {"id": 7}, world)
    assert failed.value.error.code == "tool_outcome_unknown"
    assert not failed.value.error.retryable


@pytest.mark.parametrize(
    "error",
    [
        NotSent(ErrorCategory.REJECTED, "egress_denied", "That host is inside the private network."),
        Rejected(ErrorCategory.RATE_LIMITED, "status_429", "Too many requests."),
    ],
)
async def test_a_change_that_certainly_did_not_happen_is_told(error: StepFailed) -> None:
    result = await call_tool(http_tool("POST", "write"), {"id": 7}, MemoryOutside(reply=error))
    assert not result.ok
    assert result.text() == error.error.message


async def test_a_tool_that_must_not_be_used_stops_everything() -> None:
    changed = StepFailed(ErrorCategory.CONFIG, "tool_changed", "The tool is not what was approved.")
    with pytest.raises(StepFailed) as failed:
        await call_tool(mcp_tool(), {"id": 7}, MemoryOutside(mcp=changed))
    assert failed.value.error.code == "tool_changed"


def mcp_tool() -> McpTool:
    config = {
        "type": "mcp",
        "name": "order",
        "description": "An order.",
        "input_schema": SCHEMA,
        "effect": "read",
        "url": "https://mcp.example.com/mcp",
        "tool": "order",
        "pin": "0" * 64,
    }
    tool = read_tool(config)
    assert isinstance(tool, McpTool)
    return tool


async def test_an_error_of_an_mcp_tool_is_told() -> None:
    result = await call_tool(mcp_tool(), {"id": 7}, MemoryOutside(mcp=McpAnswer(value="No order 7.", is_error=True)))
    assert (result.ok, result.text()) == (False, "No order 7.")


async def test_an_answer_that_does_not_fit_the_description_is_handed_on_with_a_note() -> None:
    tool = http_tool(output_schema={"type": "object", "required": ["total"]})
    result = await call_tool(tool, {"id": 7}, answering(200, b"{}"))
    assert result.ok
    assert "does not fit" in result.text()


async def test_a_huge_answer_is_refused_and_a_long_one_is_cut_for_the_model() -> None:
    assert (await call_tool(http_tool(), {"id": 7}, answering(200, b"x" * 2_000_000, "text/plain"))).code == "too_large"
    text = ToolResult(ok=True, value="x" * 30_000).text()
    assert len(text) < 21_000
    assert "10000 more characters" in text


async def test_half_a_json_stays_text() -> None:
    result = await call_tool(http_tool(), {"id": 7}, answering(200, b'{"a": '))
    assert (result.ok, result.value) == (True, '{"a": ')
    assert "not" in result.note


def test_what_is_approved_is_these_arguments_of_this_tool() -> None:
    tool = http_tool()
    assert digest_of(tool, {"a": 1, "b": 2}) == digest_of(tool, {"b": 2, "a": 1})
    assert digest_of(tool, {"a": 1}) != digest_of(tool, {"a": 2})
    assert digest_of(tool, {"a": 1}) != digest_of(http_tool(name="other"), {"a": 1})


async def begin(
    tool: Tool, arguments: dict[str, Any], world: MemoryOutside, key: str, decision: CallDecision | None = None
) -> ToolResult | PendingCall:
    return await start_call(tool, arguments, world, holds=lambda right: True, key=key, decision=decision)


async def test_a_step_needs_the_rights_that_the_tool_asks_for() -> None:
    tool, world = http_tool(rights=["workflow:run", "asset:replace"]), answering(200, b"{}")
    with pytest.raises(NotSent) as failed:
        await start_call(tool, {"id": 7}, world, holds={"workflow:run"}.__contains__, key="k")
    assert failed.value.error.code == "tool_right_missing"
    assert world.sent == []


SHIP = {"type": "workflow", "name": "ship", "description": "Ships.", "input_schema": SCHEMA, "workflow": "w1"}


async def test_a_step_waits_for_a_person_and_then_calls_exactly_what_was_approved() -> None:
    tool, world = http_tool("POST", "write"), answering(200, b'{"done": true}')
    pending = await begin(tool, {"id": 7}, world, key="k")
    assert isinstance(pending, PendingCall)
    assert (pending.kind, pending.arguments, world.sent) == ("approval", {"id": 7}, [])
    decision = CallDecision(approved=True, sha256=pending.sha256)
    refused = CallDecision(approved=False, sha256=pending.sha256)
    for arguments, given in (({"id": 8}, decision), ({"id": 7}, refused)):
        with pytest.raises(StepFailed) as failed:
            await begin(tool, arguments, world, key="k", decision=given)
        assert failed.value.error.code == "approval_void"
    assert world.sent == []
    result = await begin(tool, {"id": 7}, world, key="k", decision=decision)
    assert isinstance(result, ToolResult)
    assert result.value == {"done": True}


async def test_a_step_waits_for_the_workflow_of_a_tool() -> None:
    pending = await begin(read_tool({**SHIP, "approval": "never"}), {"id": 7}, MemoryOutside(), key="k")
    assert isinstance(pending, PendingCall)
    assert (pending.kind, pending.workflow) == ("workflow", "w1")


@pytest.mark.parametrize(
    ("arguments", "status", "code"), [({"id": "x"}, 200, "arguments_invalid"), ({"id": 7}, 404, "tool_refused")]
)
async def test_a_refusal_fails_a_step(arguments: dict[str, Any], status: int, code: str) -> None:
    with pytest.raises(StepFailed) as failed:
        await begin(http_tool(), arguments, answering(status, b"no"), key="k")
    assert failed.value.error.code == code


async def test_a_step_may_look_again_but_not_change_again() -> None:
    with pytest.raises(NotSent) as looked:
        await begin(http_tool(), {"id": 7}, answering(503, b""), key="k")
    assert looked.value.error.retryable
    with pytest.raises(StepFailed) as changed:
        await begin(http_tool("POST", "write", approval="never"), {"id": 7}, answering(503, b""), key="k")
    assert not changed.value.error.not_sent
