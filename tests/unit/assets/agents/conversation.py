"""A model that says what the test tells it to say, and a world that keeps what an agent does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestrator.assets.agents.agent import Agent, AgentConfig
from orchestrator.assets.agents.world import Child, World
from orchestrator.assets.tools.call import McpAnswer
from orchestrator.assets.tools.tool import McpTool, Tool, read_tool
from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.base import HttpReply

SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "integer"}},
    "required": ["id"],
    "additionalProperties": False,
}


def says(text: str = "", *calls: tuple[str, Any], json: Any = None, tokens: int = 10, cost: str | None = None) -> Any:
    return {
        "text": text,
        "json": json,
        "calls": [{"id": "same", "name": name, "arguments": arguments} for name, arguments in calls],
        "tokens": {"prompt": tokens, "completion": 0},
        "finish": "calls" if calls else "stop",
        "cost": cost,
    }


@dataclass
class Scripted:
    """The answers one after the other; an exception is raised. The last one is repeated for ever."""

    answers: list[Any]
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        schema: Mapping[str, Any] | None,
    ) -> Mapping[str, Any]:
        self.asked.append({"messages": list(messages), "tools": [tool["name"] for tool in tools], "schema": schema})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, dict)
        return answer

    def last_said(self) -> list[Mapping[str, Any]]:
        return self.asked[-1]["messages"]


@dataclass
class MemoryOutside:
    """Every HTTP call gives what stands in `replies` for its method, or 200 and `{}`."""

    replies: dict[str, HttpReply | StepFailed] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, method: str, url: str, **how: Any) -> HttpReply:
        self.sent.append((method, url))
        reply = self.replies.get(method) or reply_of(b"{}")
        if isinstance(reply, StepFailed):
            raise reply
        return reply

    async def call_mcp(self, tool: McpTool, arguments: Mapping[str, Any]) -> McpAnswer:
        return McpAnswer(value="done")


@dataclass
class Stage:
    """Everything of one agent's turn."""

    model: Scripted
    outside: MemoryOutside = field(default_factory=MemoryOutside)
    children: list[Child] = field(default_factory=list)
    rights: frozenset[str] = frozenset({"workflow:run"})
    depth: int = 1

    async def note(self, child: Child) -> None:
        self.children.append(child)

    def world(self) -> World:
        return World(
            ask=self.model,
            outside=self.outside,
            on_call=self.note,
            holds=self.rights.__contains__,
            key="step-key",
            depth=self.depth,
        )


def stage(*answers: Any) -> Stage:
    return Stage(model=Scripted(answers=list(answers)))


def reply_of(body: bytes, status: int = 200) -> HttpReply:
    headers = {"content-type": "application/json"}
    return HttpReply(status=status, headers=headers, body=body, url="https://api.example.com")


def http_tool(name: str, method: str = "GET", **more: Any) -> Tool:
    operation = {
        "method": method,
        "base_url": "https://api.example.com",
        "path": f"/{name}/{{id}}",
        "parameters": [{"name": "id", "argument": "id", "place": "path"}],
    }
    effect = "read" if method == "GET" else "write"
    config = {"type": "http", "name": name, "description": name, "input_schema": SCHEMA, "effect": effect}
    return read_tool({**config, "operation": operation, **more})


def workflow_tool(name: str = "ship", **more: Any) -> Tool:
    config = {"type": "workflow", "name": name, "description": name, "input_schema": SCHEMA, "workflow": "w1"}
    return read_tool({**config, "approval": "never", **more})


def agent(*tools: Tool, **config: Any) -> Agent:
    read = AgentConfig.model_validate({"model": "assistant", "instructions": "Help.", **config})
    return Agent(name="Clerk", config=read, instructions=read.instructions, tools=tools)
