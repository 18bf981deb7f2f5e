"""A language model that speaks Anthropic's messages protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.assets.runtimes.chat import ChatSettings, spoken
from orchestrator.connectors import anthropic
from orchestrator.connectors.conversation import OnText
from orchestrator.connectors.sender import Sender


async def answer(
    config: Mapping[str, Any],
    payload: Mapping[str, Any],
    http: Sender,
    headers: Mapping[str, str],
    *,
    on_text: OnText | None = None,
) -> dict[str, Any]:
    """As `runtimes.chat.answer`. Config: `ChatSettings`; the base address usually ends with /v1."""
    return await spoken(anthropic.chat, ChatSettings.model_validate(config), payload, http, headers, on_text)
