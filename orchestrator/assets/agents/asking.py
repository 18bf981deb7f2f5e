"""A model in the sense of pydantic-ai that asks through the product: egress, accounts, pins and prices stay ours."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_ai.messages import (
    ERROR_OUTCOMES,
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from orchestrator.assets.agents.meter import Meter
from orchestrator.assets.agents.world import Child, World
from orchestrator.engine.errors import StepFailed
from orchestrator.nodes.answers import check_finish

MOST_CALLS = 16
"""Of one answer. The rest counts as not said, so that the model asks for it again if it still wants it."""


class AskingModel(Model[None]):
    def __init__(self, reference: str, world: World, meter: Meter, told: int) -> None:
        """`told`: how many messages the run has seen already."""
        super().__init__(profile=ModelProfile(supports_json_schema_output=True, supports_inline_system_prompts=True))
        self._reference = reference
        self._world = world
        self._meter = meter
        self.told = told

    @property
    def model_name(self) -> str:
        return self._reference

    @property
    def system(self) -> str:
        return "tutti"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        _, parameters = self.prepare_request(model_settings, model_request_parameters)
        said_so_far = list(_messages(messages, parameters))
        tools: list[dict[str, Any]] = [
            {
                "name": tool.name,
                "description": tool.description or "",
                "input_schema": tool.parameters_json_schema,
            }
            for tool in (*parameters.declared_function_tools, *parameters.output_tools)
        ]
        schema = parameters.output_object.json_schema if parameters.output_object else None
        said = await self._ask(said_so_far, tools, schema)
        response = self._response(said, schema)
        await self._report_impossible(response, {tool["name"] for tool in tools})
        return response

    async def _ask(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]], schema: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        self._meter.before_question()
        new, self.told = messages[self.told :], len(messages)
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._meter.seconds_left()):
                said = await self._world.ask(messages, tools, schema)
        except TimeoutError:
            await self._report(new, began, error="It was still answering when the time was up.")
            self._meter.reached("seconds")
        except StepFailed as error:
            await self._report(new, began, error=error.error.message)
            raise
        await self._report(new, began, said=said)
        self._meter.after_answer(said.get("tokens") or {}, said.get("cost"))
        check_finish(self._reference, said)
        return said

    async def _report(
        self, new: Sequence[Mapping[str, Any]], began: float, *, said: Mapping[str, Any] | None = None, error: str = ""
    ) -> None:
        shown = {name: said.get(name) for name in ("text", "json", "calls", "finish")} if said is not None else None
        await self._world.on_call(
            Child(
                kind="model",
                name=self._reference,
                arguments=list(new),
                result=shown,
                error=error,
                ms=_since(began),
                tokens=dict(said.get("tokens") or {}) if said is not None else None,
                cost=said.get("cost") if said is not None else None,
            )
        )

    async def _report_impossible(self, response: ModelResponse, offered: set[str]) -> None:
        """Calls that never reach a tool: the library tells the model, and this the run."""
        for call in response.tool_calls:
            error = "" if call.tool_name in offered else "There is no such tool for this agent and this caller."
            if not error and not isinstance(call.args, dict):
                error = "The arguments are no group of values."
            if error:
                name, id = call.tool_name, call.tool_call_id
                child = Child(kind="tool", name=name, arguments=call.args, error=error, call=id, made=False)
                await self._world.on_call(child)

    def _response(self, said: Mapping[str, Any], schema: Mapping[str, Any] | None) -> ModelResponse:
        calls: list[ModelResponsePart] = [
            ToolCallPart(str(call.get("name") or ""), call.get("arguments") or {}, self._meter.next_call())
            for call in (said.get("calls") or [])[:MOST_CALLS]
        ]
        text = str(said.get("text") or "")
        if schema is not None and not calls and said.get("json") is not None:
            text = json.dumps(said["json"], ensure_ascii=False)
        tokens = said.get("tokens") or {}
        return ModelResponse(
            [*([TextPart(text)] if text or not calls else []), *calls],
            usage=RequestUsage(
                input_tokens=int(tokens.get("prompt") or 0), output_tokens=int(tokens.get("completion") or 0)
            ),
            model_name=self._reference,
        )


def _messages(messages: Sequence[ModelMessage], parameters: ModelRequestParameters) -> Iterator[dict[str, Any]]:
    """In the shape of `Ask`."""
    if parameters.instruction_parts and (system := InstructionPart.join(parameters.instruction_parts)):
        yield {"role": "system", "content": system}
    for message in messages:
        if isinstance(message, ModelRequest):
            yield from _said_to_model(message)
        else:
            yield _said_by_model(message)


def _said_to_model(message: ModelRequest) -> Iterator[dict[str, Any]]:
    for part in message.parts:
        if isinstance(part, SystemPromptPart):
            yield {"role": "system", "content": part.content}
        elif isinstance(part, UserPromptPart):
            yield {"role": "user", "content": _text(part.content)}
        elif isinstance(part, ToolReturnPart):
            failed = part.outcome in ERROR_OUTCOMES
            content = part.model_response_str(wrap_if_error=False)
            yield {"role": "tool", "id": part.tool_call_id, "content": content, "failed": failed}


def _said_by_model(message: ModelResponse) -> dict[str, Any]:
    calls = [
        {"id": part.tool_call_id, "name": part.tool_name, "arguments": part.args or {}}
        for part in message.parts
        if isinstance(part, ToolCallPart)
    ]
    text = "".join(part.content for part in message.parts if isinstance(part, TextPart))
    return {"role": "assistant", "content": text, **({"calls": calls} if calls else {})}


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(one if isinstance(one, str) else str(getattr(one, "content", "")) for one in content)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1_000, 1)
