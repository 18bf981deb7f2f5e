"""A language model behind an OpenAI-compatible address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from pydantic import Field

from orchestrator.assets.runtimes.remote import Remote, provider
from orchestrator.connectors import chat, completions
from orchestrator.connectors.conversation import (
    MOST_TOKENS,
    ChatAnswer,
    ChatModel,
    Message,
    OnText,
    Question,
    Tool,
    ToolCall,
)
from orchestrator.connectors.sender import Sender


class ChatSettings(Remote):
    """What language models have in common, whatever they speak."""

    model: str = Field(min_length=1, max_length=300)
    max_tokens: int = Field(default=MOST_TOKENS, ge=1, le=1_000_000)
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=50)
    """Further settings in the provider's own words; null leaves one of ours out."""


class ChatConfig(ChatSettings):
    protocol: Literal["chat", "completions"] = "chat"
    """`completions`: the older one, of models that only go on with a text."""


class Speak(Protocol):
    async def __call__(
        self, http: Sender, model: ChatModel, question: Question, *, on_text: OnText | None = None
    ) -> ChatAnswer: ...


async def answer(
    config: Mapping[str, Any],
    payload: Mapping[str, Any],
    http: Sender,
    headers: Mapping[str, str],
    *,
    on_text: OnText | None = None,
) -> dict[str, Any]:
    """{system?, prompt? | messages?, schema?, tools?, tool_choice?, max_tokens?} -> {text, json, calls, tokens, finish,
    cost?}. `max_tokens` is the room that this answer needs, where the settings leave it less.

    A message is {role: system | user | assistant | tool, content}, an assistant's with `calls` as in the answer, a
    tool's with the `id` of its call and `failed`. A tool is {name, description, input_schema}. `on_text` hears the
    text as it comes.
    """
    settings = ChatConfig.model_validate(config)
    speak = chat.chat if settings.protocol == "chat" else completions.chat
    return await spoken(speak, settings, payload, http, headers, on_text)


async def spoken(
    speak: Speak,
    settings: ChatSettings,
    payload: Mapping[str, Any],
    http: Sender,
    headers: Mapping[str, str],
    on_text: OnText | None,
) -> dict[str, Any]:
    """As `answer`, in the protocol that is given."""
    room = max(settings.max_tokens, payload.get("max_tokens") or 0)
    model = ChatModel(
        base_url=settings.base_url,
        model=settings.model,
        max_tokens=room,
        timeout_s=settings.timeout_s,
        parameters=settings.parameters,
    )
    asked = provider(settings, http, headers, answer_tokens=room)
    said = await speak(asked, model, question_of(payload), on_text=on_text)
    asked.used(said.prompt_tokens + said.completion_tokens)
    return {**said.as_json(), **settings.cost(said.prompt_tokens, said.completion_tokens)}


def question_of(payload: Mapping[str, Any]) -> Question:
    messages = [Message(role="system", content=payload["system"])] if payload.get("system") else []
    messages += [_message(message) for message in payload.get("messages") or ()]
    if payload.get("prompt"):
        messages.append(Message(role="user", content=payload["prompt"]))
    return Question(
        messages=tuple(messages),
        schema=payload.get("schema"),
        tools=tuple(
            Tool(name=tool["name"], description=tool.get("description", ""), input_schema=tool["input_schema"])
            for tool in payload.get("tools") or ()
        ),
        tool_choice=payload.get("tool_choice") or "auto",
    )


def _message(given: Mapping[str, Any]) -> Message:
    return Message(
        role=given["role"],
        content=given.get("content") or "",
        calls=tuple(
            ToolCall(id=call["id"], name=call["name"], arguments=call["arguments"]) for call in given.get("calls") or ()
        ),
        id=given.get("id") or "",
        failed=bool(given.get("failed")),
    )
