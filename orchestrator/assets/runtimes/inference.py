"""A model behind a server of the Open Inference Protocol (KServe, Triton, MLServer)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from orchestrator.assets.runtimes.remote import Remote, provider
from orchestrator.assets.runtimes.tensors import Mapped, answer_of, tensors_of
from orchestrator.connectors.inference import ServedModel, infer
from orchestrator.connectors.sender import Sender

TASKS = ("classify", "predict", "score", "detect", "embed")


class InferenceConfig(Remote, Mapped):
    """`base_url` goes up to and without `/v2`."""

    model: str = Field(min_length=1, max_length=300)
    version: str = Field(default="", max_length=100)


async def answer(
    config: Mapping[str, Any], task: str, payload: Mapping[str, Any], http: Sender, headers: Mapping[str, str]
) -> dict[str, Any]:
    """The answer of the task, see `assets/calls.py`."""
    settings = InferenceConfig.model_validate(config)
    served = ServedModel(
        base_url=settings.base_url, model=settings.model, version=settings.version, timeout_s=settings.timeout_s
    )
    asked = provider(settings, http, headers)
    given = await infer(asked, served, tensors_of(settings.inputs, payload), settings.wanted())
    said = answer_of(task, settings.outputs, given)
    return {**said, "model": settings.model} if task == "embed" else said
