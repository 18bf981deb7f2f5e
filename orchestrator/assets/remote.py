"""Which runtimes answer over HTTP, and the one way to ask them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from orchestrator.assets.extraction import reading
from orchestrator.assets.runtimes import anthropic, chat, embeddings, inference
from orchestrator.assets.runtimes.chat import ChatConfig, ChatSettings
from orchestrator.assets.runtimes.embeddings import EmbeddingsConfig
from orchestrator.assets.runtimes.inference import InferenceConfig
from orchestrator.assets.runtimes.remote import Remote
from orchestrator.connectors.conversation import OnText
from orchestrator.connectors.egress import read_url
from orchestrator.connectors.sender import Sender
from orchestrator.engine.errors import ErrorCategory, NotSent

CONFIGS: dict[str, type[Remote]] = {
    "chat": ChatConfig,
    "anthropic": ChatSettings,
    "inference": InferenceConfig,
    "embeddings": EmbeddingsConfig,
}
"""The config of a version by its runtime; `model_validate` says what is wrong with one."""

TASKS: dict[str, tuple[str, ...]] = {
    "chat": ("chat", "extract"),
    "anthropic": ("chat", "extract"),
    "inference": inference.TASKS,
    "embeddings": ("embed",),
}

_OF_THE_CALL = frozenset(Remote.model_fields) | {"model"}
"""What of a config is no setting in the words of the provider."""


def asked_of(runtime: str, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Whom a version asks, for those who look into it afterwards: {host, model, parameters}; None where it answers
    here. Nothing of how it is paid, paced or let in."""
    if runtime not in CONFIGS:
        return None
    told = {name: value for name, value in config.items() if name not in _OF_THE_CALL and name != "parameters"}
    return {
        "host": _host(str(config.get("base_url", ""))),
        "model": str(config.get("model", "")),
        "parameters": {**told, **config.get("parameters", {})},
    }


def _host(address: str) -> str:
    try:
        return read_url(address).host
    except NotSent:
        return ""


async def ask(
    runtime: str,
    task: str,
    config: Mapping[str, Any],
    payload: Mapping[str, Any],
    http: Sender,
    headers: Mapping[str, str],
    *,
    on_text: OnText | None = None,
) -> dict[str, Any]:
    """The answer of a version that runs as one of `CONFIGS`; `headers` are those of its connection.

    A language model chats, and can read documents as well. Raises `StepFailed`: config (config_unfit), or the call's.
    """
    try:
        return await _ask(runtime, task, config, payload, http, headers, on_text)
    except ValidationError as error:
        message = f"The settings of this model cannot be used: {error.errors()[0]['msg']}."
        raise NotSent(ErrorCategory.CONFIG, "config_unfit", message, hint="Make a new version of it.") from error


async def _ask(
    runtime: str,
    task: str,
    config: Mapping[str, Any],
    payload: Mapping[str, Any],
    http: Sender,
    headers: Mapping[str, str],
    on_text: OnText | None,
) -> dict[str, Any]:
    if runtime == "inference":
        return await inference.answer(config, task, payload, http, headers)
    if runtime == "embeddings":
        return await embeddings.answer(config, payload, http, headers)
    speak = anthropic.answer if runtime == "anthropic" else chat.answer
    if task == "chat":
        return await speak(config, payload, http, headers, on_text=on_text)
    said = await speak(config, reading.question(payload["text"]), http, headers)
    spent = {name: said[name] for name in ("tokens", "cost", "reported") if name in said}
    return {**reading.fields_of(said["json"], payload["text"]), **spent}
