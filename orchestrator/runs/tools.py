"""Tools and agents as steps use them: versions from the registry, calls through the run's own doors, and the rights of
whoever the run acts for.

The libraries behind agents and MCP servers take a second to load, so they are loaded at first use and in a thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from orchestrator.assets.agents.agent import Agent, AgentConfig
from orchestrator.assets.agents.prompt import PromptConfig
from orchestrator.assets.agents.world import Child, World, ask_through
from orchestrator.assets.calls import INTERRUPTED
from orchestrator.assets.models import Kind
from orchestrator.assets.pins import Pins
from orchestrator.assets.records import CallRecord
from orchestrator.assets.references import read_reference
from orchestrator.assets.tools.call import Outside, start_call
from orchestrator.assets.tools.tool import Tool, read_tool
from orchestrator.assets.versions import Answering, answering
from orchestrator.engine.errors import ErrorCategory, NotSent, StepFailed
from orchestrator.nodes.base import (
    AgentParked,
    AgentTurn,
    Assets,
    CallDecision,
    CallEnded,
    PendingCall,
    ToolAnswer,
)
from orchestrator.runs.database import in_database_again
from orchestrator.runs.rights import Caller, caller_of

CALL_FAILED = "tool_failed"
"""Code of an agent's call of a tool that gave no result; why stands with the call."""


class Listener(Protocol):
    """Hears what happens in an attempt while it is under way."""

    def say(self, text: str) -> None:
        """A piece of text, for whoever looks at the step right now. It is kept nowhere."""

    async def called(self, child: Child) -> None:
        """An agent asked its model or called a tool."""


class Nobody:
    """Where an attempt is made out of everybody's sight."""

    def say(self, text: str) -> None:
        return

    async def called(self, child: Child) -> None:
        return


NOBODY = Nobody()


@dataclass(frozen=True, kw_only=True)
class Calling:
    """What the tools and agents of one attempt share."""

    workspace: UUID
    run: UUID
    node: str
    key: str
    """Of the step: the same for all of its attempts."""
    pins: Pins
    asked: list[dict[str, Any]]
    outside: Outside
    listener: Listener

    async def version(self, reference: str, kind: Kind, pins: Pins) -> Answering:
        """Raises `StepFailed` (config)."""
        found = await answering(self.workspace, reference, pins)
        if found.kind != kind:
            message = f"{found.asset} cannot be used here: it is a {found.kind}, and a {kind} is needed."
            hint = "Choose another one for this step."
            raise NotSent(ErrorCategory.CONFIG, "asset_wrong_kind", message, hint=hint)
        return found

    async def caller(self, *names: str) -> Caller:
        """Raises `NotSent` where whoever the run acts for may not use one of these assets."""
        return await asyncio.to_thread(in_database_again, caller_of, self.run, names)

    @contextmanager
    def recorded(self, version: Answering, task: str) -> Iterator[None]:
        """One call of this version, however it ends."""
        began, code = time.perf_counter(), INTERRUPTED
        try:
            yield
            code = ""
        except StepFailed as failed:
            code = failed.error.code
            raise
        finally:
            self.record(version, task, code, (time.perf_counter() - began) * 1_000)

    def record(self, version: Answering, task: str, code: str, milliseconds: float) -> None:
        record = CallRecord(
            asset=version.asset,
            version_id=str(version.id),
            version=version.number,
            alias=version.alias,
            arm=version.arm,
            task=task,
            code=code,
            ms=round(milliseconds, 2),
        ).as_json()
        self.pins.learn([record])
        self.asked.append({**record, "node": self.node})


class ContextTools:
    def __init__(self, calling: Calling) -> None:
        self._calling = calling

    async def call(
        self, name: str, arguments: dict[str, Any], *, decision: CallDecision | None = None
    ) -> ToolAnswer | PendingCall:
        calling = self._calling
        version = await calling.version(name, Kind.TOOL, _pins_of(decision) or calling.pins)
        tool = _tool_of(version)
        caller = await calling.caller(version.asset)
        began = time.perf_counter()
        begin = partial(
            start_call,
            tool,
            arguments,
            calling.outside,
            holds=caller.holds,
            key=calling.key,
            decision=decision,
        )
        if decision is None and tool.needs_approval:
            given = await begin()
        else:
            with calling.recorded(version, "tool"):
                given = await begin()
        if isinstance(given, PendingCall):
            return replace(given, pins=_pins_json(version))
        return ToolAnswer(
            value=given.value,
            asset=version.asset,
            version=version.number,
            version_id=str(version.id),
            milliseconds=(time.perf_counter() - began) * 1_000,
            note=given.note,
        )


@dataclass(frozen=True, kw_only=True)
class Team:
    """An agent with what its references lead to."""

    agent: Agent
    version: Answering
    tools: Mapping[str, Answering]
    """By the name that the model calls them by."""
    caller: Caller
    pins: dict[str, list[str]]


class ContextAgents:
    def __init__(self, calling: Calling, assets: Assets, *, depth: int) -> None:
        self._calling = calling
        self._assets = assets
        self._depth = depth

    async def run(self, name: str, question: str, *, memory: Sequence[Mapping[str, str]] = ()) -> AgentTurn:
        team = await self._team(name, self._calling.pins)
        await asyncio.to_thread(import_module, "orchestrator.assets.agents.turn")
        from orchestrator.assets.agents.turn import run_agent

        return await self._turn(team, run_agent(team.agent, question, self._world(team), memory=memory))

    async def resume(
        self, name: str, state: Mapping[str, Any], answers: Mapping[str, CallDecision | CallEnded]
    ) -> AgentTurn:
        """With the versions that it began with: what a person approved is what is called."""
        pins = Pins()
        pins.take_over(state["pins"])
        team = await self._team(name, pins)
        await asyncio.to_thread(import_module, "orchestrator.assets.agents.turn")
        from orchestrator.assets.agents.turn import resume_agent

        return await self._turn(team, resume_agent(team.agent, state["agent"], answers, self._world(team)))

    async def _turn(self, team: Team, working: Awaitable[AgentTurn]) -> AgentTurn:
        """An agent that waits is counted when it ends."""
        began, code = time.perf_counter(), INTERRUPTED
        turn: AgentTurn | None = None
        try:
            turn = await working
            code = ""
        except StepFailed as failed:
            code = failed.error.code
            raise
        finally:
            if not isinstance(turn, AgentParked):
                self._calling.record(team.version, "agent", code, (time.perf_counter() - began) * 1_000)
        return replace(turn, state={"pins": team.pins, "agent": turn.state}) if isinstance(turn, AgentParked) else turn

    async def _team(self, name: str, pins: Pins) -> Team:
        calling = self._calling
        version = await calling.version(name, Kind.AGENT, pins)
        config = _read(version, AgentConfig)
        prompt = await calling.version(config.prompt, Kind.PROMPT, pins) if config.prompt else None
        tools = [await calling.version(reference, Kind.TOOL, pins) for reference in config.tools]
        used = [version, *([prompt] if prompt else []), *tools]
        model = read_reference(config.model).name
        caller = await calling.caller(model, *(each.asset for each in used))
        made = [_tool_of(each) for each in tools]
        return Team(
            agent=Agent(
                name=version.asset,
                config=config,
                instructions=_read(prompt, PromptConfig).text if prompt else config.instructions,
                tools=made,
            ),
            version=version,
            tools={tool.name: each for tool, each in zip(made, tools, strict=True)},
            caller=caller,
            pins=_pins_json(*used),
        )

    def _world(self, team: Team) -> World:
        calling = self._calling

        async def called(child: Child) -> None:
            if child.kind == "tool" and child.made and (tool := team.tools.get(child.name)) is not None:
                calling.record(tool, "tool", CALL_FAILED if child.error else "", child.ms)
            await calling.listener.called(child)

        return World(
            ask=ask_through(self._assets, team.agent.config.model),
            outside=calling.outside,
            on_call=called,
            holds=team.caller.holds,
            key=calling.key,
            depth=self._depth,
        )


Config = TypeVar("Config", bound=BaseModel)


def _read(version: Answering, shape: type[Config]) -> Config:
    try:
        return shape.model_validate(version.config)
    except ValidationError as error:
        raise _unfit(version, error) from error


def _tool_of(version: Answering) -> Tool:
    try:
        return read_tool(version.config)
    except ValidationError as error:
        raise _unfit(version, error) from error


def _unfit(version: Answering, error: ValidationError) -> NotSent:
    message = f"The settings of {version.asset} cannot be used: {error.errors()[0]['msg']}."
    return NotSent(ErrorCategory.CONFIG, "config_unfit", message, hint="Make a new version of it.")


def _pins_json(*versions: Answering) -> dict[str, list[str]]:
    return {f"{each.asset}@{each.alias}": [str(each.id), each.arm] for each in versions}


def _pins_of(decision: CallDecision | None) -> Pins | None:
    if decision is None or not decision.pins:
        return None
    pins = Pins()
    pins.take_over(decision.pins)
    return pins
