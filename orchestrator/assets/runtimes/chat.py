"""A language model behind an OpenAI-compatible address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.connectors.chat import ChatModel, Reply, Sender, chat


class Signed:
    """Sends with the headers of a connection."""

    def __init__(self, http: Sender, headers: Mapping[str, str]) -> None:
        self._http = http
        self._headers = headers

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        timeout_s: float = 30,
    ) -> Reply:
        signed = {**(headers or {}), **self._headers}
        return await self._http.send(method, url, headers=signed, content=content, timeout_s=timeout_s)


async def answer(
    config: Mapping[str, Any], payload: Mapping[str, Any], http: Sender, headers: Mapping[str, str]
) -> dict[str, Any]:
    """{system, prompt, schema?} -> {text, json, tokens}. Config: {"base_url", "model", "credential"}."""
    model = ChatModel(base_url=config["base_url"], model=config["model"])
    said = await chat(
        Signed(http, headers),
        model,
        system=payload.get("system", ""),
        prompt=payload["prompt"],
        schema=payload.get("schema"),
    )
    return {
        "text": said.text,
        "json": said.json,
        "tokens": {"prompt": said.prompt_tokens, "completion": said.completion_tokens},
    }
