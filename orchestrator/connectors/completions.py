"""Asks a language model that only goes on with a text (the older completions protocol)."""

from __future__ import annotations

import json
from typing import Any

from orchestrator.connectors.conversation import (
    ChatAnswer,
    ChatModel,
    OnText,
    Question,
    Said,
    counted,
    fitting,
    named,
    plain,
)
from orchestrator.connectors.refusals import UNREADABLE, no_model, refusal
from orchestrator.connectors.sender import Sender
from orchestrator.engine.errors import ErrorCategory, NotSent

PATH = "/completions"


async def chat(http: Sender, model: ChatModel, question: Question, *, on_text: OnText | None = None) -> ChatAnswer:
    """As `connectors.chat.chat`, without tools. What is said is heard at once: such models are small and near."""
    if question.tools:
        message = f"{model.model} speaks the older protocol, which knows no tools."
        raise NotSent(ErrorCategory.CONFIG, "tools_unknown", message, hint="Choose a model that can chat.")

    async def ask(asked: Question) -> Said:
        said = await _ask(http, model, asked)
        if on_text is not None and asked.schema is None:
            await on_text(said.text)
        return said

    return await fitting(model.model, question, ask)


async def _ask(http: Sender, model: ChatModel, question: Question) -> Said:
    told = [message.content for message in question.messages]
    if question.schema is not None:
        told.append(f"The answer is JSON that fits this schema: {json.dumps(question.schema)}")
    body: dict[str, Any] = {"max_tokens": model.max_tokens, "temperature": 0, **model.parameters}
    body = {name: value for name, value in body.items() if value is not None}
    body |= {"model": model.model, "prompt": "\n\n".join(text for text in told if text) + "\n\n"}
    reply = await http.send(
        "POST",
        model.base_url.rstrip("/") + PATH,
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        content=json.dumps(body).encode(),
        timeout_s=model.timeout_s,
    )
    if reply.status != 200:
        raise refusal(model.model, reply.status, reply.headers, reply.body)
    return _said(model, reply.body)


def _said(model: ChatModel, body: bytes) -> Said:
    try:
        data = json.loads(body)
        choice, usage = data["choices"][0], data.get("usage") or {}
        return Said(
            text=plain(choice["text"]),
            finish="length" if choice.get("finish_reason") == "length" else "stop",
            prompt_tokens=counted(usage.get("prompt_tokens")),
            completion_tokens=counted(usage.get("completion_tokens")),
            model=named(data.get("model")),
        )
    except UNREADABLE as error:
        raise no_model(model.model, "the completions protocol") from error
